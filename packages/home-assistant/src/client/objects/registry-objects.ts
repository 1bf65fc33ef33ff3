import { foldText, ToolError } from '@switchyard-mcp/core';
import type { Body } from '../../domain/object-operations.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { sameJson } from '../../domain/same-json.ts';
import { recordsOf, textOf } from '../frame.ts';
import { type Access, bodyOf, type Located, type ObjectStore, textIn } from './object-store.ts';
import { readSettings, restoreSettings } from './registry-settings.ts';

type Kind = 'area' | 'floor' | 'label' | 'device';

/** The fields that a person may set; times and ids are the registry's. */
const fields: Readonly<Record<Kind, readonly string[]>> = {
  area: ['name', 'floor_id', 'icon', 'picture', 'aliases', 'labels', 'temperature_entity_id', 'humidity_entity_id'],
  floor: ['name', 'level', 'icon', 'aliases'],
  label: ['name', 'icon', 'color', 'description'],
  device: ['name_by_user', 'area_id', 'labels', 'disabled_by'],
};
const idOf = (kind: Kind, row: Body): string => textOf(row, kind === 'device' ? 'id' : `${kind}_id`) ?? '';

const rowsOf = async (kind: Kind, { socket, signal }: Access): Promise<readonly Body[]> =>
  recordsOf(await socket.command({ type: `config/${kind}_registry/list` }, { signal, doing: `Reading the ${kind}s` }));

const nameOf = (row: Body): string => textIn(row, 'name_by_user') ?? textIn(row, 'name') ?? '';

/** By id, else by exact name if one alone has it. */
const rowOf = async (kind: Kind, key: string, access: Access): Promise<Body | undefined> => {
  const rows = await rowsOf(kind, access);
  const exact = rows.find((row) => idOf(kind, row) === key);
  const named = exact ? [] : rows.filter((row) => foldText(nameOf(row)) === foldText(key));
  if (named.length < 2) return exact ?? named[0];
  throw new ToolError({
    code: 'ambiguous',
    what: `${named.length} ${kind}s are called "${key.slice(0, 60)}". Nothing was sent`,
    didYouMean: named.map((row) => `${kind}:${idOf(kind, row)}`),
    sideEffects: 'none',
  });
};

const send = (kind: Kind, act: string, message: Body, { socket, signal }: Access): Promise<unknown> =>
  socket.command({ type: `config/${kind}_registry/${act}`, ...message }, { signal, write: true, doing: `Saving the ${kind}` });

const isPlace = (ref: ObjectRef): ref is ObjectRef & { kind: Kind } => ref.kind in fields;

const readPlace = async (kind: Kind, ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const row = await rowOf(kind, ref.key, access);
  if (!row) return undefined;
  const id = idOf(kind, row);
  const body = Object.fromEntries(fields[kind].flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
  return { ref: parseObjectRef(`${kind}:${id}`), key: id, name: nameOf(row) || id, body };
};

const cannot = (what: string, next: string): ToolError =>
  new ToolError({ code: 'unsupported', what: `${what}. Nothing was sent`, next: [next], sideEffects: 'none' });

/** Home Assistant makes the id out of the name; what comes back gets its old id by its old name first. */
const createPlace = async (kind: Kind, ref: ObjectRef, body: Body, access: Access, key?: string): Promise<ObjectRef> => {
  if (kind === 'device') throw cannot('Devices come from integrations', 'ha_integration adds them.');
  const name = textIn(body, 'name') ?? ref.key;
  const made = bodyOf(await send(kind, 'create', { ...body, name: key === undefined ? name : key.replaceAll('_', ' ') }, access));
  const id = idOf(kind, made ?? {});
  if (key !== undefined) await send(kind, 'update', { [`${kind}_id`]: id, name }, access);
  return parseObjectRef(`${kind}:${id}`);
};

const changes = (before: Body, after: Body): Body =>
  Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      sameJson(before[key], after[key]) ? [] : [[key, after[key] ?? null]],
    ),
  );

const replace = async (found: Located, body: Body, access: Access): Promise<void> => {
  const { ref } = found;
  if (!isPlace(ref)) {
    await restoreSettings(found.key, body, access);
    return;
  }
  const change = changes(found.body, body);
  if (Object.keys(change).length > 0)
    await send(ref.kind, 'update', { [ref.kind === 'device' ? 'device_id' : `${ref.kind}_id`]: found.key, ...change }, access);
};

const remove = async (found: Located, access: Access): Promise<void> => {
  const { ref } = found;
  if (ref.kind === 'device') throw cannot('Devices are removed by their integration', 'ha_integration removes the integration.');
  if (isPlace(ref)) {
    await send(ref.kind, 'delete', { [`${ref.kind}_id`]: found.key }, access);
    return;
  }
  const doing = `Removing ${found.key}`;
  await access.socket.command(
    { type: 'config/entity_registry/remove', entity_id: found.key },
    { signal: access.signal, write: true, doing },
  );
};

const entityIdOf = (ref: ObjectRef): string => (ref.domain === 'entity' ? ref.key : ref.id);

const readEntity = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const id = entityIdOf(ref);
  const entity = (await access.home()).entities.get(id);
  const body = entity && (await readSettings(id, access));
  if (body) return { ref, key: id, name: entity.name, body };
  if (!entity) return undefined;
  const where = 'It has no unique id, so Home Assistant keeps no settings of it; it is set up in YAML or by its integration.';
  return { ref, key: id, name: entity.name, body: { entity_id: id }, where };
};

/** Areas, floors, labels, devices and entities: rows of the registries, with the fields that a person may set. */
export const registryStore: ObjectStore = {
  list: async (ref, access) => {
    if (!isPlace(ref)) return [];
    return (await rowsOf(ref.kind, access)).map((row) => ({
      ref: parseObjectRef(`${ref.kind}:${idOf(ref.kind, row)}`),
      name: nameOf(row),
      editable: true,
    }));
  },
  read: (ref, access) => (isPlace(ref) ? readPlace(ref.kind, ref, access) : readEntity(ref, access)),
  create: async (ref, body, access, key) => {
    if (isPlace(ref)) return createPlace(ref.kind, ref, body, access, key);
    throw cannot(
      `${ref.id} does not exist, and entities come from integrations`,
      'use the kind of helper as id, such as "input_boolean" or "template".',
    );
  },
  find: async (ref, key, access) => (isPlace(ref) ? (await readPlace(ref.kind, { ...ref, key }, access))?.ref : undefined),
  replace,
  remove,
};
