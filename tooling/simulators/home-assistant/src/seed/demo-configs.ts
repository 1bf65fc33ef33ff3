import type { Home } from '../home/home.ts';
import { isoTime, newUlid, slugify, stableId } from '../home/identifiers.ts';
import type { Json } from '../home/types.ts';
import { addEntity } from './builder.ts';

const AUTOMATIONS: readonly Json[] = [
  {
    id: '1700000000001',
    alias: 'Evening lights at sunset',
    description: 'Turns the evening lights on when the sun sets',
    triggers: [{ trigger: 'sun', event: 'sunset' }],
    conditions: [{ condition: 'state', entity_id: 'input_boolean.vacation', state: 'off' }],
    actions: [{ action: 'light.turn_on', target: { entity_id: 'light.evening_lights' }, data: { brightness_pct: 60 } }],
    mode: 'single',
  },
  {
    id: '1700000000002',
    alias: 'Guest mode follows house mode',
    description: '',
    triggers: [{ trigger: 'state', entity_id: 'input_select.house_mode', to: 'Away' }],
    conditions: [],
    actions: [{ action: 'input_boolean.turn_off', target: { entity_id: 'input_boolean.guest_mode' } }],
    mode: 'restart',
  },
  {
    id: '1700000000003',
    alias: 'Broken night lock',
    description: 'Refers to a lock that does not exist and to a condition that is never true',
    triggers: [{ trigger: 'state', entity_id: 'input_select.house_mode', to: 'Night' }],
    conditions: [{ condition: 'template', value_template: "{{ states('input_select.house_mode') == 'night' }}" }],
    actions: [{ action: 'lock.lock', target: { entity_id: 'lock.front_dor' } }],
    mode: 'single',
  },
];

const SCRIPTS: Readonly<Record<string, Json>> = {
  movie_night: {
    alias: 'Movie night',
    description: 'Dims the living room',
    fields: { brightness: { name: 'Brightness', selector: { number: { min: 1, max: 100 } } } },
    sequence: [
      {
        action: 'light.turn_on',
        target: { entity_id: 'light.living_room_lights' },
        data: { brightness_pct: '{{ brightness | default(20) }}' },
      },
    ],
    mode: 'single',
  },
  good_night: {
    alias: 'Good night',
    description: '',
    sequence: [
      { action: 'light.turn_off', target: { area_id: 'living_room' } },
      { action: 'lock.lock', target: { entity_id: 'lock.front_door' } },
    ],
    mode: 'single',
  },
};

const SCENES: readonly Json[] = [
  {
    id: '1700000000101',
    name: 'Cosy evening',
    entities: { 'light.living_room_lights': { state: 'on', brightness: 90 }, 'light.bed_light': 'off' },
  },
  {
    id: '1700000000102',
    name: 'All bright',
    entities: { 'light.kitchen_lights': { state: 'on', brightness: 255 }, 'light.hall_lights': { state: 'on', brightness: 255 } },
  },
];

/** Automations, scripts and scenes with their entities. */
export function seedConfigs(home: Home): void {
  for (const config of AUTOMATIONS) addAutomation(home, config);
  for (const [id, config] of Object.entries(SCRIPTS)) addScript(home, id, config);
  for (const config of SCENES) addScene(home, config);
  seedTrace(home);
}

/** Stores an automation and shows its entity, or brings both up to date. */
export function addAutomation(home: Home, config: Json): void {
  const id = String(config['id']);
  const known = [...home.registries.entities.values()].find((entry) => entry.platform === 'automation' && entry.unique_id === id);
  home.configs.automation.set(id, config);
  const name = String(config['alias'] ?? id);
  if (known) return void home.patch(known.entity_id, undefined, { friendly_name: known.name ?? name, mode: config['mode'] ?? 'single' });
  const attributes = { id, last_triggered: null, mode: config['mode'] ?? 'single', current: 0 };
  addEntity(home, 'automation', name, {
    id: freeId(home, 'automation', slugify(name)),
    state: 'on',
    attributes,
    platform: 'automation',
    entry: { unique_id: id },
  });
}

/** Stores a script and shows its entity. */
export function addScript(home: Home, id: string, config: Json): void {
  home.configs.script.set(id, config);
  const name = String(config['alias'] ?? id);
  const known = [...home.registries.entities.values()].find((entry) => entry.platform === 'script' && entry.unique_id === id);
  if (known) return void home.patch(known.entity_id, undefined, { friendly_name: known.name ?? name, mode: config['mode'] ?? 'single' });
  const attributes = { last_triggered: null, mode: config['mode'] ?? 'single', current: 0 };
  addEntity(home, 'script', name, { id, state: 'off', attributes, platform: 'script', entry: { unique_id: id } });
}

/** Stores a scene and shows its entity. */
export function addScene(home: Home, config: Json): void {
  const id = String(config['id']);
  home.configs.scene.set(id, config);
  const known = [...home.registries.entities.values()].find((entry) => entry.platform === 'homeassistant' && entry.unique_id === id);
  const entities = Object.keys((config['entities'] as Json | undefined) ?? {});
  if (known) return void home.patch(known.entity_id, undefined, { friendly_name: known.name ?? config['name'], entity_id: entities });
  const attributes = { entity_id: entities, id };
  addEntity(home, 'scene', String(config['name'] ?? id), {
    state: 'unknown',
    attributes,
    platform: 'homeassistant',
    entry: { unique_id: id },
  });
}

/** Core numbers a second object of the same name. */
function freeId(home: Home, domain: string, wanted: string): string {
  let id = wanted;
  for (let number = 2; home.states.has(`${domain}.${id}`); number += 1) id = `${wanted}_${number}`;
  return id;
}

/** The night lock was triggered an hour ago, and its condition was false: traces as Core 2025.4.4 writes them. */
function seedTrace(home: Home): void {
  const startedAt = home.startedAt - 3_600_000;
  const at = (ms: number): string => isoTime(startedAt + ms);
  const itemId = '1700000000003';
  home.traces.push({
    last_step: 'condition/0',
    run_id: stableId('trace 1'),
    state: 'stopped',
    script_execution: 'failed_conditions',
    timestamp: { start: at(0), finish: at(1) },
    domain: 'automation',
    item_id: itemId,
    trigger: 'state of input_select.house_mode',
    trace: {
      'trigger/0': [{ path: 'trigger/0', timestamp: at(0), changed_variables: { trigger: nightTrigger } }],
      'condition/0': [{ path: 'condition/0', timestamp: at(0), result: { result: false, entities: ['input_select.house_mode'] } }],
    },
    config: home.configs.automation.get(itemId) ?? {},
    blueprint_inputs: null,
    context: { id: newUlid(startedAt), parent_id: null, user_id: null },
  });
}

const nightTrigger: Json = {
  id: '0',
  idx: '0',
  alias: null,
  platform: 'state',
  entity_id: 'input_select.house_mode',
  from_state: { entity_id: 'input_select.house_mode', state: 'Home' },
  to_state: { entity_id: 'input_select.house_mode', state: 'Night' },
  for: null,
  attribute: null,
  description: 'state of input_select.house_mode',
};
