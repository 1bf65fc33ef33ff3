import { expect, test } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { systemClock } from './clock.ts';

test('a wait of the system clock ends early when its signal fires, and lets go of the signal', async () => {
  const stop = new AbortController();
  const wait = systemClock.wait(3_600_000, stop.signal);
  stop.abort();
  await wait;
  await systemClock.wait(3_600_000, stop.signal);
});

test('a cancelled timer of the system clock does not run', async () => {
  const seen: string[] = [];
  const cancel = systemClock.after(0, () => seen.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => systemClock.after(0, resolve, { keepAlive: true }));
  expect(seen).toEqual([]);
});

test('a delay that is longer than a timer of Node holds does not fire at once', async () => {
  const seen: string[] = [];
  const cancel = systemClock.after(Number.POSITIVE_INFINITY, () => seen.push('fired'));
  await new Promise<void>((resolve) => systemClock.after(5, resolve, { keepAlive: true }));
  cancel();
  expect(seen).toEqual([]);
});

test('a test clock runs what falls due in order, each at its own moment', async () => {
  const clock = new TestClock(1000);
  const seen: (readonly [string, number])[] = [];
  const note = (name: string) => () => void seen.push([name, clock.now()]);
  clock.after(30, note('late'));
  clock.after(10, () => {
    note('early')();
    clock.after(5, note('follow-up'));
  });
  clock.after(10, note('cancelled'))();
  await clock.advance(20);
  expect(seen).toEqual([
    ['early', 1010],
    ['follow-up', 1015],
  ]);
  expect([clock.now(), clock.monotonic(), clock.pending]).toEqual([1020, 20, 1]);
});

test('a test clock that is set does not run timers and does not move the monotonic time', async () => {
  const clock = new TestClock(1000);
  let ran = false;
  clock.after(10, () => {
    ran = true;
  });
  clock.setTime(5000);
  await clock.advance(5);
  expect([clock.now(), clock.monotonic(), ran]).toEqual([5005, 5, false]);
});

test('a wait of a test clock ends with its time or its signal', async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  const waits = Promise.all([clock.wait(1000), clock.wait(2000, stop.signal)]);
  await clock.untilPending(2);
  await clock.advance(1000);
  expect(clock.pending).toBe(1);
  stop.abort();
  await waits;
  expect(clock.pending).toBe(0);
});
