import type { Clock } from './clock.ts';

/** How long something may take: milliseconds on a clock, and the caller's own signal. */
export interface Limit {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/** One deadline, joined with the caller's cancellation. */
export interface Deadline {
  /** Fires at the deadline, with a `TimeoutError`, or with the caller's signal and its reason. */
  readonly signal: AbortSignal;
  /** Which of the two ended it. */
  readonly ended: 'timeout' | 'cancelled' | undefined;
  remainingMs(): number;
  /** Ends the timer and lets go of the caller's signal. */
  clear(): void;
}

/** Starts a deadline. Its timer keeps the process alive, so that work that hangs still gets an end: whoever starts one clears it. */
export const startDeadline = ({ clock, ms, signal: outer }: Limit): Deadline => {
  const controller = new AbortController();
  const until = clock.monotonic() + ms;
  let ended: Deadline['ended'];
  const end = (why: 'timeout' | 'cancelled', reason: unknown): void => {
    ended ??= why;
    controller.abort(reason);
  };
  const cancel = (): void => end('cancelled', outer?.reason);
  const stop = clock.after(ms, () => end('timeout', new DOMException(`not done within ${ms} ms`, 'TimeoutError')), { keepAlive: true });
  if (outer?.aborted) cancel();
  else outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    remainingMs: () => Math.max(0, until - clock.monotonic()),
    clear: () => {
      stop();
      outer?.removeEventListener('abort', cancel);
    },
  };
};

/** Runs work under a deadline of its own and clears it afterwards. The work has to heed the signal. */
export const within = async <T>(limit: Limit, work: (deadline: Deadline) => Promise<T>): Promise<T> => {
  const deadline = startDeadline(limit);
  try {
    return await work(deadline);
  } finally {
    deadline.clear();
  }
};
