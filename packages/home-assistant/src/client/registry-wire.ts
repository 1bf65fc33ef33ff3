import { isRecord, rawTextOf, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { Body } from '../domain/body.ts';
import { assistants, type RegistryEntry, type RegistryKind, type RegistryRef } from '../domain/registry-operations.ts';
import { inOrder, isSet } from '../domain/same-field.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What a person can set of each kind, in Core's words. */
const settable: Readonly<Record<RegistryKind, readonly string[]>> = {
  entity: ['name', 'icon', 'area_id', 'labels', 'aliases', 'disabled_by', 'hidden_by', 'categories', 'device_class'],
  device: ['name_by_user', 'area_id', 'labels', 'disabled_by'],
  area: ['name', 'floor_id', 'icon', 'picture', 'aliases', 'labels', 'temperature_entity_id', 'humidity_entity_id'],
  floor: ['name', 'level', 'icon', 'aliases'],
  label: ['name', 'icon', 'color', 'description'],
  category: ['name', 'icon'],
};

/** The assistants that see an entity, by the options of its registry entry. */
const exposedIn = (raw: Raw): readonly string[] => {
  const options = toRecord(raw['options']);
  return assistants.filter((name) => {
    const settings = options[name];
    return isRecord(settings) && settings['should_expose'] === true;
  });
};

const fieldsOf = (kind: RegistryKind, raw: Raw): Body => {
  const fields: Record<string, unknown> = kind === 'entity' ? { entity_id: raw['entity_id'] } : {};
  // Releases that keep a list say next_name_part where the others said has_entity_name.
  const keepsOrder = kind === 'entity' && raw['has_entity_name'] === undefined;
  for (const field of settable[kind]) {
    const value = raw[field];
    if (value === undefined) continue;
    const inAnyOrder = isSet(field) && Array.isArray(value) && !(field === 'aliases' && keepsOrder);
    fields[field] = inAnyOrder ? inOrder(value) : value;
  }
  if (kind === 'entity') fields['exposed'] = exposedIn(raw);
  return fields;
};

/** Reads an entry as Core lists it; `scope` is the category's. */
export const toEntry = (kind: RegistryKind, raw: unknown, scope = ''): RegistryEntry | undefined => {
  if (!isRecord(raw)) return undefined;
  const id = textOf(raw, kind === 'entity' ? 'entity_id' : kind === 'device' ? 'id' : `${kind}_id`);
  if (id === undefined) return undefined;
  return {
    kind,
    id: kind === 'category' ? `${scope}/${id}` : id,
    key: kind === 'entity' ? (textOf(raw, 'id') ?? id) : id,
    fields: fieldsOf(kind, raw),
  };
};

/** An entity that is in no registry: only the assistants can be told about it. */
export const unregistered = (entityId: string, exposed: readonly string[]): RegistryEntry => ({
  kind: 'entity',
  id: entityId,
  key: entityId,
  fields: { entity_id: entityId, exposed },
});

/** The keys that name an entry in a command. */
export const addressing = ({ kind, id }: RegistryRef): Raw => {
  if (kind !== 'category') return { [`${kind}_id`]: id };
  const at = id.indexOf('/');
  return { scope: id.slice(0, at), category_id: id.slice(at + 1) };
};

/** A category is moved per scope: what is not there any more has to be said. */
const categoriesFrom = (before: Body, wanted: unknown): Raw => {
  const [had, has] = [before['categories'], wanted].map((value) => toRecord(value));
  return { ...Object.fromEntries(Object.keys(had ?? {}).map((scope) => [scope, null])), ...has };
};

/** The members of an update command for changed fields; without exposure, which has a command of its own. */
export const updateMembers = (kind: RegistryKind, before: Body, changed: Body): Raw => {
  const { exposed: _exposed, entity_id: newId, ...rest } = changed;
  return {
    ...rest,
    ...(kind === 'entity' && newId !== undefined ? { new_entity_id: newId } : {}),
    ...(rest['categories'] === undefined ? {} : { categories: categoriesFrom(before, rest['categories']) }),
  };
};

/** Exposure commands that lead from one list of assistants to another. */
export const exposureSteps = (entityId: string, before: unknown, wanted: unknown): readonly (Raw & { readonly type: string })[] => {
  const [had, has] = [before, wanted].map((value) => textsOf({ value }, 'value'));
  const steps = [
    { should_expose: true, names: assistants.filter((name) => has?.includes(name) && !had?.includes(name)) },
    { should_expose: false, names: assistants.filter((name) => had?.includes(name) && !has?.includes(name)) },
  ];
  return steps
    .filter(({ names }) => names.length > 0)
    .map(({ names, should_expose }) => ({ type: 'homeassistant/expose_entity', assistants: names, entity_ids: [entityId], should_expose }));
};

/** The new id when an update renames the entity. */
export const refAfter = (ref: RegistryRef, changed: Body): RegistryRef => {
  const to = ref.kind === 'entity' ? rawTextOf(changed, 'entity_id') : undefined;
  return to === undefined ? ref : { ...ref, id: to };
};

/** Core lets a person set these to "user" or nothing; other values are its own. */
export const isForeign = (field: string, value: unknown): boolean =>
  (field === 'disabled_by' || field === 'hidden_by') && value !== null && value !== 'user';

/** Sends what changed. @returns what a person should know. */
export const sendUpdate = async (
  socket: HomeSocket,
  before: RegistryEntry,
  changed: Body,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const command = (message: Raw & { readonly type: string }): Promise<unknown> =>
    socket.command(message, { signal, write: true, doing: `Changing ${before.kind}:${before.id}` });
  const members = updateMembers(before.kind, before.fields, changed);
  const notes: string[] = [];
  if (Object.keys(members).length > 0) {
    const answer = await command({ type: `config/${before.kind}_registry/update`, ...addressing(before), ...members });
    if (isRecord(answer) && answer['require_restart'] === true) notes.push('takes effect after a restart of Home Assistant');
    if (isRecord(answer) && typeof answer['reload_delay'] === 'number') notes.push(`comes back in about ${answer['reload_delay']} s`);
  }
  if (changed['exposed'] !== undefined)
    for (const step of exposureSteps(refAfter(before, changed).id, before.fields['exposed'], changed['exposed'])) await command(step);
  return notes;
};
