import { firstAnswer, hashOf, isToolError, provenUnchanged, ToolError, type Writes } from '@switchyard-mcp/core';
import type { Body } from '../../domain/body.ts';
import { differences } from '../../domain/body-diff.ts';
import type { ChangeJournal, OpenChange, Snapshot } from '../../domain/change-journal.ts';
import type { WriteOptions } from '../../domain/object-operations.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { sameJson } from '../../domain/same-json.ts';
import { diffLines } from '../../format/diff-lines.ts';
import { partlyDone } from '../partly-done.ts';
import type { Access, Located, ObjectStore } from './object-store.ts';
import { readSettings, restoreSettings } from './registry-settings.ts';

/** How long a restarted Home Assistant may take until what happened can be read back. */
const comeBackMs = 25_000;

const entityKinds = new Set(['automation', 'script', 'scene', 'helper', 'person', 'zone']);
export const isEntity = (ref: ObjectRef): boolean => entityKinds.has(ref.kind) || (ref.kind === 'entity' && ref.domain !== 'entity');

/** One write on its way through the journal. */
export interface Writing {
  readonly store: ObjectStore;
  readonly access: Access;
  readonly journal: ChangeJournal;
  readonly writes: Writes;
  readonly options: WriteOptions;
}

const isDoubtful = (error: unknown): error is ToolError => isToolError(error) && error.fields.sideEffects === 'unknown';

/** The object of a snapshot. */
export const snapshotOf = (found: Located, registry?: Body): Snapshot => ({
  id: found.ref.id,
  key: found.key,
  body: found.body,
  hash: hashOf(found.body),
  ...(registry === undefined ? {} : { registry }),
});

/** Reads until Home Assistant answers; undefined when it stays silent. */
const readWhenBack = async (
  read: () => Promise<Located | undefined>,
  access: Access,
): Promise<{ found: Located | undefined } | undefined> =>
  firstAnswer(
    () =>
      read().then(
        (found) => ({ found }),
        () => undefined,
      ),
    { ...access, waitMs: comeBackMs },
  );

const stillUnknown = async (open: OpenChange, error: ToolError, id: string): Promise<never> => {
  await open.settle('unknown');
  throw new ToolError(
    {
      ...error.fields,
      what: `Home Assistant stopped answering after ${id} was sent. It may have been stored.`,
      next: [
        `ha_get_config id="${id}" when it answers again; ${open.change.id} in ha_undo holds how it was. Do not repeat the call before that.`,
      ],
      sideEffects: 'unknown',
    },
    { cause: error },
  );
};

const notHappened = async (open: OpenChange, error: ToolError, id: string): Promise<never> => {
  await open.settle('failed');
  throw provenUnchanged(
    new ToolError(
      {
        ...error.fields,
        code: 'upstream_unavailable',
        what: `The connection broke while ${id} was sent; read back, it is as before.`,
        next: ['Call again.'],
        retryable: true,
      },
      { cause: error },
    ),
  );
};

const recovered = 'the connection broke while it was sent; reading back shows that it was done';

/**
 * Settles what a failed send leaves: nothing happened, or nobody knows. A refusal may be that of a later command, after an
 * earlier one was done: what is there decides.
 */
const fail = async (
  open: OpenChange,
  error: unknown,
  { before, read }: { readonly before: Located | undefined; readonly read: () => Promise<Located | undefined> },
): Promise<never> => {
  if (!isToolError(error) || error.fields.sideEffects !== 'none') {
    await open.settle('unknown');
    throw error;
  }
  const seen = await read().then(
    (found) => ({ found }),
    () => undefined,
  );
  if (seen && sameJson(seen.found?.body, before?.body)) {
    await open.settle('failed');
    throw provenUnchanged(error);
  }
  await open.settle('unknown', seen?.found && snapshotOf(seen.found));
  throw partlyDone(error, { id: before?.ref.id ?? open.change.before.id, changeId: open.change.id, seen: seen !== undefined });
};

/** Gives a new entity the id that was asked for, and a restored one all that it had. */
const nameAsAsked = async (ref: ObjectRef, made: ObjectRef, { store, access, options }: Writing, notes: string[]): Promise<ObjectRef> => {
  if (options.restore?.registry && store.restoreExtras) return store.restoreExtras(made, options.restore.registry, access);
  const wanted = options.restore?.registry ?? (isEntity(made) && ref.key !== '' && made.id !== ref.id ? { entity_id: ref.id } : undefined);
  if (wanted === undefined || !isEntity(made)) return made;
  try {
    const id = await restoreSettings(made.id, wanted, access);
    if (id === made.id) return made;
    const renamed = await firstAnswer(async () => ((await access.home()).entities.has(id) ? parseObjectRef(id) : undefined), {
      ...access,
    });
    return renamed ?? made;
  } catch (error) {
    if (!isToolError(error)) throw error;
    notes.push(`it is ${made.id}: ${error.fields.why ?? error.fields.what}`);
    return made;
  }
};

const makeNew = async (ref: ObjectRef, body: Body, writing: Writing, open: OpenChange): Promise<{ ref: ObjectRef; notes: string[] }> => {
  const { store, access, options } = writing;
  const key = options.restore?.key || store.newKey?.(ref, body, access);
  const notes: string[] = [];
  let made: ObjectRef | undefined;
  const found = async (): Promise<Located | undefined> => {
    const there = made ?? (key === undefined ? undefined : await store.find(ref, key, access));
    return there && store.read(there, access);
  };
  try {
    made = await store.create(ref, body, access, key);
    return { ref: await nameAsAsked(ref, made, writing, notes), notes };
  } catch (error) {
    if (!isDoubtful(error) || key === undefined) return fail(open, error, { before: undefined, read: found });
    const seen = await firstAnswer(() => store.find(ref, key, access).catch(() => undefined), {
      ...access,
      waitMs: comeBackMs,
    });
    if (!seen) return stillUnknown(open, error, ref.id);
    return { ref: await nameAsAsked(ref, seen, writing, notes), notes: [...notes, recovered] };
  }
};

/** An entry of an entity moves when its id is among what was written. */
const refAfter = ({ ref }: Located, body: Body): ObjectRef =>
  ref.domain === 'entity' && typeof body['entity_id'] === 'string' ? parseObjectRef(`entity:${body['entity_id']}`) : ref;

/** @returns notes. */
const replaceOld = async (found: Located, body: Body, { store, access }: Writing, open: OpenChange): Promise<readonly string[]> => {
  const read = async (): Promise<Located | undefined> => {
    const there = await store.read(refAfter(found, body), access);
    // Under a new id may be somebody else, who had it before.
    return there?.key === found.key ? there : store.read(found.ref, access);
  };
  try {
    await store.replace(found, body, access);
    return [];
  } catch (error) {
    if (!isDoubtful(error)) return fail(open, error, { before: found, read });
    const seen = await readWhenBack(read, access);
    if (!seen?.found) return stillUnknown(open, error, found.ref.id);
    if (sameJson(seen.found.body, found.body)) return notHappened(open, error, found.ref.id);
    return [recovered];
  }
};

/** Values that were sent and came back otherwise or not at all; what Home Assistant only added is its own affair. */
const storedOtherwise = (sent: Body, stored: Body): readonly string[] => {
  const lost = differences(sent, stored).filter((difference) => difference.before !== undefined && difference.at !== 'id');
  const gone = lost.filter(({ after }) => after === undefined).map(({ at }) => at);
  const other = lost.filter(({ after }) => after !== undefined);
  return [
    ...(other.length > 0 ? [`Home Assistant stored it differently: ${diffLines(other, 3).join('; ')}`] : []),
    ...(gone.length > 0 ? [`read back, Home Assistant does not show ${gone.slice(0, 6).join(', ')}`] : []),
  ];
};

/** A new entity is often unavailable for a moment. */
const comeUpMs = 1_500;

const unavailableNote = async (ref: ObjectRef, access: Access): Promise<readonly string[]> => {
  if (!isEntity(ref) || ref.kind === 'scene') return [];
  const up = await firstAnswer(async () => (access.stateOf(ref.id)?.state === 'unavailable' ? undefined : true), {
    ...access,
    waitMs: comeUpMs,
  });
  return up ? [] : [`${ref.id} is unavailable: Home Assistant stored it but could not set it up; see its log`];
};

interface Written {
  readonly stored: Located;
  readonly change: Awaited<ReturnType<OpenChange['settle']>>;
  readonly notes: readonly string[];
}

/** Stores a body and reads it back. */
export const writeObject = (ref: ObjectRef, found: Located | undefined, body: Body, writing: Writing): Promise<Written> =>
  writing.writes.track(() => storeAndReadBack(ref, found, body, writing));

const storeAndReadBack = async (ref: ObjectRef, found: Located | undefined, body: Body, writing: Writing): Promise<Written> => {
  const { store, access, journal, options } = writing;
  const open = await journal.begin({
    act: found ? 'edit' : 'create',
    before: found ? snapshotOf(found) : { id: ref.id, key: options.restore?.key ?? '' },
    intended: hashOf(body),
    ...(options.group === undefined ? {} : { group: options.group }),
    ...(options.undoes === undefined ? {} : { undoes: options.undoes }),
  });
  const done = found
    ? { ref: refAfter(found, body), notes: await replaceOld(found, body, writing, open) }
    : await makeNew(ref, body, writing, open);
  const stored = await firstAnswer(() => store.read(done.ref, access).catch(() => undefined), access);
  if (!stored) {
    await open.settle('unknown');
    throw new ToolError({
      code: 'upstream_error',
      what: `${done.ref.id} was sent and accepted, but could not be read back.`,
      next: [`ha_get_config id="${done.ref.id}".`],
      sideEffects: 'unknown',
    });
  }
  if (found && sameJson(stored.body, found.body) && !sameJson(body, found.body)) {
    await open.settle('failed');
    throw provenUnchanged(
      new ToolError({
        code: 'upstream_error',
        what: `Home Assistant accepted the change of ${ref.id}, but read back it is as before.`,
        next: ['Look into the log of Home Assistant.'],
      }),
    );
  }
  const change = await open.settle('done', snapshotOf(stored));
  return { stored, change, notes: [...done.notes, ...storedOtherwise(body, stored.body), ...(await unavailableNote(stored.ref, access))] };
};

/** Removes an object and waits until it is gone. */
export const removeObject = (found: Located, writing: Writing): Promise<Omit<Written, 'stored'>> =>
  writing.writes.track(() => removeAndLook(found, writing));

const removeAndLook = async (found: Located, { store, access, journal, options }: Writing): Promise<Omit<Written, 'stored'>> => {
  const extras = store.readExtras ? store.readExtras(found, access) : isEntity(found.ref) ? readSettings(found.ref.id, access) : undefined;
  const registry = await extras;
  const open = await journal.begin({
    act: 'delete',
    before: snapshotOf(found, registry),
    ...(options.group === undefined ? {} : { group: options.group }),
    ...(options.undoes === undefined ? {} : { undoes: options.undoes }),
  });
  let error: ToolError | undefined;
  try {
    await store.remove(found, access);
  } catch (thrown) {
    if (!isDoubtful(thrown)) return fail(open, thrown, { before: found, read: () => store.read(found.ref, access) });
    error = thrown;
  }
  const isGone = async (): Promise<true | undefined> => ((await store.read(found.ref, access)) === undefined ? true : undefined);
  const gone = await firstAnswer(() => isGone().catch(() => undefined), {
    ...access,
    ...(error ? { waitMs: comeBackMs } : {}),
  });
  if (gone) return { change: await open.settle('done', { id: found.ref.id, key: found.key }), notes: error ? [recovered] : [] };
  if (error) return stillUnknown(open, error, found.ref.id);
  await open.settle('unknown');
  throw new ToolError({
    code: 'upstream_error',
    what: `Home Assistant accepted the removal of ${found.ref.id}, but it is still there.`,
    next: [`ha_get_config id="${found.ref.id}" tells whether it went meanwhile.`],
    sideEffects: 'unknown',
  });
};
