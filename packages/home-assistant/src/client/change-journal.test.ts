import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, isToolError } from '@switchyard-mcp/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createChangeJournal } from './change-journal.ts';

const { secrets } = createRuntime();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const now = () => 1000;
const before = (n: number) => ({ id: `automation.a${n}`, key: String(n), body: { alias: `A${n}` } });

test('a change is kept before, settled after, and read by another process', async () => {
  const journal = createChangeJournal({ secrets, folder, now });
  const open = await journal.begin({ act: 'edit', before: before(1), intended: 'h' });
  expect(await createChangeJournal({ secrets, folder, now }).list()).toMatchObject([{ id: 'ch-1', state: 'open', atMs: 1000 }]);
  await open.settle('done', { ...before(1), body: { alias: 'B' }, hash: 'x' });
  expect(await createChangeJournal({ secrets, folder, now }).get('ch-1')).toMatchObject({ state: 'done', after: { body: { alias: 'B' } } });
});
test('two that begin at once get ids of their own; old ones go', async () => {
  const journals = [1, 2, 3].map(() => createChangeJournal({ secrets, folder, maxChanges: 5, now }));
  const opened = await Promise.all(
    journals.flatMap((journal) => [journal.begin({ act: 'edit', before: before(1) }), journal.begin({ act: 'edit', before: before(2) })]),
  );
  expect(new Set(opened.map(({ change }) => change.id)).size).toBe(6);
  await journals[0]?.begin({ act: 'edit', before: before(3) });
  expect((await readdir(folder)).length).toBeLessThanOrEqual(6);
});
test('a group stays whole while it is written, and undoing deletes nothing; the next change clears up', async () => {
  const journal = createChangeJournal({ secrets, folder, maxChanges: 3, now });
  const idsOf = async (group: string | undefined) => (await journal.list()).filter((change) => change.group === group).map(({ id }) => id);
  await journal.begin({ act: 'edit', before: before(0) });
  const written: string[] = [];
  for (let n = 1; n <= 6; n += 1) {
    const open = await journal.begin({ act: 'edit', before: before(n), group: 'g' });
    written.unshift((await open.settle('done')).id);
  }
  expect(await idsOf('g')).toEqual(written);
  expect(await idsOf(undefined)).toEqual([]);
  for (const undoes of written) await (await journal.begin({ act: 'edit', before: before(1), undoes })).settle('done');
  expect(await idsOf('g')).toEqual(written);
  await journal.begin({ act: 'edit', before: before(7) });
  expect((await journal.list()).length).toBe(3);
});
test('undone and redone', async () => {
  const journal = createChangeJournal({ secrets, folder, now });
  const first = await (await journal.begin({ act: 'edit', before: before(1) })).settle('done');
  const undo = await (await journal.begin({ act: 'edit', before: before(1), undoes: first.id })).settle('done');
  expect(await journal.get(first.id)).toMatchObject({ undoneBy: undo.id });
  await (await journal.begin({ act: 'edit', before: before(1), undoes: undo.id })).settle('done');
  expect((await journal.get(first.id)).undoneBy).toBeUndefined();
});
test('an unknown id names near ones, a broken file is passed over', async () => {
  const journal = createChangeJournal({ secrets, folder, now });
  await journal.begin({ act: 'edit', before: before(1) });
  const error: unknown = await journal.get('ch-9').catch((thrown: unknown) => thrown);
  expect(isToolError(error) && error.fields.code).toBe('not_found');
  await expect(journal.get('../x')).rejects.toThrow('no change');
});
