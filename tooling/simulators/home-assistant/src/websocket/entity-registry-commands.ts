import type { Home } from '../home/home.ts';
import { isJson, type Json, type RegistryEntry, toList } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { checkFields, dictionary, entityId, list, text, textOrNone, texts, userOrNone } from './check-fields.ts';
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

/** Everything that the home keeps under an entity's id goes along. */
function moveState(home: Home, old: string, to: string): void {
  for (const map of [home.todos, home.calendars, home.recorded, home.initial] as Map<string, unknown>[]) {
    if (!map.has(old)) continue;
    map.set(to, map.get(old));
    map.delete(old);
  }
  const state = home.states.get(old);
  if (!state) return;
  home.remove(old);
  home.set(to, state.state, state.attributes);
}

function rename(home: Home, entry: RegistryEntry, to: string): void {
  if (home.registries.entities.has(to) || home.states.has(to))
    throw new CommandError('invalid_info', 'Entity with this ID is already registered');
  if (entityId(to) !== undefined || to !== to.toLowerCase()) throw new CommandError('invalid_info', 'Invalid entity ID');
  if (to.split('.')[0] !== entry.entity_id.split('.')[0]) throw new CommandError('invalid_info', 'New entity ID should be same domain');
  const old = entry.entity_id;
  home.registries.entities.delete(old);
  entry.entity_id = to;
  home.registries.entities.set(to, entry);
  moveState(home, old, to);
}

const CHECKS = {
  entity_id: entityId,
  name: textOrNone,
  icon: textOrNone,
  area_id: textOrNone,
  device_class: textOrNone,
  disabled_by: userOrNone,
  hidden_by: userOrNone,
  new_entity_id: text,
  aliases: list,
  labels: texts,
  categories: dictionary,
};
const PLAIN = ['name', 'icon', 'area_id', 'device_class', 'disabled_by', 'hidden_by'] as const;

/** What is asked for and differs from what is there. Core stores an unknown area or label without a word; so does this. */
function changesOf(entry: RegistryEntry, message: Json): Json {
  const wanted: Json = {};
  for (const key of PLAIN) if (message[key] !== undefined) wanted[key] = message[key];
  for (const key of ['aliases', 'labels']) if (Array.isArray(message[key])) wanted[key] = [...new Set(message[key])];
  if (isJson(message['categories'])) {
    const merged = Object.entries({ ...entry.categories, ...message['categories'] }).filter(([, id]) => id !== null);
    wanted['categories'] = Object.fromEntries(merged);
  }
  const before = entry as unknown as Json;
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])));
}

function update(home: Home, message: Json): Json {
  checkFields(message, CHECKS);
  if ((message['options'] === undefined) !== (message['options_domain'] === undefined))
    throw new CommandError(
      'invalid_format',
      "some but not all values in the same group of inclusion 'entity_option' @ data[<entity_option>]. Got None",
    );
  const entry = find(home, String(message['entity_id']).toLowerCase());
  const device = entry.device_id === null ? undefined : home.registries.devices.get(entry.device_id);
  if (message['disabled_by'] === null && device && device.disabled_by !== null)
    throw new CommandError('invalid_info', 'Device is disabled');
  const { entity_id: old } = entry;
  const changes = changesOf(entry, message);
  const to = message['new_entity_id'];
  if (typeof to === 'string' && to !== old) rename(home, entry, to);
  const { disabled_by: disabled, ...others } = changes;
  const before = Object.fromEntries(Object.keys(changes).map((key) => [key, (entry as unknown as Json)[key]]));
  if (typeof message['options_domain'] === 'string') {
    before['options'] = entry.options;
    entry.options = { ...entry.options, [message['options_domain']]: message['options'] };
  }
  if (old !== entry.entity_id) before['entity_id'] = old;
  if (Object.keys(before).length > 0) {
    Object.assign(entry, others, { modified_at: Date.now() / 1000 });
    if (disabled !== undefined) setDisabled(home, entry, disabled as string | null);
    showName(home, entry);
    home.registries.changed('entity', 'update', entry.entity_id, {
      changes: before,
      ...(old === entry.entity_id ? {} : { old_entity_id: old }),
    });
  }
  const enabled = disabled === null;
  const soon = entry.config_entry_id === null ? { require_restart: true } : { reload_delay: RELOAD_S };
  return { entity_entry: { ...entry }, ...(enabled ? soon : {}) };
}

/** Core reloads the integration of an enabled entity after this time. */
const RELOAD_S = 30;
/** A test does not wait for that. */
const RELOAD_MS = 60;

function showName(home: Home, entry: RegistryEntry): void {
  const name = entry.name ?? entry.original_name;
  if (name !== null) home.patch(entry.entity_id, undefined, { friendly_name: name });
}

/** A disabled entity leaves the state machine; one without an integration's entry, an automation for one, stays away until a restart. */
export function setDisabled(home: Home, entry: RegistryEntry, by: string | null): void {
  entry.disabled_by = by;
  entry.modified_at = Date.now() / 1000;
  const state = home.states.get(entry.entity_id) ?? home.initial.get(entry.entity_id);
  if (by !== null) {
    if (state) home.initial.set(entry.entity_id, state);
    home.remove(entry.entity_id);
  } else if (entry.config_entry_id !== null && state) {
    home.after(`enable ${entry.entity_id}`, RELOAD_MS, () => void home.set(entry.entity_id, state.state, state.attributes));
  }
}

/** Takes an entity out of the registry and the state machine. */
export function removeEntity(home: Home, entry: RegistryEntry): void {
  home.registries.entities.delete(entry.entity_id);
  home.remove(entry.entity_id);
  home.registries.changed('entity', 'remove', entry.entity_id);
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
  'config/entity_registry/get_entries': command('entity_ids!', ({ home }, { entity_ids }) => {
    const ids = toList(entity_ids);
    const wrong = ids.find((id) => entityId(id) !== undefined);
    if (wrong !== undefined) {
      const why = `${entityId(wrong)} for dictionary value @ data['entity_ids']. Got ${pythonRepr(entity_ids)}`;
      throw new CommandError('invalid_format', why);
    }
    return Object.fromEntries(ids.map((id) => [id, home.registries.entities.get(id) ?? null]));
  }),
  'config/entity_registry/update': command(
    'entity_id! name icon area_id device_class disabled_by hidden_by new_entity_id aliases labels categories options options_domain',
    ({ home }, message) => update(home, message),
    true,
  ),
  'config/entity_registry/remove': command(
    'entity_id!',
    ({ home }, { entity_id }) => {
      checkFields({ entity_id }, { entity_id: entityId });
      removeEntity(home, find(home, entity_id));
    },
    true,
  ),
};
