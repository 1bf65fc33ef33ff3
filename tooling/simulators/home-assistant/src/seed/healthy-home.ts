import type { Home } from '../home/home.ts';
import { isoTime } from '../home/identifiers.ts';
import type { Json } from '../home/types.ts';
import { addEntity } from './builder.ts';
import { addAutomation, addScene, addScript } from './demo-configs.ts';
import { seedDemoHome } from './demo-home.ts';

/** The demo home with nothing wrong in it, and with much that only looks wrong. */
export function seedHealthyHome(home: Home): void {
  seedDemoHome(home);
  mend(home);
  seedLookalikes(home);
}

/** Sets a seeded state anew, as if it had always been so. */
export function reseed(home: Home, entityId: string, state: string, attributes: Json = {}): void {
  const known = home.states.get(entityId);
  home.seed(entityId, state, { ...known?.attributes, ...attributes }, known?.changedAt ?? home.startedAt);
}

function mend(home: Home): void {
  home.configs.automation.delete('1700000000003');
  home.states.delete('automation.broken_night_lock');
  home.registries.entities.delete('automation.broken_night_lock');
  for (const [id, entry] of home.registries.configEntries) if (entry.domain === 'broken_cloud') home.registries.configEntries.delete(id);
  for (const list of [home.traces, home.log, home.issues]) list.length = 0;
  home.flows.clear();
  reseed(home, 'light.cellar_light', 'off');
  reseed(home, 'sensor.loft_climate_sensor_battery', '52');
  reseed(home, 'update.router_firmware', 'off', { latest_version: '1.0.0' });
}

const LOOKALIKE_ACTIONS: readonly Json[] = [
  { enabled: false, action: 'no_such.action', target: { entity_id: 'light.sold_long_ago' } },
  { action: '{{ which }}', target: { entity_id: '{{ lamp }}' } },
  {
    action: 'notify.send_message',
    target: { entity_id: 'notify.phone' },
    data: { message: 'light.sold_long_ago is off', data: { actions: [{ action: 'snooze.now', title: 'x' }] } },
  },
  { action: 'light.turn_on', target: { entity_id: 'all' } },
  { action: 'scene.create', data: { scene_id: 'before_movie', snapshot_entities: ['light.hall_lights'] } },
  { action: 'scene.turn_on', target: { entity_id: 'scene.before_movie' } },
  { action: 'light.turn_on', target: { entity_id: "{{ 'light.' ~ room }}" } },
];

const LOOKALIKE_CONDITIONS: readonly unknown[] = [
  "{{ states('sensor.outside_temperature') | float(0) > 20 }}",
  "{{ states('input_select.house_mode') != 'unavailable' }}",
  "{{ has_value('sensor.maybe_one_day') }}",
  "{# states('sensor.gone') > 3 #}{{ trigger.to_state.state == 'on' }}",
  { condition: 'numeric_state', entity_id: 'sensor.never_known', above: 5 },
  { condition: 'numeric_state', entity_id: 'sensor.outside_temperature', above: 'input_number.target_humidity' },
  { condition: 'state', entity_id: 'input_select.house_mode', state: ['Night', 'unavailable'] },
];

const LOOKALIKE_CARDS: readonly Json[] = [
  { type: 'custom:auto-entities', filter: { include: [{ entity_id: 'light.*' }], exclude: [{ entity_id: 'light.sold_long_ago' }] } },
  {
    type: 'entities',
    entities: ['light.hall_lights', { type: 'divider' }, { entity: 'input_select.house_mode', name: 'sensor.sold_long_ago' }],
  },
  { type: 'button', entity: 'this.entity_id', tap_action: { action: 'perform-action', perform_action: 'light.toggle' } },
  { type: 'markdown', content: "{% if has_value('sensor.sold_long_ago') %}x{% endif %} see light.sold_long_ago" },
];

/** Everything that a careless diagnosis takes for a fault. */
function seedLookalikes(home: Home): void {
  const trigger = {
    trigger: 'event',
    event_type: 'zigbee_event',
    event_data: { entity_id: 'switch.on_another_system', action: 'press.long' },
  };
  addAutomation(home, {
    id: '1700000000201',
    alias: 'Looks broken and is not',
    description: 'Was for light.sold_long_ago',
    triggers: [trigger, { trigger: 'state', entity_id: 'binary_sensor.kitchen_smoke', to: ['on', 'unavailable'] }],
    conditions: LOOKALIKE_CONDITIONS,
    actions: LOOKALIKE_ACTIONS,
    mode: 'single',
  });
  addScript(home, 'teller', {
    alias: 'Teller',
    sequence: [{ variables: { picture: 'image.png', command: 'no_such.action' } }, { stop: 'light.sold_long_ago' }],
  });
  home.objects.views.set('', { title: 'sensor.sold_long_ago', views: [{ title: 'All', cards: LOOKALIKE_CARDS }] });
  addScene(home, { id: '1700000000202', name: 'Plain', entities: { 'light.hall_lights': 'on' } });
  addEntity(home, 'light', 'Spare Lamp', { state: 'off', area: 'garage', entry: { disabled_by: 'user' } });
  addEntity(home, 'sensor', 'Full Battery', {
    state: '21',
    attributes: { device_class: 'battery', unit_of_measurement: '%' },
    area: 'hall',
  });
  addEntity(home, 'sensor', 'New Battery', {
    state: 'unknown',
    attributes: { device_class: 'battery', unit_of_measurement: '%' },
    area: 'hall',
  });
  home.issues.push({ ...issue(home, 'old_thing', 'seen_and_ignored', 'warning'), ignored: true });
  home.registries.addConfigEntry('retired_hub', 'not_loaded', null);
  ignoreEntry(home, 'retired_hub');
}

/** A discovered thing that a person waved away is an entry that never loads. */
function ignoreEntry(home: Home, domain: string): void {
  for (const [id, entry] of home.registries.configEntries)
    if (entry.domain === domain) home.registries.configEntries.set(id, { ...entry, source: 'ignore' });
}

/** One row of repairs, as Core lists it. */
export function issue(home: Home, domain: string, key: string, severity: string): Json {
  return {
    breaks_in_ha_version: null,
    created: isoTime(home.startedAt),
    dismissed_version: null,
    ignored: false,
    domain,
    is_fixable: true,
    issue_domain: null,
    issue_id: key,
    learn_more_url: null,
    severity,
    translation_key: key,
    translation_placeholders: null,
  };
}
