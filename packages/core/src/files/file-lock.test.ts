import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, withFileLock } from './file-lock.ts';
import { thisProcess } from './process-identity.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sy-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The record of a lock that this process holds. */
const lockOf = (letter: string) => ({ ...thisProcess(), nonce: letter.repeat(32) });

test('a lock of a live process is waited for, then a retryable error; a future mtime changes nothing', async () => {
  const path = join(folder, 'x.lock');
  const held = await acquireLock(path);
  const future = new Date(Date.now() + 86_400_000);
  await utimes(path, future, future);
  await expect(acquireLock(path, { timeoutMs: 60, what: 'the test' })).rejects.toMatchObject({
    fields: { code: 'conflict', retryable: true, sideEffects: 'none' },
  });
  await held.release();
  expect(await withFileLock(path, async () => JSON.parse(await readFile(path, 'utf8')).pid)).toBe(process.pid);
});

test('locks of a recycled process id, another boot, and half a record long ago are taken over', async () => {
  const path = join(folder, 'x.lock');
  const mine = lockOf('a');
  const long = new Date(Date.now() - 3_600_000);
  for (const text of [JSON.stringify({ ...mine, start: '1' }), JSON.stringify({ ...mine, boot: 'other' }), '{"pid":']) {
    await writeFile(path, text);
    await utimes(path, long, long);
    await (await acquireLock(path, { timeoutMs: 60_000 })).release();
  }
  expect(await readdir(folder)).toEqual([]);
});

test('a dead owner is replaced by exactly one of many', async () => {
  const path = join(folder, 'x.lock');
  let inside = 0;
  let most = 0;
  for (let round = 0; round < 10; round += 1) {
    await writeFile(path, JSON.stringify({ ...lockOf('b'), start: '1' }));
    const run = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, () => withFileLock(path, run)));
  }
  expect(most).toBe(1);
});

test('a cleaner that died while it cleared a dead lock is cleared as well', async () => {
  const path = join(folder, 'x.lock');
  const dead = (letter: string) => JSON.stringify({ ...lockOf(letter), start: '1' });
  await writeFile(path, dead('c'));
  await writeFile(`${path}.${'c'.repeat(28)}`, dead('d'));
  await (await acquireLock(path, { timeoutMs: 60_000 })).release();
  expect(await readdir(folder)).toEqual([]);
});
