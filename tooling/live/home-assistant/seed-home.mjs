import { waitFor } from './onboard.mjs';
import { Probe } from './probe.mjs';

const FLOORS = [
  { key: 'ground', name: 'Ground Floor', level: 0, aliases: ['downstairs'] },
  { key: 'first', name: 'First Floor', level: 1, aliases: ['upstairs'] },
];

const AREAS = [
  { name: 'Living Room', floor: 'ground', aliases: ['lounge'] },
  { name: 'Kitchen', floor: 'ground', aliases: ['cookhouse'] },
  { name: 'Hall', floor: 'ground', labels: ['security'] },
  { name: 'Garage', floor: 'ground' },
  { name: 'Bedroom', floor: 'first', aliases: ['Schlafzimmer'] },
  { name: 'Office', floor: 'first' },
  { name: 'Garden' },
];

const LABELS = [
  { key: 'evening', name: 'Evening', icon: 'mdi:weather-night', color: 'indigo' },
  { key: 'security', name: 'Security', icon: 'mdi:shield', color: 'red', description: 'Doors, locks and alarms' },
  { key: 'climate', name: 'Climate', color: 'blue' },
];

// Only entities that the demo gives a registry entry: a lock or a player without one cannot be put anywhere, as in real homes.
const PLACES = {
  'Living Room': [
    'light.ceiling_lights',
    'light.living_room_rgbww_lights',
    'cover.living_room_window',
    'fan.living_room_fan',
    'climate.ecobee',
  ],
  Kitchen: ['light.kitchen_lights', 'cover.kitchen_window', 'switch.ac', 'sensor.carbon_monoxide'],
  Hall: ['light.entrance_color_white_lights', 'cover.hall_window', 'alarm_control_panel.security', 'lock.openable_lock'],
  Garage: ['cover.garage_door', 'sensor.power_consumption'],
  Bedroom: ['light.bed_light', 'climate.heatpump', 'fan.ceiling_fan', 'sensor.carbon_dioxide'],
  Office: ['light.office_rgbw_lights', 'climate.hvac', 'number.volume'],
  Garden: ['switch.decorative_lights', 'sensor.outside_temperature', 'sensor.outside_humidity', 'binary_sensor.movement_backyard'],
};

const ALIASES = {
  'light.ceiling_lights': ['Big lamp'],
  'light.bed_light': ['Bedside lamp', 'Nachttischlampe'],
  'cover.garage_door': ['car door'],
};

const ENTITY_LABELS = {
  'light.evening_lights': ['evening'],
  'light.bed_light': ['evening'],
  'switch.decorative_lights': ['evening'],
  'alarm_control_panel.security': ['security'],
  'lock.openable_lock': ['security'],
  'climate.hvac': ['climate'],
};

/** Fills a new home with what the demo integration leaves empty: floors, areas, labels, aliases, a to-do list and a calendar. */
export async function seedHome({ url, token, log }) {
  const probe = new Probe({ url, token });
  await probe.connect();
  try {
    await ensureDemo(probe, log);
    const ids = await createPlaces(probe);
    await placeEntities(probe, { ids, log });
    await nameAndLabel(probe, { ids, log });
    await addLists(probe);
  } finally {
    probe.close();
  }
}

async function hasLights(probe) {
  return (await probe.command('get_states')).some((state) => state.entity_id.startsWith('light.kitchen'));
}

/** `demo:` in YAML makes the entry by itself in most releases; where it does not, the flow does. */
async function ensureDemo(probe, log) {
  const entries = await probe.command('config_entries/get', { domain: 'demo' });
  if (entries.length === 0) {
    log('Adding the demo integration by its config flow');
    await finishFlow(probe, 'demo', {});
  }
  await waitFor(() => hasLights(probe), { timeoutMs: 60_000, what: 'The demo entities are there' });
}

async function createPlaces(probe) {
  const floors = {};
  const labels = {};
  const areas = {};
  for (const { key, ...floor } of FLOORS) {
    floors[key] = (await probe.command('config/floor_registry/create', floor)).floor_id;
  }
  for (const { key, ...label } of LABELS) {
    labels[key] = (await probe.command('config/label_registry/create', label)).label_id;
  }
  // Onboarding makes a few areas itself, and an area cannot be made twice.
  for (const area of await probe.command('config/area_registry/list')) areas[area.name] = area.area_id;
  for (const { name, floor, aliases = [], labels: keys = [] } of AREAS) {
    const fields = { aliases, labels: keys.map((key) => labels[key]), ...(floor && { floor_id: floors[floor] }) };
    areas[name] = areas[name]
      ? (await probe.command('config/area_registry/update', { area_id: areas[name], ...fields })).area_id
      : (await probe.command('config/area_registry/create', { name, ...fields })).area_id;
  }
  return { floors, labels, areas };
}

async function placeEntities(probe, { ids, log }) {
  const registry = new Map((await probe.command('config/entity_registry/list')).map((entry) => [entry.entity_id, entry]));
  for (const [area, entities] of Object.entries(PLACES)) {
    for (const entityId of entities) {
      const entry = registry.get(entityId);
      if (!entry) {
        log(`${entityId} has no registry entry in this release; not placed`);
        continue;
      }
      // A device's area holds for its entities, and newer releases refuse an own area for the entity that names itself after its device.
      const update = entry.device_id
        ? ['config/device_registry/update', { device_id: entry.device_id }]
        : ['config/entity_registry/update', { entity_id: entityId }];
      await probe.command(update[0], { ...update[1], area_id: ids.areas[area] });
    }
  }
}

async function nameAndLabel(probe, { ids, log }) {
  const updates = [
    ...Object.entries(ALIASES).map(([entity_id, aliases]) => ({ entity_id, aliases })),
    ...Object.entries(ENTITY_LABELS).map(([entity_id, keys]) => ({ entity_id, labels: keys.map((key) => ids.labels[key]) })),
  ];
  for (const fields of updates) {
    await probe.command('config/entity_registry/update', fields).catch((error) => log(`${fields.entity_id}: ${error.message}`));
  }
}

async function addLists(probe) {
  await finishFlow(probe, 'local_todo', { todo_list_name: 'Chores' });
  await finishFlow(probe, 'local_calendar', { calendar_name: 'Family', import: 'create_empty' });
  const state = (entityId) => async () => (await probe.rest('GET', `/api/states/${entityId}`)).status === 200;
  await waitFor(state('todo.chores'), { timeoutMs: 60_000, what: 'The to-do list is there' });
  await waitFor(state('calendar.family'), { timeoutMs: 60_000, what: 'The calendar is there' });
  for (const item of ['Water the plants', 'Take out the bins']) {
    await probe.command('call_service', {
      domain: 'todo',
      service: 'add_item',
      service_data: { item },
      target: { entity_id: 'todo.chores' },
    });
  }
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const event = { summary: 'Dentist', dtstart: `${day}T10:00:00+00:00`, dtend: `${day}T11:00:00+00:00`, location: 'Main Street 1' };
  await probe.command('calendar/event/create', { entity_id: 'calendar.family', event });
}

/** Walks a config flow that asks only for things we know; a field that this release does not ask for is left out. */
async function finishFlow(probe, handler, known) {
  const path = '/api/config/config_entries/flow';
  let step = await probe.restOk('POST', path, { body: { handler, show_advanced_options: false }, timeoutMs: 120_000 });
  for (let i = 0; i < 5 && step.type === 'form'; i += 1) {
    const asked = (step.data_schema ?? []).map((field) => field.name);
    const body = Object.fromEntries(Object.entries(known).filter(([name]) => asked.includes(name)));
    step = await probe.restOk('POST', `${path}/${step.flow_id}`, { body, timeoutMs: 120_000 });
  }
  const done = step.type === 'create_entry' || (step.type === 'abort' && /already|single_instance/.test(step.reason ?? ''));
  if (!done) throw new Error(`The config flow of ${handler} ended with ${step.type}: ${JSON.stringify(step.errors ?? step.reason)}`);
}
