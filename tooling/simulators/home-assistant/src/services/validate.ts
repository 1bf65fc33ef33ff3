import { TARGET_KEYS } from '../home/target.ts';
import { type Json, toList } from '../home/types.ts';
import type { FieldDefinition, ServiceDefinition } from './catalog.ts';
import { ServiceError } from './service-error.ts';

/** Keys Core accepts although its service descriptions do not list them. */
const UNLISTED: Readonly<Record<string, readonly string[]>> = {
  light: [
    'brightness',
    'brightness_step',
    'hs_color',
    'xy_color',
    'white',
    'color_temp',
    'kelvin',
    'profile',
    'flash',
    'rgbw_color',
    'rgbww_color',
    'color_name',
    'effect',
    'transition',
  ],
  media_player: ['extra', 'announce', 'enqueue'],
  input_number: ['mode'],
  input_datetime: ['timestamp', 'datetime', 'date', 'time'],
};

/** Domains whose services take whatever they are given. */
const OPEN_DOMAINS = new Set([
  'homeassistant',
  'script',
  'notify',
  'persistent_notification',
  'tts',
  'automation',
  'scene',
  'recorder',
  'update',
]);

/** The entity id shape Core accepts. */
export const ENTITY_ID = /^[a-z0-9_]+\.[a-z0-9_]+$/;

/** Refuses data as the service's schema would: voluptuous' words and codes. */
export function validateData(definition: ServiceDefinition, data: Json): void {
  if (definition.target && definition.domain !== 'homeassistant') {
    if (!TARGET_KEYS.some((key) => data[key] !== undefined)) {
      throw invalid('must contain at least one of entity_id, device_id, area_id, floor_id, label_id.');
    }
  }
  for (const id of toList(data['entity_id']).flatMap((text) => text.split(','))) {
    const clean = id.trim().toLowerCase();
    if (clean !== 'all' && clean !== 'none' && !ENTITY_ID.test(clean)) {
      throw invalid(`not a valid value for dictionary value @ data['entity_id']`);
    }
  }
  for (const field of definition.fields) {
    validateField(field, data[field.name]);
    validateText(definition, field, data[field.name]);
  }
  if (OPEN_DOMAINS.has(definition.domain)) return;
  const known = new Set<string>([...definition.fields.map((field) => field.name), ...(UNLISTED[definition.domain] ?? [])]);
  if (definition.target) for (const key of TARGET_KEYS) known.add(key);
  for (const key of Object.keys(data)) if (!known.has(key)) throw invalid(`extra keys not allowed @ data['${key}']`);
}

function validateField(field: FieldDefinition, value: unknown): void {
  const at = `@ data['${field.name}']`;
  if (value === undefined) {
    if (field.required) throw invalid(`required key not provided ${at}`);
    return;
  }
  if (field.selector === 'number') validateNumber(field, value, at);
  if (field.options && !field.options.includes(String(value))) {
    throw invalid(`value must be one of [${field.options.map((option) => `'${option}'`).join(', ')}] for dictionary value ${at}`);
  }
  if (
    field.selector === 'boolean' &&
    typeof value !== 'boolean' &&
    !['on', 'off', 'true', 'false', 'yes', 'no', '0', '1'].includes(String(value))
  ) {
    throw invalid(`invalid boolean value ${String(value)} for dictionary value ${at}`);
  }
}

/** Lists that Core takes although it describes the field as one text. */
const TEXT_LISTS = new Set(['todo.remove_item.item']);

/** As cv.string: numbers become texts, lists and objects do not. A duration may be an object. */
function validateText(definition: ServiceDefinition, field: FieldDefinition, value: unknown): void {
  if (field.selector !== 'text' || typeof value !== 'object' || value === null) return;
  if (field.name === 'duration' && !Array.isArray(value)) return;
  if (TEXT_LISTS.has(`${definition.domain}.${definition.service}.${field.name}`) && Array.isArray(value)) return;
  throw invalid(`value should be a string for dictionary value @ data['${field.name}']`);
}

function validateNumber(field: FieldDefinition, value: unknown, at: string): void {
  const number = typeof value === 'boolean' || value === '' || value === null ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw invalid(`expected float for dictionary value ${at}`);
  // The range of set_value and of a temperature is the entity's, checked where it is known.
  if (field.name === 'value' || field.name.includes('temp')) return;
  if (field.max !== undefined && number > field.max) throw invalid(`value must be at most ${field.max} for dictionary value ${at}`);
  if (field.min !== undefined && number < field.min) throw invalid(`value must be at least ${field.min} for dictionary value ${at}`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_format', message);
}
