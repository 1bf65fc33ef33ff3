import type { Home } from '../home/home.ts';
import { newUlid, slugify } from '../home/identifiers.ts';
import { isJson, type Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { type Command, CommandError, type Commands, command } from './command.ts';

type Check = (value: unknown) => string | undefined;

interface Field {
  readonly check?: Check;
  readonly required?: boolean;
  readonly default?: unknown;
}

/** One kind of stored items, as strict as Core 2025.4.4. */
interface Kind {
  readonly fields: Readonly<Record<string, Field>>;
  /** Updates keep what they do not name. */
  readonly merges?: boolean;
  /** What is wrong with the item as a whole. */
  readonly check?: (item: Json) => { readonly code?: string; readonly message: string } | undefined;
  readonly state: (item: Json) => string;
}

const text: Check = (value) => (typeof value === 'string' ? undefined : 'expected str');
const name: Check = (value) => text(value) ?? (value === '' ? 'length of value must be at least 1' : undefined);
const icon: Check = (value) =>
  typeof value === 'string' && value.includes(':') ? undefined : 'Icons should be specified in the form "prefix:name"';
const float: Check = (value) => (value !== '' && value !== null && Number.isFinite(Number(value)) ? undefined : 'expected float');
const oneOf =
  (...options: readonly string[]): Check =>
  (value) =>
    options.includes(String(value)) ? undefined : `value must be one of ['${options.join("', '")}']`;
const duration: Check = (value) =>
  typeof value === 'string' && !/^\d{1,2}:\d{2}(:\d{2})?$/.test(value)
    ? `offset ${value} should be format 'HH:MM', 'HH:MM:SS' or 'HH:MM:SS.F'`
    : undefined;
const filled: Check = (value) => (Array.isArray(value) && value.length > 0 ? undefined : 'length of value must be at least 1');
const ranges: Check = (value) => {
  const list = Array.isArray(value) ? value.filter(isJson) : [];
  const bad = list.find((range) => String(range['from']) >= String(range['to']));
  return bad && `Invalid time range, from ${String(bad['from'])} is after ${String(bad['to'])}`;
};

const named: Readonly<Record<string, Field>> = { name: { check: name, required: true }, icon: { check: icon } };
const days = Object.fromEntries(
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, { check: ranges, default: [] }]),
);
const asFloat = (value: unknown): string => (Number.isInteger(value) ? `${String(value)}.0` : String(value));
/** A dictionary in Python's words, some numbers as floats. */
const repr = (item: Json, floats: readonly string[] = []): string =>
  `{${Object.entries(item)
    .map(([key, value]) => `'${key}': ${floats.includes(key) ? asFloat(value) : pythonRepr(value)}`)
    .join(', ')}}`;

const numberKind: Kind = {
  fields: {
    ...named,
    min: { check: float, required: true },
    max: { check: float, required: true },
    initial: { check: float },
    mode: { check: oneOf('box', 'slider'), default: 'slider' },
    step: { check: float, default: 1 },
    unit_of_measurement: { check: text },
  },
  check: (item) =>
    Number(item['min']) >= Number(item['max'])
      ? {
          message: `Maximum (${asFloat(item['min'])}) is not greater than minimum (${asFloat(item['max'])}). Got ${repr(item, ['min', 'max', 'step', 'initial'])}`,
        }
      : undefined,
  state: (item) => Number(item['initial'] ?? item['min']).toFixed(1),
};

const selectKind: Kind = {
  fields: { ...named, options: { check: filled, required: true }, initial: { check: text } },
  check: (item) => {
    const options = [item['options']].flat() as string[];
    if (new Set(options).size < options.length) return { code: 'home_assistant_error', message: 'Duplicate options are not allowed' };
    const { initial } = item;
    if (initial === undefined || options.includes(String(initial))) return undefined;
    return { message: `initial state ${String(initial)} is not part of the options: ${options.join(',')}. Got ${repr(item)}` };
  },
  state: (item) => String(item['initial'] ?? [item['options']].flat()[0]),
};

const textKind: Kind = {
  fields: {
    ...named,
    min: { check: float, default: 0 },
    max: { check: float, default: 100 },
    initial: { check: text },
    pattern: { check: text },
    mode: { check: oneOf('text', 'password'), default: 'text' },
    unit_of_measurement: { check: text },
  },
  check: (item) =>
    Number(item['min']) > Number(item['max'])
      ? { message: `Max len (${String(item['min'])}) is not greater than min len (${String(item['max'])}). Got ${repr(item)}` }
      : undefined,
  state: (item) => String(item['initial'] ?? 'unknown'),
};

const datetimeKind: Kind = {
  fields: { ...named, has_date: { default: false }, has_time: { default: false }, initial: { check: text } },
  check: (item) =>
    item['has_date'] !== true && item['has_time'] !== true
      ? { message: `Entity needs at least a date or a time. Got ${repr(item)}` }
      : undefined,
  state: (item) => (item['has_date'] === true ? '1970-01-01 00:00:00' : '00:00:00'),
};

/** Every kind of stored item. */
const KINDS: Readonly<Record<string, Kind>> = {
  input_boolean: { fields: { ...named, initial: {} }, state: () => 'off' },
  input_button: { fields: named, state: () => 'unknown' },
  input_number: numberKind,
  input_select: selectKind,
  input_text: textKind,
  input_datetime: datetimeKind,
  counter: {
    fields: {
      ...named,
      initial: { default: 0 },
      minimum: { default: null },
      maximum: { default: null },
      restore: { default: true },
      step: { default: 1 },
    },
    state: (item) => String(item['initial']),
  },
  timer: { fields: { ...named, duration: { check: duration, default: '0:00:00' }, restore: { default: false } }, state: () => 'idle' },
  schedule: { fields: { ...named, ...days }, state: () => 'off' },
  zone: {
    fields: {
      ...named,
      latitude: { check: float, required: true },
      longitude: { check: float, required: true },
      radius: { check: float, default: 100 },
      passive: { default: false },
    },
    merges: true,
    state: () => '0',
  },
  person: {
    fields: { name: { check: name, required: true }, user_id: {}, device_trackers: { default: [] }, picture: {} },
    merges: true,
    state: () => 'unknown',
  },
};

/** What is wrong with fields as they were given; Core tells of all that is missing at once, in the order of the alphabet. */
function checkGiven(kind: Kind, given: Json, partial: boolean): void {
  const extra = Object.keys(given).find((key) => kind.fields[key] === undefined);
  if (extra !== undefined)
    throw new CommandError('invalid_format', `extra keys not allowed @ data['${extra}']. Got ${pythonRepr(given[extra])}`);
  const missing = partial
    ? []
    : Object.entries(kind.fields).flatMap(([key, field]) => (field.required && given[key] === undefined ? [key] : []));
  if (missing.length > 0)
    throw new CommandError(
      'invalid_format',
      missing
        .sort()
        .map((key) => `required key not provided @ data['${key}']. Got None`)
        .join('\n'),
    );
  for (const [key, value] of Object.entries(given)) {
    const problem = kind.fields[key]?.check?.(value);
    if (problem !== undefined)
      throw new CommandError('invalid_format', `${problem} for dictionary value @ data['${key}']. Got ${pythonRepr(value)}`);
  }
}

function complete(kind: Kind, given: Json): Json {
  const defaults = Object.entries(kind.fields).flatMap(([key, field]) =>
    given[key] === undefined && field.default !== undefined ? [[key, field.default] as const] : [],
  );
  const item = { ...given, ...Object.fromEntries(defaults) };
  const problem = kind.check?.(item);
  if (problem) throw new CommandError(problem.code ?? 'invalid_format', problem.message);
  return item;
}

const entryOf = (home: Home, domain: string, id: string) =>
  [...home.registries.entities.values()].find((entry) => entry.platform === domain && entry.unique_id === id);

const attributesOf = (domain: string, item: Json): Json => {
  const { name: _name, id, ...rest } = item;
  return { ...rest, editable: true, ...(domain === 'person' ? { id } : {}) };
};

function freeId(taken: (id: string) => boolean, wanted: string): string {
  let id = wanted;
  for (let number = 2; taken(id); number += 1) id = `${wanted}_${number}`;
  return id;
}

function show(home: Home, domain: string, item: Json): void {
  const id = String(item['id']);
  const entityId = freeId((one) => home.states.has(one) || home.registries.entities.has(one), `${domain}.${slugify(String(item['name']))}`);
  // Its id is its own: one that is made again after a removal is another entry.
  home.registries.addEntity(entityId, domain, { id: newUlid().toLowerCase(), unique_id: id, original_name: String(item['name']) });
  home.registries.changed('entity', 'create', entityId);
  home.set(entityId, KINDS[domain]?.state(item) ?? 'unknown', { ...attributesOf(domain, item), friendly_name: item['name'] });
}

function commandsOf(domain: string, kind: Kind): Record<string, Command> {
  const idKey = `${domain}_id`;
  const fields = Object.keys(kind.fields).join(' ');
  const find = (home: Home, message: Json): Json => {
    const item = home.objects.of(domain).get(String(message[idKey]));
    if (!item) throw new CommandError('not_found', `Unable to find ${idKey} ${String(message[idKey])}`);
    return item;
  };
  const create: Command['run'] = ({ home }, { id: _id, type: _type, ...given }) => {
    checkGiven(kind, given, false);
    const items = home.objects.of(domain);
    const item = { id: freeId((id) => items.has(id), slugify(String(given['name']))), ...complete(kind, given) };
    items.set(item.id, item);
    show(home, domain, item);
    return item;
  };
  const update: Command['run'] = ({ home }, message) => {
    const old = find(home, message);
    const { id: _id, type: _type, [idKey]: _key, ...given } = message;
    checkGiven(kind, given, kind.merges === true);
    const item: Json = { id: old['id'], ...(kind.merges ? { ...old, ...given } : complete(kind, given)) };
    home.objects.of(domain).set(String(old['id']), item);
    const entry = entryOf(home, domain, String(old['id']));
    const state = entry && home.states.get(entry.entity_id);
    if (entry && state)
      home.set(entry.entity_id, state.state, { ...attributesOf(domain, item), friendly_name: entry.name ?? item['name'] });
    return item;
  };
  const remove: Command['run'] = ({ home }, message) => {
    const id = String(find(home, message)['id']);
    home.objects.of(domain).delete(id);
    const entry = entryOf(home, domain, id);
    if (!entry) return null;
    home.registries.entities.delete(entry.entity_id);
    home.remove(entry.entity_id);
    home.registries.changed('entity', 'remove', entry.entity_id);
    return null;
  };
  const list: Command['run'] = ({ home }) => {
    const items = [...home.objects.of(domain).values()];
    return domain === 'person' ? { storage: items, config: [] } : items;
  };
  // Keys are checked by the kind itself, after what is missing: Core's words name the key's value.
  return {
    [`${domain}/list`]: command('', list),
    [`${domain}/create`]: command(`${fields}`, create, true),
    [`${domain}/update`]: command(`${idKey}! ${fields}`, update, true),
    [`${domain}/delete`]: command(`${idKey}!`, remove, true),
  };
}

/** Helpers, zones and people that were made in the user interface. */
export const COLLECTION_COMMANDS: Commands = Object.assign({}, ...Object.entries(KINDS).map(([domain, kind]) => commandsOf(domain, kind)));

/** Entities of the seed that a person made: they get their stored items. */
export function seedItems(home: Home): void {
  for (const entry of home.registries.entities.values()) {
    const [domain = '', objectId = ''] = entry.entity_id.split('.');
    const state = home.states.get(entry.entity_id);
    const kind = KINDS[domain];
    if (!kind || state?.attributes['editable'] !== true) continue;
    entry.unique_id = objectId;
    const known = Object.fromEntries(
      Object.keys(kind.fields).flatMap((key) => (state.attributes[key] === undefined ? [] : [[key, state.attributes[key]]])),
    );
    home.objects.of(domain).set(objectId, { id: objectId, name: state.attributes['friendly_name'], ...complete(kind, known) });
  }
}
