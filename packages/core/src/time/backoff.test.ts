import { expect, test } from 'vitest';
import { backoffMs, jitteredBackoffMs } from './backoff.ts';

const limits = { firstMs: 200, longestMs: 5_000 };

test('each attempt in a row doubles the wait, up to the longest', () => {
  expect([1, 2, 3, 5, 6, 7, 500].map((attempt) => backoffMs(attempt, limits))).toEqual([200, 400, 800, 3_200, 5_000, 5_000, 5_000]);
  expect(backoffMs(0, limits)).toBe(200);
});

test('the jitter reaches from nothing, or from the least part, to the whole wait', () => {
  const at = (random: number, least?: number) =>
    jitteredBackoffMs(3, limits, { random: () => random, ...(least === undefined ? {} : { least }) });
  expect([at(0), at(0.5), at(1)]).toEqual([0, 400, 800]);
  expect([at(0, 0.5), at(0.5, 0.5), at(1, 0.5)]).toEqual([400, 600, 800]);
});
