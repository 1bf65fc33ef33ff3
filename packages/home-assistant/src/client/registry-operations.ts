import { hashOf, isApproval, isToolError, ToolError } from '@switchyard-mcp/core';
import type { ChangeJournal, OpenChange, Snapshot } from '../domain/change-journal.ts';
import type { Body } from '../domain/object-operations.ts';
import {
  type RegistryEntry,
  type RegistryOperations,
  type RegistryRef,
  type RegistryWrite,
  registryAddress,
  registryRefOf,
} from '../domain/registry-operations.ts';
import type { Connection } from './connection.ts';
import { isRecord, textOf } from './frame.ts';
import type { RegistryGuard } from './registry-guard.ts';
import { createRegistryReader, type RegistryReader } from './registry-reader.ts';
import { addressing, exposureSteps, updateMembers } from './registry-wire.ts';

export interface RegistryParts {
  /** Connects on first use; with lists in force it also makes hidden ids known. */
  connect(signal: AbortSignal): Promise<Connection>;
  readonly guard: RegistryGuard;
  readonly journal: ChangeJournal;
}

const same = (left: unknown, right: unknown): boolean => hashOf(left ?? null) === hashOf(right ?? null);

const snapshotOf = (entry: RegistryEntry): Snapshot => ({ id: registryAddress(entry), key: entry.key, body: entry.fields });

const missing = (ref: RegistryRef): ToolError =>
  new ToolError({ code: 'not_found', what: `There is no ${ref.kind} ${ref.id.slice(0, 100)}`, sideEffects: 'none' });

/** The new id when an update renames the entity. */
const idAfter = (ref: RegistryRef, changed: Body): RegistryRef => {
  const to = ref.kind === 'entity' ? textOf(changed, 'entity_id') : undefined;
  return to === undefined ? ref : { ...ref, id: to };
};

/** Core's refusals that need another way, in words that name it. */
const explained = (error: unknown, ref: RegistryRef, changed: Body): unknown => {
  if (!isToolError(error) || error.fields.code !== 'invalid_input') return error;
  if (ref.kind !== 'entity' || changed['area_id'] === undefined || !/device/i.test(error.fields.why ?? '')) return error;
  return new ToolError({
    ...error.fields,
    what: `${ref.id} takes its place from its device, so it cannot have an area of its own; nothing was changed`,
    next: ['set the area of its device instead (ids: device:…); all entities of the device follow.'],
  });
};

/** Updates, creates and removes through the socket. Each write is journalled, sent once and read back. */
export const createRegistryOperations = ({ connect, guard, journal }: RegistryParts): RegistryOperations => {
  const reading = async (signal: AbortSignal): Promise<{ there: Connection; reader: RegistryReader }> => {
    const there = await connect(signal);
    return { there, reader: createRegistryReader(there, guard) };
  };

  const readOne = async (reader: RegistryReader, ref: RegistryRef, signal: AbortSignal): Promise<RegistryEntry | undefined> =>
    (await reader.read([ref], signal))[0];

  /** What became of a write whose answer is an error: looked up, because a lost answer says nothing. */
  const lookUp = async (
    open: OpenChange,
    error: unknown,
    now: () => Promise<Snapshot | undefined>,
    wanted: Body | undefined,
  ): Promise<void> => {
    const doubtful = !isToolError(error) || error.fields.sideEffects !== 'none';
    if (!doubtful) return void (await open.settle('failed'));
    const found = await now().then(
      (snapshot) => ({ snapshot }),
      () => undefined,
    );
    const { before } = open.change;
    if (found && same(found.snapshot?.body, before.body)) return void (await open.settle('failed'));
    const arrived = found && (wanted === undefined ? found.snapshot === undefined : fits(found.snapshot?.body, wanted));
    await open.settle(arrived ? 'done' : 'unknown', found?.snapshot);
  };

  const fits = (body: Body | undefined, wanted: Body): boolean =>
    body !== undefined && Object.entries(wanted).every(([field, value]) => same(body[field], value));

  const command = (there: Connection, message: Body & { readonly type: string }, doing: string, signal: AbortSignal): Promise<unknown> =>
    there.socket.command(message, { signal, write: true, doing });

  const sendUpdate = async (there: Connection, before: RegistryEntry, changed: Body, signal: AbortSignal): Promise<readonly string[]> => {
    const doing = `Changing ${registryAddress(before)}`;
    const members = updateMembers(before.kind, before.fields, changed);
    const notes: string[] = [];
    if (Object.keys(members).length > 0) {
      const message = { type: `config/${before.kind}_registry/update`, ...addressing(before), ...members };
      const answer = await command(there, message, doing, signal);
      if (isRecord(answer) && answer['require_restart'] === true) notes.push('takes effect after a restart of Home Assistant');
      if (isRecord(answer) && typeof answer['reload_delay'] === 'number') notes.push(`comes back in about ${answer['reload_delay']} s`);
    }
    if (changed['exposed'] !== undefined)
      for (const step of exposureSteps(idAfter(before, changed).id, before.fields['exposed'], changed['exposed']))
        await command(there, step as Body & { readonly type: string }, doing, signal);
    return notes;
  };

  const update: RegistryOperations['update'] = async (ref, fields, options) => {
    guard.requireChange(ref);
    const { there, reader } = await reading(options.signal);
    const before = await readOne(reader, ref, options.signal);
    if (before === undefined) throw missing(ref);
    const changed = Object.fromEntries(Object.entries(fields).filter(([field, value]) => !same(value, before.fields[field])));
    guard.checkUpdate(before, changed, options.approval);
    const open = await journal.begin(draft('edit', snapshotOf(before), options));
    const now = async (): Promise<Snapshot | undefined> => {
      const entry = (await readOne(reader, idAfter(ref, changed), options.signal)) ?? (await readOne(reader, ref, options.signal));
      return entry && snapshotOf(entry);
    };
    try {
      const notes = await sendUpdate(there, before, changed, options.signal);
      const entry = await readOne(reader, idAfter(ref, changed), options.signal);
      if (entry === undefined || !fits(entry.fields, changed)) throw notAsAsked(ref, entry !== undefined);
      return { entry, change: await open.settle('done', snapshotOf(entry)), notes };
    } catch (error) {
      if (open.change.state === 'open') await lookUp(open, error, now, changed);
      throw explained(error, ref, changed);
    }
  };

  const create: RegistryOperations['create'] = async (kind, fields, options) => {
    guard.requireChange({ kind, id: '' });
    const { there, reader } = await reading(options.signal);
    const scope = kind === 'category' ? { scope: options.scope ?? '' } : {};
    const name = textOf(fields, 'name') ?? '';
    const open = await journal.begin(
      draft('create', { id: `${kind}:${scope.scope === undefined ? '' : `${scope.scope}/`}${name}`, key: '' }, options),
    );
    const find = async (): Promise<RegistryEntry | undefined> =>
      (await reader.list(kind, options.scope, options.signal)).find((entry) => entry.fields['name'] === name);
    try {
      const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
      await command(there, { type: `config/${kind}_registry/create`, ...scope, ...set }, `Creating the ${kind}`, options.signal);
      const entry = await find();
      if (entry === undefined) throw notAsAsked({ kind, id: name }, false);
      return { entry, change: await open.settle('done', snapshotOf(entry)), notes: [] };
    } catch (error) {
      const now = async (): Promise<Snapshot | undefined> => {
        const entry = await find();
        return entry && snapshotOf(entry);
      };
      await lookUp(open, error, now, fields);
      throw error;
    }
  };

  /** Taking back what this server itself added needs no more agreement than adding it did. */
  const isOurOwn = async (ref: RegistryRef, { undoes }: RegistryWrite): Promise<boolean> => {
    if (undoes === undefined) return false;
    const { act, after } = await journal.get(undoes);
    return act === 'create' && after?.id === registryAddress(ref);
  };

  const remove: RegistryOperations['remove'] = async (ref, options) => {
    guard.requireChange(ref);
    if (!isApproval(options.approval) && !(await isOurOwn(ref, options))) throw needsAgreement(`Removing ${registryAddress(ref)}`);
    const { there, reader } = await reading(options.signal);
    const before = await readOne(reader, ref, options.signal);
    if (before === undefined) throw missing(ref);
    guard.checkRemoval(before);
    const messages = await reader.removal(ref, options.signal);
    const open = await journal.begin(draft('delete', snapshotOf(before), options));
    const now = async (): Promise<Snapshot | undefined> => {
      const entry = await readOne(reader, ref, options.signal);
      return entry && snapshotOf(entry);
    };
    try {
      for (const message of messages) await command(there, message, `Removing ${registryAddress(ref)}`, options.signal);
      if ((await now()) !== undefined) throw notAsAsked(ref, true);
      return { change: await open.settle('done'), notes: [] };
    } catch (error) {
      await lookUp(open, error, now, undefined);
      throw error;
    }
  };

  const restore: RegistryOperations['restore'] = async (snapshot, options) => {
    const ref = registryRefOf(snapshot.id);
    if (ref === undefined) throw new ToolError({ code: 'invalid_input', what: `${snapshot.id} is in no registry`, sideEffects: 'none' });
    const { reader } = await reading(options.signal);
    const there = await reader.byKey(ref, snapshot.key, options.signal);
    if (snapshot.body === undefined) return remove(there ?? ref, options);
    if (there !== undefined) return update(there, reader.restorable(there, snapshot.body), options);
    if (ref.kind === 'entity' || ref.kind === 'device') throw goneForGood(ref);
    return create(ref.kind, snapshot.body, { ...options, scope: ref.kind === 'category' ? ref.id.split('/')[0] : undefined });
  };

  return {
    read: async (refs, signal) => (await reading(signal)).reader.read(refs, signal),
    list: async (kind, scope, signal) => (await reading(signal)).reader.list(kind, scope, signal),
    create,
    update,
    remove,
    restore,
  };
};

const draft = (act: 'create' | 'edit' | 'delete', before: Snapshot, { group, undoes }: RegistryWrite) => ({
  act,
  before,
  ...(group === undefined ? {} : { group }),
  ...(undoes === undefined ? {} : { undoes }),
});

const needsAgreement = (doing: string): ToolError =>
  new ToolError({ code: 'confirmation_required', what: `${doing} needs a person's agreement`, sideEffects: 'none' });

const notAsAsked = ({ kind, id }: RegistryRef, there: boolean): ToolError =>
  new ToolError({
    code: 'upstream_error',
    what: `Home Assistant accepted the change of ${kind} ${id.slice(0, 100)}, but reading it back shows ${there ? 'something else' : 'nothing'}`,
    sideEffects: 'unknown',
    next: ['read it again before you repeat anything.'],
  });

const goneForGood = ({ kind, id }: RegistryRef): ToolError =>
  new ToolError({
    code: 'unsupported',
    what: `${kind} ${id.slice(0, 100)} cannot be brought back: only its integration can add it again`,
    sideEffects: 'none',
    next: ['reload the integration; then set its name and area again.'],
  });
