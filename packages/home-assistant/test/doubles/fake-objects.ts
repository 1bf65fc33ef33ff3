import { hashOf, ToolError } from '@switchyard-mcp/core';
import type { Body } from '../../src/domain/body.ts';
import type { Change, ChangeJournal, Snapshot } from '../../src/domain/change-journal.ts';
import type { ObjectOperations, Reference, StoredObject, Written } from '../../src/domain/object-operations.ts';
import { type ObjectRef, parseObjectRef } from '../../src/domain/object-ref.ts';

/** Objects in memory for tests of tools, with a journal; what tools may ask of them and no more. */
export interface FakeObjects {
  readonly objects: ObjectOperations;
  readonly changes: ChangeJournal;
  /** Bodies by id, as they are now; a test may change them as somebody else would. */
  readonly bodies: Map<string, Body>;
}

const missing = (id: string): ToolError => new ToolError({ code: 'not_found', what: `${id} does not exist.`, sideEffects: 'none' });

export interface FakeOptions {
  readonly references?: readonly Reference[];
  readonly lost?: readonly string[];
  readonly acts?: readonly string[];
  readonly issues?: Awaited<ReturnType<ObjectOperations['validate']>>;
}

export const fakeObjects = (given: Readonly<Record<string, Body>> = {}, options: FakeOptions = {}): FakeObjects => {
  const bodies = new Map(Object.entries(given));
  const kept: Change[] = [];

  const stored = (ref: ObjectRef): StoredObject => {
    const body = bodies.get(ref.id);
    if (!body) throw missing(ref.id);
    return { ref, key: ref.key, name: String(body['alias'] ?? body['name'] ?? ref.key), editable: true, body, hash: hashOf(body) };
  };
  const snapshot = (ref: ObjectRef): Snapshot => {
    const body = bodies.get(ref.id);
    return { id: ref.id, key: ref.key, ...(body ? { body, hash: hashOf(body) } : {}) };
  };
  const record = (act: Change['act'], ref: ObjectRef, { before, undoes }: { before: Snapshot; undoes: string | undefined }): Change => {
    const change: Change = { id: `ch-${kept.length + 1}`, atMs: kept.length, act, before, after: snapshot(ref), state: 'done', undoes };
    const undone = kept.findIndex(({ id }) => id === undoes);
    const old = kept[undone];
    if (old) kept[undone] = { ...old, undoneBy: change.id };
    kept.push(change);
    return change;
  };
  const write: ObjectOperations['write'] = async (wanted, body, { undoes }): Promise<Written> => {
    const ref = wanted.key === '' ? parseObjectRef(`${wanted.domain}.made`) : wanted;
    const before = snapshot(ref);
    bodies.set(ref.id, body);
    return { object: stored(ref), change: record(before.body ? 'edit' : 'create', ref, { before, undoes }), notes: [] };
  };

  return {
    bodies,
    objects: {
      list: async () => [...bodies.keys()].map((id) => ({ ref: parseObjectRef(id), name: id, editable: true })),
      read: async (ref) => stored(ref),
      validate: async () => options.issues ?? [],
      newSecurityActs: async () => options.acts ?? [],
      forbids: async () => undefined,
      write,
      remove: async (ref, { undoes }) => {
        const before = snapshot(ref);
        bodies.delete(ref.id);
        return { change: record('delete', ref, { before, undoes }), notes: [] };
      },
      lostByRemoval: async () => options.lost ?? [],
      references: async () => options.references ?? [],
      bodies: async () => [...bodies].map(([id, body]) => ({ ref: parseObjectRef(id), name: id, body })),
      withoutBlueprint: async (_ref, { use_blueprint: _use, ...own }) => ({ ...own, actions: [] }),
      fetchBlueprint: async () => ({ ref: parseObjectRef('blueprint:automation/x.yaml'), body: { blueprint: { name: 'X' } } }),
    },
    changes: {
      begin: async () => {
        throw new ToolError({ code: 'internal', what: 'begin was not expected here' });
      },
      list: async () => [...kept].reverse(),
      get: async (id) => kept.find((change) => change.id === id) ?? Promise.reject(missing(id)),
    },
  };
};
