import type { Home } from '../home/home.ts';
import { slugify } from '../home/identifiers.ts';
import type { ConfigEntry } from '../home/registries.ts';
import { type Json, toList } from '../home/types.ts';
import { renderTemplate } from '../template/render.ts';
import type { FlowHandler, Step } from './flow-handler.ts';
import { type Field, field, selected, withValues } from './schema.ts';

const text = { text: { multiline: false, multiple: false } };
const sensors = { entity: { domain: ['sensor', 'number', 'input_number'], multiple: true } };
const choice = (options: readonly string[], more: Json = {}): Json => ({
  select: { options, custom_value: false, sort: false, multiple: false, ...more },
});

/** A form whose values become the entry's options; in an options flow it shows them. */
const form =
  (schema: readonly Field[], named = true): Step =>
  ({ entry }, input) => {
    const fields = entry
      ? withValues(schema, entry.options ?? {})
      : [...(named ? [selected('name', text, { required: true })] : []), ...schema];
    if (input === undefined) return { type: 'form', schema: fields };
    return { type: 'create', title: String(input['name'] ?? entry?.title), data: { ...entry?.options, ...input } };
  };

/** Adds or changes the sensor of a helper. */
function putSensor(home: Home, entry: ConfigEntry, state: string, attributes: Json = {}): void {
  putEntity(home, entry, { domain: 'sensor', state, attributes });
}

/** Adds or changes the entity of a helper. */
function putEntity(
  home: Home,
  entry: ConfigEntry,
  { domain, state, attributes }: { domain: string; state: string; attributes: Json },
): void {
  const known = [...home.registries.entities.values()].find((one) => one.config_entry_id === entry.entry_id);
  const entityId = known?.entity_id ?? `${domain}.${slugify(entry.title)}`;
  if (!known) {
    home.registries.addEntity(entityId, entry.domain, {
      config_entry_id: entry.entry_id,
      unique_id: entry.entry_id,
      original_name: entry.title,
    });
    home.registries.changed('entity', 'create', entityId);
  }
  home.set(entityId, state, { ...attributes, friendly_name: entry.title });
}

const minMaxFields: readonly Field[] = [
  selected('entity_ids', sensors, { required: true }),
  selected('type', choice(['min', 'max', 'mean', 'median', 'last', 'range', 'sum'], { translation_key: 'type' }), { required: true }),
  selected('round_digits', { number: { min: 0, max: 6, mode: 'box', step: 1 } }, { required: true, default: 2 }),
];

function reduce(kind: unknown, numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (kind === 'min') return first;
  if (kind === 'max') return last;
  if (kind === 'sum') return sum;
  if (kind === 'range') return last - first;
  if (kind === 'median') return sorted[Math.floor(sorted.length / 2)] ?? 0;
  return kind === 'last' ? (numbers.at(-1) ?? 0) : sum / numbers.length;
}

function setUpMinMax(home: Home, entry: ConfigEntry): void {
  const options = entry.options ?? {};
  const numbers = toList(options['entity_ids']).map((id) => Number(home.states.get(id)?.state));
  const unknown = numbers.length === 0 || numbers.some(Number.isNaN);
  const digits = Number(options['round_digits'] ?? 2);
  putSensor(home, entry, unknown ? 'unknown' : String(Number(reduce(options['type'], numbers).toFixed(digits))), {
    state_class: 'measurement',
  });
}

const templateSensor: readonly Field[] = [
  selected('state', { template: {} }, { required: true }),
  selected('unit_of_measurement', choice(['%', '°C', 'W', 'kWh', 'lx'], { custom_value: true, sort: true }), { optional: true }),
  selected('state_class', choice(['measurement', 'total', 'total_increasing']), { optional: true }),
];

function setUpTemplate(home: Home, entry: ConfigEntry): void {
  const options = entry.options ?? {};
  let state = 'unavailable';
  try {
    state = renderTemplate(home, String(options['state'] ?? '')).text;
  } catch {
    // A broken template makes the entity unavailable, as in Core.
  }
  const unit = options['unit_of_measurement'];
  putSensor(home, entry, state, unit === undefined ? {} : { unit_of_measurement: unit });
}

const groupFields = (domain: string): readonly Field[] => [
  selected('entities', { entity: { domain: [domain], multiple: true } }, { required: true }),
  selected('hide_members', { boolean: {} }, { required: true, default: false }),
];

function setUpGroup(home: Home, entry: ConfigEntry): void {
  const members = toList(entry.options?.['entities']);
  const states = members.map((id) => home.states.get(id)?.state);
  const kind = String(entry.options?.['group_type'] ?? members[0]?.split('.')[0] ?? 'light');
  putEntity(home, entry, { domain: kind, state: states.includes('on') ? 'on' : 'off', attributes: { entity_id: members } });
}

/** Helpers that are made by a flow. */
export const HELPER_FLOWS: Readonly<Record<string, FlowHandler>> = {
  min_max: {
    helper: true,
    starts: { user: 'user' },
    options: 'init',
    steps: { user: form(minMaxFields), init: form(minMaxFields) },
    setUp: setUpMinMax,
    texts: {
      'config.step.user.title': 'Combine the state of several sensors',
      'config.step.user.data_description.round_digits': 'Controls the number of decimal digits in the output.',
    },
  },
  template: {
    helper: true,
    starts: { user: 'user' },
    options: 'sensor',
    steps: {
      user: (_context, input) =>
        input === undefined
          ? { type: 'menu', options: ['binary_sensor', 'sensor', 'switch'] }
          : { type: 'step', next: String(input['next_step_id']) },
      sensor: form(templateSensor),
      binary_sensor: form([selected('state', { template: {} }, { required: true })]),
      switch: form([
        selected('value_template', { template: {} }, { optional: true }),
        selected('turn_on', { action: {} }, { optional: true }),
        selected('turn_off', { action: {} }, { optional: true }),
      ]),
    },
    setUp: setUpTemplate,
    texts: {
      'config.step.user.title': 'Template helper',
      'config.step.user.description': 'This helper allows you to create helper entities that define their state using a template.',
      'config.step.sensor.title': 'Template sensor',
    },
  },
  group: {
    helper: true,
    starts: { user: 'user' },
    options: 'init',
    steps: {
      user: (_context, input) =>
        input === undefined ? { type: 'menu', options: ['light', 'switch'] } : { type: 'step', next: String(input['next_step_id']) },
      // The form of the options is named after the kind of group.
      init: ({ entry }) => ({ type: 'step', next: toList(entry?.options?.['entities'])[0]?.split('.')[0] ?? 'light' }),
      light: form(groupFields('light')),
      switch: form(groupFields('switch')),
    },
    setUp: setUpGroup,
    texts: { 'config.step.user.title': 'Create Group' },
  },
  random: {
    helper: true,
    starts: { user: 'sensor' },
    options: 'sensor',
    steps: {
      sensor: form([
        field('integer', 'minimum', { default: 0, optional: true }),
        field('integer', 'maximum', { default: 20, optional: true }),
      ]),
    },
    setUp: (home, entry) => putSensor(home, entry, String(entry.options?.['minimum'] ?? 0)),
    texts: { 'config.step.sensor.title': 'Random sensor' },
  },
};
