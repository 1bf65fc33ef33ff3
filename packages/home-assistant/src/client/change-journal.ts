import { join } from 'node:path';
import { hashOf, nearMisses, refuse, type Secrets, ToolError } from '@switchyard-mcp/core';
import { errorCodeOf } from '@switchyard-mcp/core/files';
import { isRecord } from '@switchyard-mcp/core/json';
import type { Change, ChangeDraft, ChangeJournal, ChangeState, OpenChange, Snapshot } from '../domain/change-journal.ts';
import { type ChangeStore, changeNumber, fileChanges, memoryChanges } from './change-store.ts';

export interface JournalOptions {
  /** Files of this folder; without one, changes are kept in memory and can be undone as long as the connection lives. */
  readonly folder?: string | undefined;
  /** Knows what must not be written to disk. */
  readonly secrets: Secrets;
  /** At a new change older ones are deleted, except those of its own group; 500 by default. */
  readonly maxChanges?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Where the changes of one home are kept: homes of different addresses do not mix. */
export const journalFolder = (stateFolder: string, base: string): string =>
  join(stateFolder, 'changes', hashOf(base.toLowerCase()).slice(0, 12));

const notKept = (cause: unknown): ToolError =>
  refuse('internal', 'The previous version could not be saved locally.', {
    why: `The folder of changes cannot be written: ${errorCodeOf(cause) || 'unknown reason'}.`,
    next: ['Free disk space or fix the folder’s permissions, then call again.'],
    cause,
  });

/** What looks like a password or token is not written to disk; and what cannot be kept cannot be taken back. */
const refuseSecrets = (text: string, secrets: Secrets): void => {
  if (secrets.redact(text) === text) return;
  throw refuse('unsupported', 'Its body holds what looks like a password or a token, so it is not edited here.', {
    why: 'A copy for undoing would have to keep the secret on this machine.',
    next: ['Move the secret into secrets.yaml, or edit it in Home Assistant itself.'],
  });
};

/** How it became only has to be recognised later, and its hash is enough for that. */
const withoutSecrets = (after: Snapshot, secrets: Secrets): Snapshot => {
  const text = JSON.stringify(after);
  return secrets.redact(text) === text ? after : { id: after.id, key: after.key, hash: after.hash };
};

const isChange = (value: unknown): value is Change =>
  isRecord(value) && typeof value['id'] === 'string' && typeof value['atMs'] === 'number' && isRecord(value['before']);

/** What was changed through this server, how it was before, and what became of it. */
export const createChangeJournal = ({ folder, secrets, maxChanges = 500, now }: JournalOptions): ChangeJournal => {
  const store: ChangeStore = folder === undefined ? memoryChanges() : fileChanges(folder);
  /** Settled in this process although the disk refused: the truth for as long as we live. */
  const unsaved = new Map<string, Change>();

  const readOne = async (number: number): Promise<Change | undefined> => {
    const known = unsaved.get(`ch-${number}`);
    if (known) return known;
    const value = await store.read(number);
    return isChange(value) ? value : undefined;
  };

  const save = async (change: Change): Promise<void> => {
    const number = changeNumber(change.id);
    if (number === undefined) return;
    try {
      await store.replace(number, JSON.stringify(change));
      unsaved.delete(change.id);
    } catch {
      // It is done already; only the note of it is missing, and `open` says as much.
      unsaved.set(change.id, change);
    }
  };

  /** A group never changes, so the old ones that are kept need not be read again at each write. */
  const groups = new Map<number, string | undefined>();
  const groupOf = async (number: number): Promise<string | undefined> => {
    if (!groups.has(number)) groups.set(number, (await readOne(number))?.group);
    return groups.get(number);
  };

  /** What is written together stays together, and undoing deletes nothing: what it has yet to undo is among the old ones. */
  const prune = async (known: readonly number[], { group, undoes }: ChangeDraft): Promise<void> => {
    if (undoes !== undefined) return;
    for (const number of known.slice(maxChanges)) {
      if (group !== undefined && (await groupOf(number)) === group) continue;
      await store.remove(number);
      groups.delete(number);
    }
  };

  const keep = async (draft: ChangeDraft): Promise<Change> => {
    const atMs = now();
    const [newest = 0, ...rest] = await store.numbers();
    for (let number = newest + 1; ; number += 1) {
      const change: Change = { id: `ch-${number}`, atMs, state: 'open', ...draft };
      const text = JSON.stringify(change);
      refuseSecrets(text, secrets);
      if (!(await store.create(number, text))) continue;
      await prune([number, newest, ...rest], draft);
      return change;
    }
  };

  /** An undone undo puts the first change into force again. */
  const markUndone = async (id: string, by: string | undefined): Promise<void> => {
    const number = changeNumber(id);
    const change = number === undefined ? undefined : await readOne(number);
    if (!change) return;
    await save({ ...change, undoneBy: by });
    if (by !== undefined && change.undoes !== undefined) await markUndone(change.undoes, undefined);
  };

  const settle = async (change: Change, state: Exclude<ChangeState, 'open'>, after?: Snapshot): Promise<Change> => {
    const settled: Change = { ...change, state, ...(after === undefined ? {} : { after: withoutSecrets(after, secrets) }) };
    await save(settled);
    if (state === 'done' && change.undoes !== undefined) await markUndone(change.undoes, change.id);
    return settled;
  };

  const get = async (id: string): Promise<Change> => {
    const number = changeNumber(id.trim().toLowerCase());
    const change = number === undefined ? undefined : await readOne(number);
    if (change) return change;
    const known = (await store.numbers()).slice(0, 50).map((each) => `ch-${each}`);
    throw refuse('not_found', `There is no change ${id.slice(0, 40)}.`, {
      didYouMean: nearMisses(id, known, 3),
      next: ['ha_undo without arguments lists the changes.'],
    });
  };

  return {
    begin: async (draft): Promise<OpenChange> => {
      let change: Change;
      try {
        change = await keep(draft);
      } catch (error) {
        throw error instanceof ToolError ? error : notKept(error);
      }
      return { change, settle: (state, after) => settle(change, state, after) };
    },
    list: async (options = {}) => {
      const found: Change[] = [];
      for (const number of await store.numbers()) {
        const change = await readOne(number);
        // Numbers grow with time, so older ones need not be read.
        if (change && options.sinceMs !== undefined && change.atMs < options.sinceMs) break;
        if (change) found.push(change);
      }
      return found;
    },
    get,
  };
};
