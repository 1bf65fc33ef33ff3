import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { asProcessIdentity, isProcessAlive, mayStillRun, thisProcess } from './process-identity.ts';

test('a process elsewhere is believed for a while, but not from the future', () => {
  const elsewhere = { ...thisProcess(), place: 'other host' };
  const now = 1_000_000_000;
  expect([
    isProcessAlive(elsewhere, now - 1_000, now),
    isProcessAlive(elsewhere, now - 600_000, now),
    isProcessAlive(elsewhere, now + 600_000, now),
  ]).toEqual([true, false, false]);
});

test('a record is believed only when it is whole', () => {
  expect(asProcessIdentity(JSON.parse(JSON.stringify(thisProcess())))).toEqual(thisProcess());
  for (const part of [{ pid: 0 }, { pid: '1' }, { start: 1 }, { boot: undefined }, { place: null }])
    expect(asProcessIdentity({ ...thisProcess(), ...part })).toBeUndefined();
  expect(asProcessIdentity('1')).toBeUndefined();
});

test('an id whose process ended is nobody’s', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  expect(mayStillRun(pid, Date.now())).toBe(false);
});

test('this process runs, but was not the one that had its id before it began', () => {
  expect(mayStillRun(process.pid, performance.timeOrigin + 1_000)).toBe(true);
  expect(mayStillRun(process.pid, performance.timeOrigin - 3_600_000)).toBe(false);
});

test.runIf(process.platform === 'linux')('another process is not taken for the one that had its id before', () => {
  // The one that started us runs longer than we do.
  expect(mayStillRun(process.ppid, performance.timeOrigin)).toBe(true);
  expect(mayStillRun(process.ppid, 0)).toBe(false);
});
