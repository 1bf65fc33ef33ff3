import type { Limit } from './deadline.ts';

/** How a wait ended: `met` with what was waited for, or without it. */
export type Waited<T> = { readonly ended: 'met'; readonly value: T } | { readonly ended: 'timeout' | 'aborted' };

/** Starts to listen and returns how to stop. May call back at once. */
export type Listen<T> = (met: (value: T) => void, failed: (error: unknown) => void) => () => void;

/** Waits for something that is announced, until the time is over or the signal fires. Stops listening in every case. @throws what `failed` was given */
export const waitUntil = <T>(listen: Listen<T>, { clock, ms, signal }: Limit): Promise<Waited<T>> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return resolve({ ended: 'aborted' });
    let over = false;
    let stopListening: (() => void) | undefined;
    const end = (settle: () => void): void => {
      if (over) return;
      over = true;
      stopTimer();
      signal?.removeEventListener('abort', abort);
      stopListening?.();
      settle();
    };
    const abort = (): void => end(() => resolve({ ended: 'aborted' }));
    const stopTimer = clock.after(ms, () => end(() => resolve({ ended: 'timeout' })));
    signal?.addEventListener('abort', abort, { once: true });
    stopListening = listen(
      (value) => end(() => resolve({ ended: 'met', value })),
      (error) => end(() => reject(error)),
    );
    // It was met while listening began: the way to stop was not known yet.
    if (over) stopListening();
  });

/** Waits for work within a limit; the work itself goes on. @throws what the work throws */
export const untilSettled = <T>(work: Promise<T>, limit: Limit): Promise<Waited<T>> =>
  waitUntil<T>((met, failed) => {
    work.then(met, failed);
    return () => undefined;
  }, limit);

/**
 * Waits for work that others may wait for too, no longer than the caller's signal allows; the work itself goes on.
 * @throws what `reason` returns, when the signal fires first
 */
export const orAborted = <T>(work: Promise<T>, signal: AbortSignal, reason: () => unknown = () => signal.reason): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(reason());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
