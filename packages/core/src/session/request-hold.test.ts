import { expect, test } from 'vitest';
import { ToolError } from '../errors/tool-error.ts';
import { TestClock } from '../testing/test-clock.ts';
import { createHoldOff, type HoldOff } from './hold-off.ts';
import { createRequestHold } from './request-hold.ts';

const minuteMs = 60_000;
const clock = (): TestClock => new TestClock(1_000_000);
const holdOffOn = (time: TestClock): HoldOff => createHoldOff({ clock: time, firstMs: 15 * minuteMs, longestMs: 60 * minuteMs });
const holdOn = (time: TestClock, holdOff = holdOffOn(time)) =>
  createRequestHold({
    holdOff,
    clock: time,
    why: 'blocked',
    refusal: (leftMs) => new ToolError({ code: 'rate_limited', what: `${leftMs / minuteMs} min`, sideEffects: 'none' }),
  });

test('after a block nothing is sent until it ends; those under way together count once', async () => {
  const time = clock();
  const hold = holdOn(time);
  await hold.check();
  await Promise.all([hold.note(true), hold.note(true), hold.note(true)]);
  await expect(hold.check()).rejects.toThrow('15 min');
  time.setTime(time.now() + 15 * minuteMs);
  await hold.check();
  await hold.note(true);
  await expect(hold.check()).rejects.toThrow('30 min');
});

test('an answer other than a block ends the count, but not a hold that another request began', async () => {
  const time = clock();
  const hold = holdOn(time);
  await hold.note(true);
  await hold.note(false);
  await expect(hold.check()).rejects.toThrow('15 min');
  time.setTime(time.now() + 15 * minuteMs);
  await hold.note(false);
  await hold.note(true);
  await expect(hold.check()).rejects.toThrow('15 min');
});

test('a hold that cannot be written is held in memory', async () => {
  const time = clock();
  const hold = holdOn(time, { ...holdOffOn(time), begin: () => Promise.reject(new Error('full disk')) });
  await expect(hold.note(true)).rejects.toThrow('full disk');
  await expect(hold.check()).rejects.toThrow('60 min');
});
