import { foldText, isToolError, refuse, ToolError } from '@switchyard-mcp/core';
import { textOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import type { RegistryEntry, RegistryKind, RegistryRef } from '../../domain/registry-operations.ts';
import { sameField } from '../../domain/same-field.ts';
import { createRegistryReader, type RegistryReader } from '../registry-reader.ts';
import { addressing, isForeign, sendUpdate, toEntry } from '../registry-wire.ts';
import type { Access, Located, ObjectStore } from './object-store.ts';
import { readMembers, restoreMembers } from './registry-members.ts';

type Place = 'area' | 'floor' | 'label' | 'category';

const places: readonly string[] = ['area', 'floor', 'label', 'category'];
const isPlace = (kind: string): kind is Place => places.includes(kind);

const readerOf = ({ socket, stateOf, registryVisible }: Access): RegistryReader =>
  createRegistryReader(socket, { isVisible: registryVisible, hasState: (entityId) => stateOf(entityId) !== undefined });

const registryRefOf = (ref: ObjectRef): RegistryRef => {
  const kind = ref.kind as RegistryKind;
  return { kind, id: kind === 'entity' && ref.domain !== 'entity' ? ref.id : ref.key };
};

const scopeOf = (ref: RegistryRef): string | undefined => (ref.kind === 'category' ? ref.id.split('/')[0] : undefined);

const cannot = (what: string, next: string): ToolError => refuse('unsupported', `${what}.`, { next: [next] });

const nameOf = ({ fields, id }: RegistryEntry): string => textOf(fields, 'name_by_user') ?? textOf(fields, 'name') ?? id;

/** By exact name, if one alone has it. */
const named = async (ref: RegistryRef, access: Access): Promise<RegistryEntry | undefined> => {
  const home = await access.home();
  const all = await readerOf(access).list(ref.kind, scopeOf(ref), access.signal);
  const wanted = foldText(ref.id.slice(ref.id.indexOf('/') + 1));
  const found = all.filter((entry) => foldText(home.devices.get(entry.id)?.name ?? nameOf(entry)) === wanted);
  if (found.length < 2) return found[0];
  throw refuse('ambiguous', `${found.length} ${ref.kind}s are called "${wanted.slice(0, 60)}".`, {
    didYouMean: found.map(({ kind, id }) => `${kind}:${id}`),
  });
};

const read = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const wanted = registryRefOf(ref);
  const [exact] = await readerOf(access).read([wanted], access.signal);
  const entry = exact ?? (wanted.kind === 'entity' ? undefined : await named(wanted, access));
  if (!entry) return undefined;
  const home = await access.home();
  const name = home.entities.get(entry.id)?.name ?? home.devices.get(entry.id)?.name ?? nameOf(entry);
  const id = entry.kind === 'entity' ? ref.id : `${entry.kind}:${entry.id}`;
  return { ref: parseObjectRef(id), key: entry.kind === 'entity' ? entry.id : entry.key, name, body: entry.fields };
};

/** An object of this store as the entry that it is. */
export const entryOf = ({ ref, key, body }: Located): RegistryEntry => ({ ...registryRefOf(ref), key, fields: body });

/** What has to be set so that `before` becomes `after`. Absent means empty; the id and what belongs to an integration stay. */
export const registryChanges = (before: Body, after: Body): Body => {
  const empty = (key: string): unknown => (Array.isArray(before[key]) ? [] : key === 'categories' ? {} : null);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const wanted = after[key] ?? (key === 'entity_id' ? before[key] : empty(key));
      return sameField(key, before[key], wanted) || isForeign(key, wanted) ? [] : [[key, wanted]];
    }),
  );
};

const replace = async ({ ref, body: before }: Located, body: Body, access: Access): Promise<void> => {
  const target = registryRefOf(ref);
  const change = registryChanges(before, body);
  if (target.kind === 'entity' && before['labels'] === undefined && Object.keys(change).some((key) => key !== 'exposed'))
    throw cannot(`${target.id} has no unique id, so Home Assistant keeps nothing of it but exposed`, 'add a unique_id where it is set up.');
  if (change['entity_id'] !== undefined && ref.domain !== 'entity')
    throw cannot(
      `Renaming ${target.id} here would leave everything behind that names it`,
      'ha_organize set.new_id renames it with its references.',
    );
  if (change['disabled_by'] === 'user' && target.id.startsWith('automation.'))
    throw cannot(`${target.id} would vanish until Home Assistant starts again`, 'stop it with ha_control action="automation.turn_off".');
  if (Object.keys(change).length > 0) await sendUpdate(access.socket, { ...target, key: '', fields: before }, change, access.signal);
};

/** Home Assistant makes the id out of the name; what comes back gets its old id by its old name first. */
const create = async (ref: ObjectRef, body: Body, { socket, signal }: Access, key?: string): Promise<ObjectRef> => {
  const { kind, id: wanted } = registryRefOf(ref);
  if (!isPlace(kind))
    throw cannot(
      `${ref.id} does not exist, and ${kind === 'device' ? 'devices' : 'entities'} come from integrations`,
      'use the kind of helper as id, such as "input_boolean" or "template".',
    );
  const send = (act: string, message: Body): Promise<unknown> =>
    socket.command({ type: `config/${kind}_registry/${act}`, ...message }, { signal, write: true, doing: `Saving the ${kind}` });
  const scope = scopeOf({ kind, id: wanted });
  const name = textOf(body, 'name') ?? wanted.slice(wanted.indexOf('/') + 1);
  const first = key === undefined || key === '' || kind === 'category' ? name : key.replaceAll('_', ' ');
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const made = toEntry(kind, await send('create', { ...given, ...(scope === undefined ? {} : { scope }), name: first }), scope);
  if (!made) throw new ToolError({ code: 'upstream_error', what: `The ${kind} could not be read back.`, sideEffects: 'unknown' });
  if (first !== name)
    await send('update', { ...addressing(made), name }).catch(async (error: unknown) => {
      // One under a name that nobody gave it is worse than none.
      if (isToolError(error) && error.fields.sideEffects === 'none') await send('delete', addressing(made)).catch(() => undefined);
      throw error;
    });
  return parseObjectRef(`${kind}:${made.id}`);
};

/** What an integration made does not come back by undoing, so it does not go the way that promises it. */
const requirePlace = (ref: ObjectRef): void => {
  const { kind, id } = registryRefOf(ref);
  if (isPlace(kind)) return;
  throw cannot(
    `${ref.id} is not deleted here: its integration made it, and ha_undo could not bring it back`,
    `ha_organize changes=[{ids:["${kind === 'device' ? ref.id : id}"],op:"remove"}] removes it for good.`,
  );
};

const remove = async ({ ref }: Located, access: Access): Promise<void> => {
  requirePlace(ref);
  const target = registryRefOf(ref);
  for (const message of await readerOf(access).removal(target, access.signal))
    await access.socket.command(message, { signal: access.signal, write: true, doing: `Removing ${ref.id}` });
};

/** Areas, floors, labels, categories, devices and entities: entries of the registries, with the fields that a person may set. */
export const registryStore: ObjectStore = {
  list: async (ref, access) => {
    if (ref.kind !== 'device' && !isPlace(ref.kind)) return [];
    const found = await readerOf(access).list(ref.kind, ref.key || undefined, access.signal);
    return found.map((entry) => ({ ref: parseObjectRef(`${entry.kind}:${entry.id}`), name: nameOf(entry), editable: true }));
  },
  read,
  create,
  find: async (ref, key, access) => {
    if (!isPlace(ref.kind)) return undefined;
    const scope = scopeOf(registryRefOf(ref));
    return (await read(parseObjectRef(`${ref.kind}:${scope === undefined ? '' : `${scope}/`}${key}`), access))?.ref;
  },
  hiddenSettings: async ({ ref }) => {
    requirePlace(ref);
    return [];
  },
  readExtras: (found, access) => readMembers(found.ref, access),
  restoreExtras: async (ref, extras, access) => {
    await restoreMembers(ref, extras, access);
    return ref;
  },
  replace,
  remove,
};
