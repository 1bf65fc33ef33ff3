import { isoTime } from './identifiers.ts';
import type { HomeState, Json } from './types.ts';

/** A state as REST, get_states and events carry it. */
export function writeState(state: HomeState): Json {
  return {
    entity_id: state.entityId,
    state: state.state,
    attributes: state.attributes,
    last_changed: isoTime(state.changedAt),
    last_reported: isoTime(state.updatedAt),
    last_updated: isoTime(state.updatedAt),
    context: state.context,
  };
}

/** The compressed context: an id when nothing else is known, the object otherwise. */
function compressContext(state: HomeState): unknown {
  const { context } = state;
  return context.user_id === null && context.parent_id === null ? context.id : context;
}

/** A state as subscribe_entities adds it; `lu` is left out while it equals `lc`. */
export function compressState(state: HomeState): Json {
  const out: Json = { s: state.state, a: state.attributes, c: compressContext(state), lc: state.changedAt / 1000 };
  if (state.updatedAt !== state.changedAt) out['lu'] = state.updatedAt / 1000;
  return out;
}

/** What changed between two states, as subscribe_entities says it. */
export function compressChange(old: HomeState, next: HomeState): Json {
  const plus: Json = {};
  if (old.state !== next.state) plus['s'] = next.state;
  if (old.changedAt !== next.changedAt) plus['lc'] = next.changedAt / 1000;
  else plus['lu'] = next.updatedAt / 1000;
  const changed = Object.entries(next.attributes).filter(([key, value]) => JSON.stringify(old.attributes[key]) !== JSON.stringify(value));
  if (changed.length > 0) plus['a'] = Object.fromEntries(changed);
  plus['c'] = contextChange(old, next);
  const gone = Object.keys(old.attributes).filter((key) => !(key in next.attributes));
  return gone.length > 0 ? { '+': plus, '-': { a: gone } } : { '+': plus };
}

/** Core sends only the parts of the context that differ: the bare id, or the id with its user. */
function contextChange(old: HomeState, next: HomeState): unknown {
  const parts: Json = {};
  if (old.context.parent_id !== next.context.parent_id) parts['parent_id'] = next.context.parent_id;
  if (old.context.user_id !== next.context.user_id) parts['user_id'] = next.context.user_id;
  return Object.keys(parts).length === 0 ? next.context.id : { ...parts, id: next.context.id };
}
