import { type Clock, isToolError, type Log, orAborted, type ToolError } from '@switchyard-mcp/core';
import { isRecord, textsOf } from '@switchyard-mcp/core/json';
import type { Area, Device, Floor, Label } from '../domain/model.ts';
import { cancelledError } from './map-error.ts';
import { type RegistryEntity, toArea, toDevice, toFloor, toLabel, toMap, toRegistryEntity } from './registry-entries.ts';
import type { HomeSocket } from './socket.ts';
import { spareMemory } from './spare-memory.ts';

/** The five registries as last read. */
export interface RegistryData {
  readonly entity: ReadonlyMap<string, RegistryEntity>;
  readonly device: ReadonlyMap<string, Device>;
  readonly area: ReadonlyMap<string, Area>;
  readonly floor: ReadonlyMap<string, Floor>;
  readonly label: ReadonlyMap<string, Label>;
}
export type RegistryKind = keyof RegistryData;

/** Keeps the registries up to date. */
export interface Registries {
  readonly data: RegistryData;
  /** Voice aliases of entities, as far as they were asked for. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Grows with every change of the data or the aliases. */
  readonly revision: number;
  /** Subscribes to changes, once. */
  watch(signal: AbortSignal): Promise<void>;
  /** Reads what is outdated, now. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Everything may have changed. */
  outdate(): void;
  loadAliases(signal: AbortSignal): Promise<void>;
  close(): void;
}

const kinds: readonly RegistryKind[] = ['entity', 'device', 'area', 'floor', 'label'];
const debounceMs = 500;
const aliasChunk = 2_000;
const empty: RegistryData = { entity: new Map(), device: new Map(), area: new Map(), floor: new Map(), label: new Map() };

const convert: { readonly [K in RegistryKind]: (answer: unknown) => RegistryData[K] } = {
  entity: (answer) => toMap(answer, toRegistryEntity, (item) => item.entityId),
  device: (answer) => toMap(answer, toDevice, (item) => item.deviceId),
  area: (answer) => toMap(answer, toArea, (item) => item.areaId),
  floor: (answer) => toMap(answer, toFloor, (item) => item.floorId),
  label: (answer) => toMap(answer, toLabel, (item) => item.labelId),
};

/** True for what an old version or an ordinary user cannot have; the caller then goes without. */
export const isRefusal = (error: unknown): boolean =>
  isToolError(error) && (error.fields.code === 'unsupported' || error.fields.code === 'permission_denied');

export const createRegistries = (socket: HomeSocket, clock: Clock, log: Log): Registries => {
  const closing = new AbortController();
  const outdated = new Set<RegistryKind>(kinds);
  const aliases = new Map<string, readonly string[]>();
  const aliasStamps = new Map<string, number>();
  let data = empty;
  let revision = 0;
  let loads = 0;
  let stopTimer: (() => void) | undefined;
  let work: Promise<void> | undefined;

  const read = async <K extends RegistryKind>(kind: K): Promise<Pick<RegistryData, K>> => {
    const doing = `Reading the ${kind} registry`;
    const answer = await socket
      .command({ type: `config/${kind}_registry/list` }, { signal: closing.signal, doing })
      .catch((error: unknown) => (isRefusal(error) ? [] : Promise.reject(error)));
    return { [kind]: convert[kind](answer) } as Pick<RegistryData, K>;
  };

  const load = async (): Promise<void> => {
    while (outdated.size > 0) {
      const wanted = [...outdated];
      outdated.clear();
      try {
        const parts = await Promise.all(wanted.map(read));
        data = Object.assign({ ...data }, ...parts);
        loads += 1;
        revision += 1;
      } catch (error) {
        for (const kind of wanted) outdated.add(kind);
        throw error;
      }
    }
  };

  /** One reading serves all callers; a caller that gives up does not stop it for the others. */
  const refresh = async (signal: AbortSignal): Promise<void> => {
    while (outdated.size > 0 || work !== undefined) {
      work ??= load().finally(() => {
        work = undefined;
      });
      await orAborted(work, signal, () => givenUp(signal));
    }
  };

  const mark = (kind: RegistryKind): void => {
    outdated.add(kind);
    stopTimer ??= clock.after(debounceMs, () => {
      stopTimer = undefined;
      refresh(closing.signal).catch(() => log.warn('a registry could not be read again'));
    });
  };

  const watchKind = (kind: RegistryKind, signal: AbortSignal): Promise<unknown> =>
    socket
      .subscribe({ type: 'subscribe_events', event_type: `${kind}_registry_updated` }, () => mark(kind), {
        signal,
        doing: `Watching the ${kind} registry`,
        lasting: true,
      })
      .catch((error: unknown) => (isRefusal(error) ? undefined : Promise.reject(error)));

  const stampOf = (entity: RegistryEntity): number => entity.modifiedAt ?? -loads;

  const loadChunk = async (ids: readonly string[], signal: AbortSignal): Promise<void> => {
    const answer = await socket
      .command({ type: 'config/entity_registry/get_entries', entity_ids: ids }, { signal, doing: 'Reading aliases' })
      .catch((error: unknown) => (isRefusal(error) ? {} : Promise.reject(error)));
    for (const id of ids) {
      const entity = data.entity.get(id);
      const entry = isRecord(answer) ? answer[id] : undefined;
      aliases.set(id, isRecord(entry) ? textsOf(entry, 'aliases') : []);
      if (entity !== undefined) aliasStamps.set(id, stampOf(entity));
    }
  };

  const loadAliases = async (signal: AbortSignal): Promise<void> => {
    await refresh(signal);
    const missing = [...data.entity.values()]
      .filter((entity) => aliasStamps.get(entity.entityId) !== stampOf(entity))
      .map((entity) => entity.entityId);
    for (let at = 0; at < missing.length; at += aliasChunk) {
      await loadChunk(missing.slice(at, at + aliasChunk), signal);
      if (at % (5 * aliasChunk) === 0) spareMemory();
    }
    if (missing.length > 0) revision += 1;
  };

  return {
    get data() {
      return data;
    },
    aliases,
    get revision() {
      return revision;
    },
    watch: async (signal) => void (await Promise.all(kinds.map((kind) => watchKind(kind, signal)))),
    refresh,
    outdate: () => {
      for (const kind of kinds) outdated.add(kind);
    },
    loadAliases,
    close: () => {
      stopTimer?.();
      closing.abort();
    },
  };
};

/** A caller does not wait any longer for what is read for all. */
export const givenUp = (signal: AbortSignal): ToolError => cancelledError(signal, 'Reading from Home Assistant', 'none');
