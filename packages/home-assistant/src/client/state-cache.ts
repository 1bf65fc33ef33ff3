import { orAborted } from '@switchyard-mcp/core';
import { isRecord, numberOf, rawTextOf, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { EntityState } from '../domain/model.ts';
import { withoutTokens } from './picture-tokens.ts';

/** Live copy of the state machine, fed by subscribe_entities. Holds only what the policy lets through. */
export interface StateCache {
  readonly states: ReadonlyMap<string, EntityState>;
  /** Ids that exist but are hidden; used to recognise them in other answers. */
  readonly hidden: ReadonlySet<string>;
  /** Entities, groups mostly, that had hidden members; those were cut out of their attributes. */
  readonly withHiddenMembers: ReadonlySet<string>;
  /** Grows with every applied change. */
  readonly revision: number;
  /** Ids changed since the last call of this method. */
  takeChanged(): ReadonlySet<string>;
  /** The next event is a whole picture that replaces this one. */
  expectSnapshot(): void;
  apply(event: unknown): void;
  /** Resolves once a whole picture is there. */
  synced(signal: AbortSignal): Promise<void>;
  listen(entityIds: readonly string[], listener: (state: EntityState) => void): () => void;
}

type Compressed = Readonly<Record<string, unknown>>;
type Listener = (state: EntityState) => void;

const contextOf = (compressed: Compressed): string | undefined => {
  const context = compressed['c'];
  return isRecord(context) ? textOf(context, 'id') : typeof context === 'string' ? context : undefined;
};

const toState = (entityId: string, compressed: Compressed): EntityState => {
  const lastChangedAt = (numberOf(compressed, 'lc') ?? 0) * 1000;
  const lastUpdated = numberOf(compressed, 'lu');
  return {
    entityId,
    state: rawTextOf(compressed, 's') ?? 'unknown',
    attributes: isRecord(compressed['a']) ? withoutTokens(compressed['a']) : {},
    lastChangedAt,
    lastUpdatedAt: lastUpdated === undefined ? lastChangedAt : lastUpdated * 1000,
    contextId: contextOf(compressed) ?? '',
  };
};

const mergeAttributes = (before: EntityState, plus: Compressed, minus: Compressed): EntityState['attributes'] => {
  const added = plus['a'];
  const removed = textsOf(minus, 'a');
  if (!isRecord(added) && removed.length === 0) return before.attributes;
  const attributes: Record<string, unknown> = { ...before.attributes, ...(isRecord(added) ? withoutTokens(added) : {}) };
  for (const key of removed) delete attributes[key];
  return attributes;
};

const merge = (before: EntityState, diff: Compressed): EntityState => {
  const plus = toRecord(diff['+']);
  const minus = toRecord(diff['-']);
  const changed = numberOf(plus, 'lc');
  const updated = numberOf(plus, 'lu') ?? changed;
  return {
    entityId: before.entityId,
    state: rawTextOf(plus, 's') ?? before.state,
    attributes: mergeAttributes(before, plus, minus),
    lastChangedAt: changed === undefined ? before.lastChangedAt : changed * 1000,
    lastUpdatedAt: updated === undefined ? before.lastUpdatedAt : updated * 1000,
    contextId: contextOf(plus) ?? before.contextId,
  };
};

/** Attributes that list other entities. */
const memberAttributes = ['entity_id', 'entities', 'group_members', 'persons'] as const;

/** Cuts hidden entities out of the lists among the attributes; the same object when there were none. */
const withoutHidden = (attributes: EntityState['attributes'], visible: (entityId: string) => boolean): EntityState['attributes'] => {
  const cut: Record<string, unknown> = {};
  for (const key of memberAttributes) {
    const members = attributes[key];
    if (!Array.isArray(members)) continue;
    const kept = members.filter((member) => typeof member !== 'string' || visible(member));
    if (kept.length < members.length) cut[key] = kept;
  }
  return Object.keys(cut).length === 0 ? attributes : { ...attributes, ...cut };
};

/** Makes an empty cache. `visible` is asked once per id. */
export const createStateCache = (visible: (entityId: string) => boolean): StateCache => {
  let states = new Map<string, EntityState>();
  const hidden = new Set<string>();
  const withHiddenMembers = new Set<string>();
  const listeners = new Map<string, Set<Listener>>();
  const waiting = new Set<() => void>();
  let changed = new Set<string>();
  let revision = 0;
  let fresh = true;
  let synced = false;

  const set = (whole: EntityState): void => {
    const attributes = withoutHidden(whole.attributes, visible);
    const state = attributes === whole.attributes ? whole : { ...whole, attributes };
    if (state !== whole) withHiddenMembers.add(state.entityId);
    states.set(state.entityId, state);
    changed.add(state.entityId);
    for (const listener of [...(listeners.get(state.entityId) ?? [])]) listener(state);
  };
  const add = (entityId: string, compressed: unknown, previous: ReadonlyMap<string, EntityState>): void => {
    if (!isRecord(compressed)) return;
    if (!visible(entityId)) return void hidden.add(entityId);
    const state = toState(entityId, compressed);
    const before = previous.get(entityId);
    // A picture after a reconnect repeats what did not change; nobody needs to hear of that.
    if (before !== undefined && before.contextId === state.contextId && before.lastUpdatedAt === state.lastUpdatedAt)
      states.set(entityId, before);
    else set(state);
  };
  const snapshot = (added: Compressed): void => {
    const previous = states;
    states = new Map();
    hidden.clear();
    for (const entityId of Object.keys(added)) add(entityId, added[entityId], previous);
    for (const entityId of previous.keys()) if (!states.has(entityId)) changed.add(entityId);
    synced = true;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const diff = (entityId: string, change: unknown): void => {
    const before = states.get(entityId);
    if (before !== undefined && isRecord(change)) set(merge(before, change));
  };
  const remove = (entityId: string): void => {
    hidden.delete(entityId);
    if (states.delete(entityId)) changed.add(entityId);
  };
  const applyDiffs = (event: Compressed): void => {
    const { a: added, c: diffs } = event;
    if (isRecord(added)) for (const id of Object.keys(added)) add(id, added[id], states);
    if (isRecord(diffs)) for (const id of Object.keys(diffs)) diff(id, diffs[id]);
    for (const id of textsOf(event, 'r')) remove(id);
  };
  const synchronised = async (signal: AbortSignal): Promise<void> => {
    if (synced) return;
    let done: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => {
      done = resolve;
      waiting.add(done);
    });
    await orAborted(whole, signal).finally(() => waiting.delete(done));
  };

  return {
    get states() {
      return states;
    },
    hidden,
    withHiddenMembers,
    get revision() {
      return revision;
    },
    takeChanged: () => {
      const taken = changed;
      changed = new Set();
      return taken;
    },
    expectSnapshot: () => {
      fresh = true;
      synced = false;
    },
    apply: (event) => {
      if (!isRecord(event)) return;
      revision += 1;
      if (!fresh) return applyDiffs(event);
      fresh = false;
      snapshot(toRecord(event['a']));
    },
    synced: synchronised,
    listen: (entityIds, listener) => {
      for (const id of entityIds) {
        const group = listeners.get(id) ?? new Set();
        group.add(listener);
        listeners.set(id, group);
      }
      return () => {
        for (const id of entityIds) {
          const group = listeners.get(id);
          group?.delete(listener);
          if (group?.size === 0) listeners.delete(id);
        }
      };
    },
  };
};
