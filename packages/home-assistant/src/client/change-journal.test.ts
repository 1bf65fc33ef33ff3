import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, isToolError } from '@switchyard-mcp/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChangeDraft } from '../domain/change-journal.ts';
import { createChangeJournal, journalFolder } from './change-journal.ts';

const { secrets } = createRuntime();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const now = () => 1000;
const before = (n: number) => ({ id: `automation.a${n}`, key: String(n), body: { alias: `A${n}` } });
const edit = (n: number, more: Partial<ChangeDraft> = {}): ChangeDraft => ({ act: 'edit', before: before(n), ...more });

test('a change is kept before, settled after, and read by another process', async () => {
  const journal = createChangeJournal({ secrets, folder, now });
  const open = await journal.begin(edit(1, { intended: 'h' }));
  expect(await createChangeJournal({ secrets, folder, now }).list()).toMatchObject([{ id: 'ch-1', state: 'open', atMs: 1000 }]);
  await open.settle('done', { ...before(1), body: { alias: 'B' }, hash: 'x' });
  expect(await createChangeJournal({ secrets, folder, now }).get('ch-1')).toMatchObject({ state: 'done', after: { body: { alias: 'B' } } });
});
test('two that begin at once get ids of their own; old ones go', async () => {
  const journals = [1, 2, 3].map(() => createChangeJournal({ secrets, folder, maxChanges: 5, now }));
  const opened = await Promise.all(journals.flatMap((journal) => [journal.begin(edit(1)), journal.begin(edit(2))]));
  expect(new Set(opened.map(({ change }) => change.id)).size).toBe(6);
  await journals[0]?.begin(edit(3));
  expect((await readdir(folder)).length).toBeLessThanOrEqual(6);
});
test('a group stays whole while it is written, and undoing deletes nothing; the next change clears up', async () => {
  const journal = createChangeJournal({ secrets, folder, maxChanges: 3, now });
  const idsOf = async (group: string | undefined) => (await journal.list()).filter((change) => change.group === group).map(({ id }) => id);
  await journal.begin(edit(0));
  const written: string[] = [];
  for (let n = 1; n <= 6; n += 1) {
    const open = await journal.begin(edit(n, { group: 'g' }));
    written.unshift((await open.settle('done')).id);
  }
  expect(await idsOf('g')).toEqual(written);
  expect(await idsOf(undefined)).toEqual([]);
  for (const undoes of written) await (await journal.begin(edit(1, { undoes }))).settle('done');
  expect(await idsOf('g')).toEqual(written);
  await journal.begin(edit(7));
  expect((await journal.list()).length).toBe(3);
});
test('undone and redone', async () => {
  const journal = createChangeJournal({ secrets, folder, now });
  const first = await (await journal.begin(edit(1))).settle('done');
  const undo = await (await journal.begin(edit(1, { undoes: first.id }))).settle('done');
  expect(await journal.get(first.id)).toMatchObject({ undoneBy: undo.id });
  await (await journal.begin(edit(1, { undoes: undo.id }))).settle('done');
  expect((await journal.get(first.id)).undoneBy).toBeUndefined();
});
test('an unknown id names near ones, a broken file is passed over', async () => {
  const journal = createChangeJournal({ secrets, folder, now });
  await journal.begin(edit(1));
  const error: unknown = await journal.get('ch-9').catch((thrown: unknown) => thrown);
  expect(isToolError(error) && error.fields.code).toBe('not_found');
  await expect(journal.get('../x')).rejects.toThrow('no change');
});

test('without a folder changes are kept as long as the journal lives, and nothing is written to disk', async () => {
  const journal = createChangeJournal({ secrets, maxChanges: 2, now });
  const first = await (await journal.begin(edit(1))).settle('done');
  const undo = await (await journal.begin(edit(1, { undoes: first.id }))).settle('done');
  expect(await journal.get(first.id)).toMatchObject({ state: 'done', before: before(1), undoneBy: undo.id });
  await journal.begin(edit(2));
  expect((await journal.list()).map(({ id }) => id)).toEqual(['ch-3', 'ch-2']);
  expect(await createChangeJournal({ secrets, now }).list()).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});
test('homes of different addresses have folders of their own, in the folder that the runtime gives', () => {
  const [one, other, same] = ['http://one', 'http://other', 'http://ONE'].map((base) => journalFolder(folder, base));
  expect(one).not.toBe(other);
  expect(one).toBe(same);
  expect(one?.startsWith(join(folder, 'changes'))).toBe(true);
});
