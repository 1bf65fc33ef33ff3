import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLineJournal, type LineJournal } from './line-journal.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sy-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, 'state', 'events.jsonl');

interface Entry {
  readonly at: number;
}
const asEntry = (value: unknown): Entry | undefined =>
  typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'number' ? { at: value.at } : undefined;
const journal = (): LineJournal<Entry> =>
  createLineJournal({ path: path(), maxBytes: 100, parse: asEntry, keep: (entries) => entries.slice(-2) });
const timesOf = async (one = journal()) => (await one.read()).map(({ at }) => at);

test('entries come back in their order, and the file is its owner’s only', async () => {
  expect(await timesOf()).toEqual([]);
  await journal().append([{ at: 1 }, { at: 2 }]);
  await journal().append([{ at: 3 }]);
  expect(await timesOf()).toEqual([1, 2, 3]);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
});

test('a line that a crash cut hides neither those before nor the next one', async () => {
  await journal().append([{ at: 1 }]);
  appendFileSync(path(), '{"at":2');
  await journal().append([{ at: 3 }]);
  appendFileSync(path(), '"none of ours"\n');
  expect(await timesOf()).toEqual([1, 3]);
});

test('a large file keeps what is to be kept, and no lock stays behind', async () => {
  for (let at = 1; at <= 20; at += 1) await journal().append([{ at }]);
  expect(readFileSync(path(), 'utf8').length).toBeLessThanOrEqual(100);
  expect((await timesOf()).at(-1)).toBe(20);
  expect(readdirSync(join(folder, 'state'))).toEqual(['events.jsonl']);
});

test('what several append at once is all kept, though one of them prunes', async () => {
  const roomy = () => createLineJournal({ path: path(), maxBytes: 100, parse: asEntry, keep: (entries) => entries });
  await Promise.all(Array.from({ length: 12 }, (_, at) => roomy().append([{ at }])));
  expect((await timesOf()).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => at));
});
