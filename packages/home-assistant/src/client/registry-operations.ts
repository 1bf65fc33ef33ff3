import { refuse, ToolError, type Writes } from '@switchyard-mcp/core';
import { textOf } from '@switchyard-mcp/core/json';
import type { Body } from '../domain/body.ts';
import type { ChangeJournal } from '../domain/change-journal.ts';
import { parseObjectRef } from '../domain/object-ref.ts';
import { type RegistryEntry, type RegistryOperations, type RegistryRef, registryAddress } from '../domain/registry-operations.ts';
import { sameField } from '../domain/same-field.ts';
import type { Connection } from './connection.ts';
import { draftOf, type JournalledWrite, journalled, snapshotOf } from './journalled.ts';
import { readMembers } from './objects/registry-members.ts';
import type { RegistryGuard } from './registry-guard.ts';
import { createRegistryReader, type RegistryReader } from './registry-reader.ts';
import { refAfter, sendUpdate } from './registry-wire.ts';

export interface RegistryParts {
  /** Connects on first use and reads the picture, which makes hidden ids known. */
  connect(signal: AbortSignal): Promise<Connection>;
  readonly guard: RegistryGuard;
  journal(): ChangeJournal;
  readonly writes: Writes;
}

const missing = (ref: RegistryRef): ToolError => refuse('not_found', `There is no ${ref.kind} ${ref.id.slice(0, 100)}.`);

/** Core's refusals that need another way, in words that name it. */
const explained = (error: ToolError, ref: RegistryRef, changed: Body): ToolError => {
  const aboutPlace = ref.kind === 'entity' && changed['area_id'] !== undefined && /device/i.test(error.fields.why ?? '');
  if (error.fields.code !== 'invalid_input' || !aboutPlace) return error;
  return new ToolError({
    ...error.fields,
    what: `${ref.id} takes its place from its device, so it cannot have an area of its own.`,
    next: ['Set the area of its device instead (ids: device:…); all entities of the device follow.'],
  });
};

/** Updates, creates and removes through the socket. Each write is journalled, sent once and read back. */
export const createRegistryOperations = ({ connect, guard, journal, writes }: RegistryParts): RegistryOperations => {
  const write = (planned: JournalledWrite) => journalled({ journal: journal(), writes }, planned);
  const reading = async (signal: AbortSignal): Promise<{ there: Connection; reader: RegistryReader }> => {
    const there = await connect(signal);
    return { there, reader: createRegistryReader(there.socket, guard) };
  };
  const one = async (reader: RegistryReader, ref: RegistryRef, signal: AbortSignal): Promise<RegistryEntry | undefined> =>
    (await reader.read([ref], signal))[0];

  const update: RegistryOperations['update'] = async (ref, fields, options) => {
    guard.requireLevel(ref);
    const { there, reader } = await reading(options.signal);
    const before = await one(reader, ref, options.signal);
    if (before === undefined) throw missing(ref);
    const changed = Object.fromEntries(Object.entries(fields).filter(([field, value]) => !sameField(field, value, before.fields[field])));
    guard.checkUpdate(before, changed, options.approval);
    return write({
      draft: draftOf('edit', snapshotOf(before), options),
      wanted: changed,
      send: () => sendUpdate(there.socket, before, changed, options.signal),
      now: async () => {
        const there = await one(reader, refAfter(ref, changed), options.signal);
        // Under the new id may be somebody else, who had it before.
        return there?.key === before.key ? there : one(reader, ref, options.signal);
      },
      explain: (error) => explained(error, ref, changed),
    });
  };

  const create: RegistryOperations['create'] = async (kind, fields, options) => {
    guard.requireLevel({ kind, id: textOf(fields, 'name') ?? '' });
    const { there, reader } = await reading(options.signal);
    const scope = kind === 'category' ? { scope: options.scope ?? '' } : {};
    const wanted = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
    guard.checkCreate(wanted);
    const id = [kind === 'category' ? `${options.scope}/` : '', textOf(fields, 'name') ?? ''].join('');
    return write({
      draft: draftOf('create', { id: `${kind}:${id}`, key: '' }, options),
      wanted,
      send: async () => {
        const message = { type: `config/${kind}_registry/create`, ...scope, ...wanted };
        await there.socket.command(message, { signal: options.signal, write: true, doing: `Creating the ${kind}` });
        return [];
      },
      now: async () => (await reader.list(kind, options.scope, options.signal)).find((entry) => entry.fields['name'] === wanted['name']),
    });
  };

  const remove: RegistryOperations['remove'] = async (ref, options) => {
    guard.requireLevel(ref);
    guard.requireConsent(options.approval, `Removing ${registryAddress(ref)}`);
    const { there, reader } = await reading(options.signal);
    const before = await one(reader, ref, options.signal);
    if (before === undefined) throw missing(ref);
    guard.checkRemoval(before);
    const messages = await reader.removal(ref, options.signal);
    const registry = await readMembers(parseObjectRef(registryAddress(ref)), { socket: there.socket, signal: options.signal });
    return write({
      draft: draftOf('delete', { ...snapshotOf(before), ...(registry === undefined ? {} : { registry }) }, options),
      wanted: undefined,
      send: async () => {
        const doing = `Removing ${registryAddress(ref)}`;
        for (const message of messages) await there.socket.command(message, { signal: options.signal, write: true, doing });
        return [];
      },
      now: () => one(reader, ref, options.signal),
    });
  };

  return {
    read: async (refs, signal) => (await reading(signal)).reader.read(refs, signal),
    list: async (kind, scope, signal) => (await reading(signal)).reader.list(kind, scope, signal),
    create,
    update,
    remove,
  };
};
