import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { createHoldOff, type HoldOff } from './hold-off.ts';

const minuteMs = 60_000;
let folder = '';
let clock = new TestClock();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sy-hold-off-'));
  clock = new TestClock(1_000_000);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'hold-off.json');
const make = (where: string | undefined = path()): HoldOff =>
  createHoldOff({ clock, path: where, firstMs: 15 * minuteMs, longestMs: 60 * minuteMs });
const minutesLeft = async (one = make()): Promise<number> => (((await one.active())?.until ?? clock.now()) - clock.now()) / minuteMs;

test.each([
  ['on disk', path],
  ['in memory', () => undefined],
])('%s: each attempt in a row doubles the wait, up to the longest', async (_where, where) => {
  const one = createHoldOff({ clock, path: where(), firstMs: 15 * minuteMs, longestMs: 60 * minuteMs });
  expect(await one.active()).toBeUndefined();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await one.begin('refused');
    waits.push(await minutesLeft(one));
    clock.setTime(clock.now() + (waits.at(-1) ?? 0) * minuteMs);
    expect(await one.active()).toBeUndefined();
  }
  expect(waits).toEqual([15, 30, 60, 60]);
  await one.clear();
  await one.begin('refused');
  expect(await minutesLeft(one)).toBe(15);
});

test('it outlives the process, readable for its owner only, and ends for all when it is cleared', async () => {
  await make().begin('begun');
  await make().failed('the password is wrong');
  expect(await make().active()).toEqual({ until: 1_000_000 + 15 * minuteMs, why: 'the password is wrong' });
  expect((await stat(path())).mode & 0o777).toBe(0o600);
  await make().clear();
  expect(await make().active()).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});

test('a system that asks for a longer wait gets it; a shorter one changes nothing', async () => {
  await make().begin('begun');
  await make().failed('slow down', minuteMs);
  expect(await minutesLeft()).toBe(15);
  await make().failed('slow down', 90 * minuteMs);
  expect(await minutesLeft()).toBe(90);
});

test('an attempt that never went out waits shortly and does not count', async () => {
  await make().begin('begun');
  await make().unsent('nothing listens', minuteMs);
  expect(await minutesLeft()).toBe(1);
  await make().begin('begun');
  expect(await minutesLeft()).toBe(15);
});

test('a damaged file holds nothing off', async () => {
  await writeFile(path(), '{"until":', { mode: 0o600 });
  expect(await make().active()).toBeUndefined();
  await make().failed('never begun');
  expect(await make().active()).toBeUndefined();
});
