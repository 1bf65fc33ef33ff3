import { jitteredBackoffMs } from '../time/backoff.ts';
import { systemClock } from '../time/clock.ts';

const limits = { firstMs: 200, longestMs: 5_000 };

/** The wait before the next attempt of a request. */
export const jitterMs = (attempt: number, random: () => number = Math.random): number => jitteredBackoffMs(attempt, limits, { random });

/** Milliseconds that a Retry-After header asks for: seconds or an HTTP date. Undefined when it says nothing usable. `now`: epoch milliseconds. */
export const retryAfterMs = (header: string | undefined, now: number = systemClock.now()): number | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d{1,7}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const date = /GMT$|^[A-Z][a-z]{2},/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
