import type { Home } from '../home/home.ts';
import { type Json, type RegistryEntry, toList } from '../home/types.ts';
import { CommandError, type Commands, command } from './command.ts';

const EXTENDED_KEYS = ['aliases', 'capabilities', 'device_class', 'original_device_class', 'original_icon'];

function shortEntry(entry: RegistryEntry): Json {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !EXTENDED_KEYS.includes(key)));
}

/** The row of list_for_display: two-letter keys, absent when empty. */
function displayEntry(home: Home, entry: RegistryEntry): Json {
  const out: Json = { ei: entry.entity_id, pl: entry.platform };
  if (entry.area_id !== null) out['ai'] = entry.area_id;
  out['lb'] = entry.labels;
  if (entry.device_id !== null) out['di'] = entry.device_id;
  if (entry.icon !== null) out['ic'] = entry.icon;
  if (entry.translation_key !== null) out['tk'] = entry.translation_key;
  if (entry.entity_category !== null) out['ec'] = entry.entity_category === 'config' ? 0 : 1;
  if (entry.hidden_by !== null) out['hb'] = true;
  if (entry.has_entity_name) out['hn'] = true;
  const name = entry.name ?? entry.original_name;
  if (name !== null) out['en'] = name;
  if (home.states.get(entry.entity_id)?.attributes['unit_of_measurement'] === '°C') out['dp'] = 1;
  return out;
}

function find(home: Home, id: unknown): RegistryEntry {
  const entry = home.registries.entities.get(String(id));
  if (!entry) throw new CommandError('not_found', 'Entity not found');
  return entry;
}

function rename(home: Home, entry: RegistryEntry, to: string): void {
  if (to === entry.entity_id) return;
  if (home.registries.entities.has(to) || home.states.has(to))
    throw new CommandError('invalid_info', 'Entity with this ID is already registered');
  if (to.split('.')[0] !== entry.entity_id.split('.')[0]) throw new CommandError('invalid_info', 'New entity ID should be same domain');
  const old = entry.entity_id;
  const state = home.states.get(old);
  home.registries.entities.delete(old);
  entry.entity_id = to;
  home.registries.entities.set(to, entry);
  if (!state) return;
  home.remove(old);
  home.set(to, state.state, state.attributes);
}

const UPDATABLE = ['name', 'icon', 'area_id', 'device_class', 'disabled_by', 'hidden_by', 'aliases', 'labels', 'categories'] as const;

function update(home: Home, message: Json): Json {
  const entry = find(home, message['entity_id']);
  const old = entry.entity_id;
  const changes: Json = {};
  if (typeof message['new_entity_id'] === 'string') rename(home, entry, message['new_entity_id']);
  for (const key of UPDATABLE) if (message[key] !== undefined) changes[key] = message[key];
  // Core stores an unknown area without a word; so does this.
  Object.assign(entry, changes, { modified_at: Date.now() / 1000 });
  applyToState(home, entry);
  home.registries.changed('entity', 'update', entry.entity_id, { changes, ...(old === entry.entity_id ? {} : { old_entity_id: old }) });
  return { entity_entry: { ...entry } };
}

/** A new name shows in the state; a disabled entity leaves the state machine. */
function applyToState(home: Home, entry: RegistryEntry): void {
  if (entry.disabled_by !== null) home.remove(entry.entity_id);
  else if (entry.name !== null) home.patch(entry.entity_id, undefined, { friendly_name: entry.name });
}

/** The entity registry. */
export const ENTITY_REGISTRY_COMMANDS: Commands = {
  'config/entity_registry/list': command('', ({ home }) => [...home.registries.entities.values()].map(shortEntry)),
  'config/entity_registry/list_for_display': command('', ({ home }) => ({
    entity_categories: { '0': 'config', '1': 'diagnostic' },
    entities: [...home.registries.entities.values()]
      .filter((entry) => entry.disabled_by === null)
      .map((entry) => displayEntry(home, entry)),
  })),
  'config/entity_registry/get': command('entity_id!', ({ home }, { entity_id }) => find(home, entity_id)),
  'config/entity_registry/get_entries': command('entity_ids!', ({ home }, { entity_ids }) =>
    Object.fromEntries(toList(entity_ids).map((id) => [id, home.registries.entities.get(id) ?? null])),
  ),
  'config/entity_registry/update': command(
    'entity_id! name icon area_id device_class disabled_by hidden_by new_entity_id aliases labels categories options options_domain',
    ({ home }, message) => update(home, message),
    true,
  ),
  'config/entity_registry/remove': command(
    'entity_id!',
    ({ home }, { entity_id }) => {
      const entry = find(home, entity_id);
      home.registries.entities.delete(entry.entity_id);
      home.remove(entry.entity_id);
      home.registries.changed('entity', 'remove', entry.entity_id);
    },
    true,
  ),
};
