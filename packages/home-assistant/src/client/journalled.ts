import { hashOf, isToolError, provenUnchanged, ToolError, type Writes } from '@switchyard-mcp/core';
import type { Body } from '../domain/body.ts';
import type { Change, ChangeDraft, ChangeJournal, Snapshot } from '../domain/change-journal.ts';
import { type RegistryEntry, type RegistryWrite, registryAddress } from '../domain/registry-operations.ts';
import { sameField } from '../domain/same-field.ts';
import { sameJson } from '../domain/same-json.ts';
import { partlyDone } from './partly-done.ts';

/** Has the body all that was asked for? */
export const fits = (body: Body | undefined, wanted: Body): boolean =>
  body !== undefined && Object.entries(wanted).every(([field, value]) => sameField(field, body[field], value));

export const snapshotOf = (entry: RegistryEntry): Snapshot => ({
  id: registryAddress(entry),
  key: entry.key,
  body: entry.fields,
  hash: hashOf(entry.fields),
});

export const draftOf = (act: ChangeDraft['act'], before: Snapshot, { group, undoes }: RegistryWrite): ChangeDraft => ({
  act,
  before,
  ...(group === undefined ? {} : { group }),
  ...(undoes === undefined ? {} : { undoes }),
});

export interface JournalledWrite {
  readonly draft: ChangeDraft;
  /** What it must look like afterwards; undefined: it must be gone. */
  readonly wanted: Body | undefined;
  send(): Promise<readonly string[]>;
  /** Reads it back; undefined when it is not there. */
  now(): Promise<RegistryEntry | undefined>;
  /** Our words for a refusal. */
  explain?(error: ToolError): ToolError;
}

export interface JournalledResult {
  readonly entry: RegistryEntry | undefined;
  readonly change: Change;
  readonly notes: readonly string[];
}

const notAsAsked = (id: string, found: { readonly entry: RegistryEntry | undefined } | undefined): ToolError =>
  new ToolError({
    code: 'upstream_error',
    what: `Home Assistant accepted the change of ${id.slice(0, 100)}, but ${
      found ? `reading it back shows ${found.entry ? 'something else' : 'nothing'}` : 'it could not be read back'
    }.`,
    sideEffects: 'unknown',
    next: ['Read it again before you repeat anything.'],
  });

export interface Journalling {
  readonly journal: ChangeJournal;
  readonly writes: Writes;
}

/**
 * Keeps how it was, sends once, reads back. When the answer is lost or doubtful, what is there decides: done, not done, or unknown.
 * @throws ToolError with sideEffects "none" when nothing was changed, else "unknown".
 */
export const journalled = ({ journal, writes }: Journalling, write: JournalledWrite): Promise<JournalledResult> =>
  writes.track(() => sendAndReadBack(journal, write));

const sendAndReadBack = async (journal: ChangeJournal, write: JournalledWrite): Promise<JournalledResult> => {
  const open = await journal.begin(write.draft);
  const arrived = (entry: RegistryEntry | undefined): boolean =>
    write.wanted === undefined ? entry === undefined : fits(entry?.fields, write.wanted);
  const finish = async (entry: RegistryEntry | undefined, notes: readonly string[]): Promise<JournalledResult> => ({
    entry,
    change: await open.settle('done', entry && snapshotOf(entry)),
    notes,
  });
  const look = (): Promise<{ readonly entry: RegistryEntry | undefined } | undefined> =>
    write.now().then(
      (entry) => ({ entry }),
      () => undefined,
    );
  /** A refusal may be that of a later command, after an earlier one was done; making an entry is one command. */
  const refused = async (error: unknown): Promise<never> => {
    const known = isToolError(error) ? (write.explain?.(error) ?? error) : error;
    const seen = write.draft.act === 'create' ? { entry: undefined } : await look();
    if (seen && sameJson(seen.entry?.fields, write.draft.before.body)) {
      await open.settle('failed');
      throw isToolError(known) ? provenUnchanged(known) : known;
    }
    await open.settle('unknown', seen?.entry && snapshotOf(seen.entry));
    throw isToolError(known) ? partlyDone(known, { id: write.draft.before.id, changeId: open.change.id, seen: seen !== undefined }) : known;
  };
  let notes: readonly string[] | undefined;
  let lost: ToolError | undefined;
  try {
    notes = await write.send();
  } catch (error) {
    if (!isToolError(error) || error.fields.sideEffects === 'none') return await refused(error);
    lost = error;
  }
  let found = await look();
  // The first look may have been too early, or have failed.
  if (notes && !(found && arrived(found.entry))) found = await look();
  if (found && arrived(found.entry)) return finish(found.entry, notes ?? ['the answer was lost; read back']);
  const problem = lost ?? notAsAsked(write.draft.before.id, found);
  if (found && sameJson(found.entry?.fields, write.draft.before.body)) {
    await open.settle('failed');
    throw provenUnchanged(new ToolError({ ...problem.fields, what: `${problem.fields.what} Read back, it is as before.` }));
  }
  await open.settle('unknown', found?.entry && snapshotOf(found.entry));
  throw problem;
};
