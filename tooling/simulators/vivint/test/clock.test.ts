import { expect, test } from 'vitest';
import { Clock, writeTime } from '../src/clock.ts';

test('what falls due on the way runs in order, at its own moment, and may ask for more', async () => {
  const clock = new Clock({ startAt: 1000, flowing: false });
  const seen: [string, number][] = [];
  clock.after(50, () => seen.push(['second', clock.now()]));
  clock.after(10, () => {
    seen.push(['first', clock.now()]);
    clock.after(5, () => seen.push(['from first', clock.now()]));
  });
  const takeBack = clock.after(20, () => seen.push(['never', clock.now()]));
  takeBack();
  clock.after(101, () => seen.push(['later', clock.now()]));
  await clock.advance(100);
  expect(seen).toEqual([
    ['first', 1010],
    ['from first', 1015],
    ['second', 1050],
  ]);
  expect(clock.now()).toBe(1100);
});

test('a standing clock still runs what is due now', async () => {
  const clock = new Clock({ flowing: false });
  const before = clock.now();
  await new Promise<void>((resolve) => clock.after(0, resolve));
  expect(clock.now()).toBe(before);
});

test('a flowing clock runs by itself, and can be pushed', async () => {
  const clock = new Clock({ startAt: 0 });
  await new Promise<void>((resolve) => clock.after(1, resolve));
  await clock.advance(3_600_000);
  expect(clock.now()).toBeGreaterThanOrEqual(3_600_000);
});

test('a closed clock runs nothing any more', async () => {
  const clock = new Clock({ flowing: false });
  let ran = false;
  clock.after(1, () => {
    ran = true;
  });
  clock.close();
  await clock.advance(10);
  expect(ran).toBe(false);
});

test('times are written in UTC with six digits', () => {
  expect(writeTime(Date.UTC(2026, 0, 2, 3, 4, 5, 6))).toBe('2026-01-02T03:04:05.006000');
});
