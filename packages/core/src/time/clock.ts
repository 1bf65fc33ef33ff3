/** Where code reads the time and waits, so that tests can let a day pass. */
export interface Clock {
  /** Epoch milliseconds. May jump when somebody sets the machine's clock. */
  now(): number;
  /** Milliseconds from an arbitrary start. Never jumps: durations and deadlines go by it. */
  monotonic(): number;
  /** Waits; ends early, without an error, when the signal fires. Does not keep the process alive. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `fn` once after a delay; the returned function cancels it. Does not keep the process alive unless `keepAlive` is set. */
  after(ms: number, fn: () => void, options?: { readonly keepAlive?: boolean }): () => void;
}

/** Node's timers hold no more: a longer delay would fire at once. */
const longestMs = 0x7fff_ffff;

const after: Clock['after'] = (ms, fn, { keepAlive = false } = {}) => {
  const timer = setTimeout(fn, Math.min(ms, longestMs));
  if (!keepAlive) timer.unref();
  return () => clearTimeout(timer);
};

/** Waits on any clock's `after`. */
export const waitBy = (start: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      stop();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const stop = start(ms, end);
    signal?.addEventListener('abort', end, { once: true });
  });

/** The machine's own clock. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms: number, signal?: AbortSignal) => waitBy(after, ms, signal),
  after,
});
