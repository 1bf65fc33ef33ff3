/** One deadline over several attempts, joined with the caller's cancellation. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Which of the two ended it. */
  readonly ended: 'timeout' | 'cancelled' | undefined;
  remainingMs(): number;
  /** Ends the timer and lets go of the caller's signal. */
  clear(): void;
}

export const startDeadline = (timeoutMs: number, outer?: AbortSignal): Deadline => {
  const controller = new AbortController();
  const until = performance.now() + timeoutMs;
  let ended: Deadline['ended'];
  const end = (why: 'timeout' | 'cancelled'): void => {
    ended ??= why;
    controller.abort();
  };
  const cancel = (): void => end('cancelled');
  const timer = setTimeout(() => end('timeout'), timeoutMs);
  if (outer?.aborted) cancel();
  else outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    remainingMs: () => Math.max(0, until - performance.now()),
    clear: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
};
