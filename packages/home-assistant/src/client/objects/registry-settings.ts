import { isToolError } from '@switchyard-mcp/core';
import { toRecord } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { sameJson } from '../../domain/same-json.ts';
import { type Access, bodyOf } from './object-store.ts';

/** What a person may set for an entity; the rest of the entry is the integration's. */
const fields = ['name', 'icon', 'area_id', 'labels', 'categories', 'aliases', 'hidden_by', 'disabled_by', 'device_class'] as const;
/** Kept by Home Assistant for itself. */
const ownOptions = new Set(['collection']);

const entryOf = async (entityId: string, { socket, signal }: Access): Promise<Body | undefined> => {
  try {
    return bodyOf(
      await socket.command({ type: 'config/entity_registry/get', entity_id: entityId }, { signal, doing: `Reading ${entityId}` }),
    );
  } catch (error) {
    // Entities without a unique id have no entry, and nobody could set anything.
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

/** The settings of an entity in its registry entry; undefined without one. */
export const readSettings = async (entityId: string, access: Access): Promise<Body | undefined> => {
  const entry = await entryOf(entityId, access);
  if (!entry) return undefined;
  const options = toRecord(entry['options']);
  const kept = Object.fromEntries(Object.entries(options).filter(([domain]) => !ownOptions.has(domain)));
  return {
    entity_id: entityId,
    ...Object.fromEntries(fields.flatMap((key) => (entry[key] === undefined ? [] : [[key, entry[key]]]))),
    options: kept,
  };
};

const update = async (message: Body, access: Access): Promise<void> => {
  const doing = `Setting ${String(message['entity_id'])}`;
  await access.socket.command({ type: 'config/entity_registry/update', ...message }, { signal: access.signal, write: true, doing });
};

/** Only "user" can be written to these; what an integration had set stays its own. */
const writable = (key: string, value: unknown): boolean => !/_by$/.test(key) || value === null || value === 'user';

const changedFields = (now: Body, wanted: Body): Body =>
  Object.fromEntries(
    fields.flatMap((key) =>
      wanted[key] === undefined || sameJson(now[key], wanted[key]) || !writable(key, wanted[key]) ? [] : [[key, wanted[key]]],
    ),
  );

/** Gives an entity the settings it had, its id included. Answers what it is called now. */
export const restoreSettings = async (entityId: string, wanted: Body, access: Access): Promise<string> => {
  const now = await readSettings(entityId, access);
  if (!now) return entityId;
  const id = typeof wanted['entity_id'] === 'string' ? wanted['entity_id'] : entityId;
  const changes = changedFields(now, wanted);
  if (id !== entityId || Object.keys(changes).length > 0)
    await update({ entity_id: entityId, ...changes, ...(id === entityId ? {} : { new_entity_id: id }) }, access);
  const options = toRecord(wanted['options']);
  const old = toRecord(now['options']);
  for (const [domain, values] of Object.entries(options))
    if (!sameJson(values, old[domain])) await update({ entity_id: id, options_domain: domain, options: values }, access);
  return id;
};
