import { appendFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@switchyard-mcp/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempStorage } from '../../test/doubles/test-cloud.ts';
import type { VagueEvent } from '../domain/merge-events.ts';
import { fileJournal, type Journal, memoryJournal } from './journal.ts';

let storage: Awaited<ReturnType<typeof tempStorage>>;
beforeEach(async () => {
  storage = await tempStorage();
});
afterEach(() => storage.remove());

const event = (id: string, at: number): VagueEvent => ({
  id,
  at,
  systemId: 'home',
  kind: 'opened',
  subject: 'Door',
  text: 'open',
  source: 'live',
});
const log: string[] = [];
const journal = (account = 'ana'): Journal =>
  fileJournal(storage, account, { clock: systemClock, warn: (message) => void log.push(message) });
const file = (): string => join(storage.stateFolder, 'default.events.jsonl');
const idsOf = async (one: Journal, from = 0, to = 1e15) => (await one.events(from, to)).map(({ id }) => id);

test.each([
  ['on disk', () => journal()],
  ['in memory', memoryJournal],
])('%s: events are kept once, and found by time', async (_where, make) => {
  const one = make();
  await one.add([event('a', 10), event('b', 20)]);
  await one.add([event('a', 10), event('c', 30)]);
  expect(await idsOf(one)).toEqual(['a', 'b', 'c']);
  expect(await idsOf(one, 15, 25)).toEqual(['b']);
});

test('two processes that saw the same tell it once; another account sees none of it', async () => {
  await journal().add([event('a', 10)]);
  await journal().add([event('a', 10), event('b', 20)]);
  expect(await idsOf(journal())).toEqual(['a', 'b']);
  expect(await idsOf(journal('ben'))).toEqual([]);
});

test('a line that a crash cut does not hide the others', async () => {
  await journal().add([event('a', 10)]);
  await appendFile(file(), '{"id":"half","at":1');
  expect(await idsOf(journal())).toEqual(['a']);
});

test('only its owner can read it, and it does not grow for ever', async () => {
  const one = journal();
  await one.add([event('old', 10)]);
  await appendFile(file(), `${' '.repeat(2_100_000)}\n`);
  await one.add([event('new', Date.now())]);
  expect((await stat(file())).size).toBeLessThan(2000);
  expect((await stat(file())).mode & 0o077).toBe(0);
  expect(await readFile(file(), 'utf8')).toContain('"new"');
});

test('what it remembers of itself does not grow for ever either, and what was not written is not taken for known', async () => {
  const one = journal();
  await one.add([event('first', 10)]);
  await one.add(Array.from({ length: 5000 }, (_, index) => event(`e${index}`, 20)));
  await one.add([event('first', 10)]);
  const lines = (await readFile(file(), 'utf8')).trim().split('\n');
  expect(lines.filter((line) => line.includes('"first"'))).toHaveLength(2);
  expect((await idsOf(one)).filter((id) => id === 'first')).toHaveLength(1);
  // The disk refuses: a folder stands where the file should be.
  const other = fileJournal({ ...storage, profile: 'other' }, 'ana', { clock: systemClock, warn: () => undefined });
  await mkdir(join(storage.stateFolder, 'other.events.jsonl'));
  await other.add([event('lost', 10)]);
  await rm(join(storage.stateFolder, 'other.events.jsonl'), { recursive: true });
  await other.add([event('lost', 10)]);
  expect(await idsOf(other)).toEqual(['lost']);
});

test('stretches that touch are one, and the position outlives the process', async () => {
  const one = journal();
  await one.watched({ from: 10, to: 20 });
  await one.watched({ from: 20, to: 30 });
  await one.watched({ from: 50, to: 60 });
  await one.savePosition({ timetoken: '17123456789012345', region: 12, at: 60 });
  expect(await journal().stretches()).toEqual([
    { from: 10, to: 30 },
    { from: 50, to: 60 },
  ]);
  expect(await journal().position()).toEqual({ timetoken: '17123456789012345', region: 12, at: 60 });
  expect(await journal('ben').position()).toBeUndefined();
});
