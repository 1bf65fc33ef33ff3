import { type Clock, isToolError } from '@switchyard-mcp/core';
import { toRecord } from '@switchyard-mcp/core/json';
import type { Entity, Home } from '../../domain/model.ts';
import type { ObjectBody } from '../../domain/object-operations.ts';
import { flowHelpers, type ObjectKind, type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import type { Connection } from '../connection.ts';
import { isRefusal } from '../registries.ts';
import { configItemStore } from './config-items.ts';
import { dashboardStore } from './dashboards.ts';
import { energyStore } from './energy.ts';
import { flowHelperStore } from './flow-helpers.ts';
import { type Access, bodyOf, type ObjectStore } from './object-store.ts';
import { storageItemStore } from './storage-items.ts';

/** Kinds whose bodies are searched, with how many are read at once. */
const searched = ['automation', 'script', 'scene', 'dashboard', 'helper', 'person', 'energy'] as const;
type Searched = (typeof searched)[number];
export const mostAtOnce = 32;
/** Nothing tells when these change; they are few, and read each time. */
const unwatched: ReadonlySet<string> = new Set(['person', 'energy']);
/** REST reads a whole YAML file for each scene; more at once would only queue up there. */
const scenesAtOnce = 4;
/** After a reload was called, Home Assistant needs a moment; until then nothing read is kept. */
const reloadMs = 5_000;
const events = ['automation_reloaded', 'scene_reloaded', 'lovelace_updated', 'call_service'] as const;

/** The bodies of a home, read once and again when something changed. */
export interface Bodies {
  all(access: Access, there: Connection, kinds?: readonly ObjectKind[]): Promise<readonly ObjectBody[]>;
  /** A kind was changed by us. */
  outdate(kind: ObjectKind): void;
}

const inBatches = async <T, R>(items: readonly T[], size: number, act: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += size) results.push(...(await Promise.all(items.slice(at, at + size).map(act))));
  return results;
};

const orNothing = async (work: Promise<ObjectBody | undefined>): Promise<readonly ObjectBody[]> => {
  try {
    const body = await work;
    return body ? [body] : [];
  } catch (error) {
    // One that was removed meanwhile or has no body must not spoil the search of all others.
    if (isToolError(error) && (error.fields.code === 'not_found' || error.fields.code === 'unsupported')) return [];
    throw error;
  }
};

const readWith = async (store: ObjectStore, refs: readonly ObjectRef[], size: number, access: Access): Promise<readonly ObjectBody[]> => {
  const found = await inBatches(refs, size, (ref) =>
    orNothing(store.read(ref, access).then((item) => item && { ref: item.ref, name: item.name, body: item.body })),
  );
  return found.flat();
};

/** What runs comes from memory there, so that thousands take a second. */
const running = async (kind: 'automation' | 'script', access: Access): Promise<readonly ObjectBody[]> => {
  const entities = [...(await access.home()).entities.values()].filter((entity) => entity.domain === kind && entity.state !== undefined);
  const readOne = async (entity: Entity): Promise<ObjectBody | undefined> => {
    const { socket, signal } = access;
    const answer = await socket.command(
      { type: `${kind}/config`, entity_id: entity.entityId },
      { signal, doing: `Reading ${entity.entityId}` },
    );
    const body = bodyOf(bodyOf(answer)?.['config']);
    return body && { ref: parseObjectRef(entity.entityId), name: entity.name, body };
  };
  return (await inBatches(entities, mostAtOnce, (entity) => orNothing(readOne(entity)))).flat();
};

const stores: Readonly<Record<Exclude<Searched, 'automation' | 'script'>, ObjectStore>> = {
  scene: configItemStore('scene'),
  dashboard: dashboardStore,
  helper: flowHelperStore,
  person: storageItemStore,
  energy: energyStore,
};

const readKind = async (kind: Searched, access: Access): Promise<readonly ObjectBody[]> => {
  if (kind === 'automation' || kind === 'script') return running(kind, access);
  const store = stores[kind];
  const refs = (await store.list(parseObjectRef(kind), access)).map((item) => item.ref);
  return readWith(store, refs, kind === 'dashboard' || kind === 'person' ? mostAtOnce : scenesAtOnce, access);
};

const kindOfEvent = (type: string, event: unknown): readonly Searched[] => {
  if (type === 'automation_reloaded') return ['automation'];
  if (type === 'scene_reloaded') return ['scene'];
  if (type === 'lovelace_updated') return ['dashboard'];
  const data = toRecord(toRecord(event)['data']);
  if (type !== 'call_service' || !/^reload/.test(String(data['service']))) return [];
  const domain = String(data['domain']);
  return (searched as readonly string[]).includes(domain) ? [domain as Searched] : searched;
};

/** The entities that bodies of a kind belong to: one that comes, goes or is renamed makes another text. */
const entitiesOf = (kind: Searched, home: Home): string => {
  if (kind === 'dashboard' || unwatched.has(kind)) return '';
  const mine = [...home.entities.values()].filter((entity) =>
    kind === 'helper' ? flowHelpers.has(entity.platform ?? '') : entity.domain === kind,
  );
  return mine.map(({ entityId, name }) => `${entityId} ${name}`).join();
};

/** Makes an empty cache; nothing is read before the first search. */
export const createBodies = (clock: Clock): Bodies => {
  const kept = new Map<Searched, { readonly bodies: readonly ObjectBody[]; readonly entities: string }>();
  const restless = new Map<Searched, number>();
  let watching: Connection | undefined;
  /** What is watched on this connection; an attempt that was given up goes on with the rest. */
  const subscribed = new Set<string>();
  /** Attempts come one after the other, so that no two ask for the same. */
  let attempt: Promise<void> = Promise.resolve();
  let refused = false;
  /** Without events nothing may be kept. */
  let watched = false;

  const outdate = (found: readonly Searched[]): void => {
    for (const kind of found) {
      kept.delete(kind);
      restless.set(kind, clock.monotonic() + reloadMs);
    }
  };

  const subscribeAll = async ({ socket }: Connection, signal: AbortSignal): Promise<void> => {
    const options = { signal, doing: 'Watching for reloads', lasting: true };
    for (const event_type of events) {
      if (subscribed.has(event_type)) continue;
      await socket.subscribe({ type: 'subscribe_events', event_type }, (event) => outdate(kindOfEvent(event_type, event)), options);
      subscribed.add(event_type);
    }
    // Options of a helper change without an event on the bus.
    if (!subscribed.has('helper'))
      await socket.subscribe({ type: 'config_entries/subscribe', type_filter: ['helper'] }, () => kept.delete('helper'), options);
    subscribed.add('helper');
  };

  const watchOnce = async (there: Connection, signal: AbortSignal): Promise<void> => {
    if (watching !== there) {
      watching = there;
      subscribed.clear();
      refused = false;
      watched = false;
      kept.clear();
      there.socket.onReconnect(() => kept.clear());
    }
    if (watched || refused) return;
    try {
      await subscribeAll(there, signal);
      watched = true;
    } catch (error) {
      // An ordinary user may not watch; then every search reads anew.
      if (!isRefusal(error)) throw error;
      refused = true;
    }
  };

  const watch = (there: Connection, signal: AbortSignal): Promise<void> => {
    const turn = attempt.then(() => watchOnce(there, signal));
    attempt = turn.catch(() => undefined);
    return turn;
  };

  const readOnce = async (kind: Searched, access: Access): Promise<readonly ObjectBody[]> => {
    const entities = entitiesOf(kind, await access.home());
    const known = kept.get(kind);
    if (known && known.entities === entities) return known.bodies;
    const bodies = await readKind(kind, access);
    if (watched && !unwatched.has(kind) && (restless.get(kind) ?? 0) < clock.monotonic()) kept.set(kind, { bodies, entities });
    return bodies;
  };

  return {
    all: async (access, there, kinds = searched) => {
      await watch(there, access.signal);
      const wanted = searched.filter((kind) => kinds.includes(kind));
      const lists: ObjectBody[] = [];
      for (const kind of wanted) lists.push(...(await readOnce(kind, access)));
      return lists;
    },
    outdate: (kind) => {
      if (kind === 'entity') kept.delete('helper');
      else kept.delete(kind as Searched);
    },
  };
};
