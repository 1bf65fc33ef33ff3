import { expect, test } from 'vitest';
import { requestMs, timePolicy, watchMs } from './time-policy.ts';

const left = (ms: number) => ({ remainingMs: () => ms });

test('the reply keeps its time, whatever is wished', () => {
  expect([watchMs(left(20_000), 8_000), watchMs(left(10_000), 8_000), watchMs(left(2_000), 8_000)]).toEqual([8_000, 7_000, 0]);
});

test('a request gets what is left before the watching and the reply, and a little whatever is left', () => {
  expect([requestMs(left(20_000)), requestMs(left(20_000), 8_000), requestMs(left(4_000), 8_000)]).toEqual([17_000, 9_000, 1_000]);
});

test('what is kept for another write is enough to see it and to reply', () => {
  expect(timePolicy.anotherLongWriteMs).toBe(timePolicy.settleMs + timePolicy.replyMs);
  expect(timePolicy.anotherWriteMs).toBeGreaterThan(timePolicy.replyMs);
  expect(timePolicy.lastWordMs).toBeLessThan(timePolicy.replyMs);
});
