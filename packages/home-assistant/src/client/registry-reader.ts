import { isRecord, recordsIn, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { Body } from '../domain/body.ts';
import { assistants, categoryScopes, type RegistryEntry, type RegistryKind, type RegistryRef } from '../domain/registry-operations.ts';
import { isRefusal } from './registries.ts';
import { addressing, toEntry, unregistered } from './registry-wire.ts';
import type { HomeSocket } from './socket.ts';

type Message = Body & { readonly type: string };

/** Reads entries afresh, past the picture, which follows with a delay. */
export interface RegistryReader {
  read(refs: readonly RegistryRef[], signal: AbortSignal): Promise<readonly RegistryEntry[]>;
  list(kind: RegistryKind, scope: string | undefined, signal: AbortSignal): Promise<readonly RegistryEntry[]>;
  /** Commands that remove an entry. */
  removal(ref: RegistryRef, signal: AbortSignal): Promise<readonly Message[]>;
}

const chunk = 500;
const scopeOf = (ref: RegistryRef): string | undefined => (ref.kind === 'category' ? ref.id.slice(0, ref.id.indexOf('/')) : undefined);

/** What of the home may be seen. */
export interface Sight {
  isVisible(ref: RegistryRef): boolean;
  hasState(entityId: string): boolean;
}

export const createRegistryReader = (socket: HomeSocket, sight: Sight): RegistryReader => {
  const ask = (message: Message, signal: AbortSignal): Promise<unknown> => socket.command(message, { signal, doing: 'Reading a registry' });

  const list: RegistryReader['list'] = async (kind, scope, signal) => {
    if (kind === 'category' && scope === undefined)
      return (await Promise.all(categoryScopes.map((each) => list(kind, each, signal)))).flat();
    const answer = await ask({ type: `config/${kind}_registry/list`, ...(kind === 'category' ? { scope: scope ?? '' } : {}) }, signal);
    return recordsIn(answer).flatMap((raw) => {
      const entry = toEntry(kind, raw, scope);
      return entry !== undefined && sight.isVisible(entry) ? [entry] : [];
    });
  };

  /** What Core tells of entities without a registry entry: who sees them. */
  const exposures = async (signal: AbortSignal): Promise<(entityId: string) => readonly string[]> => {
    const answer = await ask({ type: 'homeassistant/expose_entity/list' }, signal).catch((error: unknown) =>
      isRefusal(error) ? {} : Promise.reject(error),
    );
    const exposed = toRecord(toRecord(answer)['exposed_entities']);
    return (entityId) => {
      const settings = exposed[entityId];
      return isRecord(settings) ? assistants.filter((name) => settings[name] === true) : [];
    };
  };

  const entities = async (ids: readonly string[], signal: AbortSignal): Promise<readonly RegistryEntry[]> => {
    const found = new Map<string, RegistryEntry>();
    for (let at = 0; at < ids.length; at += chunk) {
      const answer = await ask({ type: 'config/entity_registry/get_entries', entity_ids: ids.slice(at, at + chunk) }, signal);
      for (const [id, raw] of Object.entries(toRecord(answer))) {
        const entry = toEntry('entity', raw);
        if (entry !== undefined) found.set(id, entry);
      }
    }
    const bare = ids.filter((id) => !found.has(id) && sight.hasState(id));
    if (bare.length > 0) {
      const exposedTo = await exposures(signal);
      for (const id of bare) found.set(id, unregistered(id, exposedTo(id)));
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  };

  const read: RegistryReader['read'] = async (refs, signal) => {
    const wanted = refs.filter(sight.isVisible);
    const ids = wanted.filter(({ kind }) => kind === 'entity').map(({ id }) => id);
    const groups = new Set(wanted.filter(({ kind }) => kind !== 'entity').map((ref) => `${ref.kind}/${scopeOf(ref) ?? ''}`));
    const lists = [...groups].map((group) => {
      const at = group.indexOf('/');
      return list(group.slice(0, at) as RegistryKind, group.slice(at + 1), signal);
    });
    const all = (await Promise.all([ids.length === 0 ? [] : entities(ids, signal), ...lists])).flat();
    const known = new Map(all.map((entry) => [`${entry.kind}:${entry.id}`, entry]));
    return wanted.flatMap(({ kind, id }) => known.get(`${kind}:${id}`) ?? []);
  };

  /** Since 2026.8 a device is removed as a whole; before, from each integration that has it. */
  const deviceRemoval = async (deviceId: string, signal: AbortSignal): Promise<readonly Message[]> => {
    const devices = recordsIn(await ask({ type: 'config/device_registry/list' }, signal));
    const raw = devices.find((device) => device['id'] === deviceId) ?? {};
    if (raw['config_entry_id'] !== undefined) return [{ type: 'config/device_registry/remove', device_id: deviceId }];
    return textsOf(raw, 'config_entries').map((config_entry_id) => ({
      type: 'config/device_registry/remove_config_entry',
      device_id: deviceId,
      config_entry_id,
    }));
  };

  return {
    read,
    list,
    removal: async (ref, signal) => {
      if (ref.kind === 'device') return deviceRemoval(ref.id, signal);
      return [{ type: `config/${ref.kind}_registry/${ref.kind === 'entity' ? 'remove' : 'delete'}`, ...addressing(ref) }];
    },
  };
};
