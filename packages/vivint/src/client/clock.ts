import { setTimeout as delay } from 'node:timers/promises';

/** Time, so that tests can let a day pass. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Waits; ends early, without an error, when the signal fires. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) => delay(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
