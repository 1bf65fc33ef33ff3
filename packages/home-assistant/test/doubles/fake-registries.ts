import { hashOf, ToolError } from '@switchyard-mcp/core';
import type { Body } from '../../src/domain/body.ts';
import type { Change, Snapshot } from '../../src/domain/change-journal.ts';
import type { ObjectOperations, Reference, StoredObject } from '../../src/domain/object-operations.ts';
import { type ObjectRef, parseObjectRef } from '../../src/domain/object-ref.ts';
import type { RegistryEntry, RegistryKind, RegistryOperations, RegistryRef } from '../../src/domain/registry-operations.ts';

const change = (before: Snapshot): Change => ({ id: 'ch-1', atMs: 0, act: 'edit', before, state: 'done' });
const addressOf = ({ kind, id }: RegistryRef): string => `${kind}:${id}`;
const slug = (name: unknown): string => String(name).toLowerCase().replace(/\W+/g, '_');

export interface FakeRegistries extends RegistryOperations {
  readonly entries: Map<string, RegistryEntry>;
  /** What was sent: [act, address, fields]. */
  readonly sent: (readonly [string, string, Body])[];
  /** Refuses the next write of this address. */
  fail(address: string, error: ToolError): void;
}

/** Registries in memory for tests of tools. */
export const fakeRegistries = (given: readonly (readonly [RegistryKind, string, Body])[]): FakeRegistries => {
  const entries = new Map(
    given.map(([kind, id, fields]) => [
      addressOf({ kind, id }),
      { kind, id, key: kind === 'category' ? id.slice(id.indexOf('/') + 1) : id, fields },
    ]),
  );
  const failing = new Map<string, ToolError>();
  const sent: (readonly [string, string, Body])[] = [];
  const log = (act: string, ref: RegistryRef, fields: Body): void => {
    sent.push([act, addressOf(ref), fields]);
    const error = failing.get(addressOf(ref));
    failing.delete(addressOf(ref));
    if (error) throw error;
  };
  const update: RegistryOperations['update'] = async (ref, fields) => {
    log('update', ref, fields);
    const before = entries.get(addressOf(ref));
    if (!before) throw new ToolError({ code: 'not_found', what: `no ${addressOf(ref)}`, sideEffects: 'none' });
    const id = ref.kind === 'entity' && typeof fields['entity_id'] === 'string' ? fields['entity_id'] : ref.id;
    const entry = { ...before, id, fields: { ...before.fields, ...fields } };
    entries.delete(addressOf(ref));
    entries.set(addressOf(entry), entry);
    return { entry, change: change({ id: ref.id, key: ref.id }), notes: [] };
  };
  return {
    entries,
    sent,
    fail: (address, error) => void failing.set(address, error),
    read: async (refs) => refs.flatMap((ref) => entries.get(addressOf(ref)) ?? []),
    list: async (kind, scope) =>
      [...entries.values()].filter((entry) => entry.kind === kind && (scope === undefined || entry.id.startsWith(`${scope}/`))),
    create: async (kind, fields, { scope }) => {
      const key = slug(fields['name']);
      const entry = { kind, id: scope === undefined ? key : `${scope}/${key}`, key, fields };
      log('create', entry, fields);
      entries.set(addressOf(entry), entry);
      return { entry, change: change({ id: addressOf(entry), key }), notes: [] };
    },
    update,
    remove: async (ref) => {
      log('remove', ref, {});
      entries.delete(addressOf(ref));
      return { change: change({ id: addressOf(ref), key: ref.id }), notes: [] };
    },
  };
};

export interface FakeBodies extends ObjectOperations {
  readonly stored: Map<string, Body>;
  readonly written: string[];
  fail(id: string, error: ToolError): void;
}

const unexpected = (what: string) => async (): Promise<never> => {
  throw new ToolError({ code: 'internal', what: `${what} was not expected here` });
};

/** Objects in memory for tests of tools; those of `readOnly` say where they live. */
export const fakeBodies = (
  given: Readonly<Record<string, Body>>,
  {
    readOnly = {},
    referrers = [],
  }: { readonly readOnly?: Readonly<Record<string, string>>; readonly referrers?: readonly Reference[] } = {},
): FakeBodies => {
  const bodies = new Map(Object.entries(given));
  const failing = new Map<string, ToolError>();
  const written: string[] = [];
  const readNow = (ref: ObjectRef): StoredObject => {
    const body = bodies.get(ref.id);
    if (!body) throw new ToolError({ code: 'not_found', what: `no ${ref.id}`, sideEffects: 'none' });
    const where = readOnly[ref.id];
    const more = where === undefined ? {} : { where };
    return { ref, name: ref.id, key: ref.key, body, hash: hashOf(body), editable: where === undefined, ...more };
  };
  return {
    stored: bodies,
    written,
    fail: (id, error) => void failing.set(id, error),
    list: unexpected('list'),
    read: async (ref) => readNow(ref),
    validate: unexpected('validate'),
    newSecurityActs: unexpected('newSecurityActs'),
    forbids: async () => undefined,
    write: async (ref, body, { expected }) => {
      if (readNow(ref).hash !== expected) throw new ToolError({ code: 'conflict', what: `${ref.id} was changed`, sideEffects: 'none' });
      const error = failing.get(ref.id);
      failing.delete(ref.id);
      if (error) throw error;
      written.push(ref.id);
      bodies.set(ref.id, body);
      return { object: readNow(ref), change: change({ id: ref.id, key: ref.key }), notes: [] };
    },
    remove: unexpected('remove'),
    references: async () => referrers,
    lostByRemoval: async () => [],
    bodies: async () => [...bodies].map(([id, body]) => ({ ref: parseObjectRef(id), name: id, body })),
    withoutBlueprint: unexpected('withoutBlueprint'),
    fetchBlueprint: unexpected('fetchBlueprint'),
  };
};
