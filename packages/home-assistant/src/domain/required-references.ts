import { isRecord } from './is-record.ts';
import { entityKeys, placeKeys } from './reference-keys.ts';

export type ReferenceKind = 'entity' | 'service' | 'device' | 'area' | 'floor' | 'label';

/** One place where a body names something that has to exist, by the part it plays there: not every text that looks like an id is one. */
export interface RequiredReference {
  readonly kind: ReferenceKind;
  readonly id: string;
  /** JSON Pointer into the body. */
  readonly pointer: string;
  /** Named inside the text of a template. */
  readonly inTemplate: boolean;
  /** Nobody says what part it plays (inputs of blueprints): it may also be a service. */
  readonly loose: boolean;
}

type Raw = Readonly<Record<string, unknown>>;
interface Place {
  readonly pointer: string;
  /** Inside the data of a call or of an event: "action" is no service there. */
  readonly inData: boolean;
  /** Inside the inputs of a blueprint. */
  readonly inInput: boolean;
}

/** Domains that have entities. A home may have more; with these a removed integration's entities are known for what they were. */
export const entityDomains: ReadonlySet<string> = new Set(
  `ai_task air_quality alarm_control_panel assist_satellite automation binary_sensor button calendar camera climate conversation counter
  cover date datetime device_tracker event fan geo_location group humidifier image image_processing input_boolean input_button
  input_datetime input_number input_select input_text lawn_mower light lock media_player notify number person plant proximity remote scene
  schedule script select sensor siren stt sun switch tag text time timer todo tts update vacuum valve wake_word water_heater weather
  zone`.split(/\s+/),
);

const idPattern = /^[a-z0-9_]+\.[a-z0-9_]+$/;
const template = /\{\{|\{%|\[\[\[/;
/** Words before the dot where cards and templates write paths of their own. */
const pathWords: ReadonlySet<string> = new Set(['this', 'config', 'trigger', 'entity', 'variables', 'states', 'card']);
/** Keys that take a literal or the entity that holds it. */
const valueKeys: ReadonlySet<string> = new Set(['above', 'below', 'at', 'after', 'before']);
const serviceKeys: ReadonlySet<string> = new Set(['action', 'service', 'perform_action']);
/** What is in here names nothing that has to exist. */
const passedOver: ReadonlySet<string> = new Set(['exclude', 'alias', 'description', 'name', 'title', 'metadata', 'fields', 'unique_id']);
const words = new Set(['all', 'none', '']);

const escaped = (key: string): string => key.replace(/~/g, '~0').replace(/\//g, '~1');
/** Under this key nothing but an entity stands, even one of a misspelt domain. */
const standsForEntity = (text: string, key: string): boolean =>
  key === 'entity_id' && idPattern.test(text) && !pathWords.has(text.slice(0, text.indexOf('.')));
const looksLikeEntity = (text: string): boolean => idPattern.test(text) && entityDomains.has(text.slice(0, text.indexOf('.')));

/** Entities that a template asks for by name. Names put together from parts cannot be seen, and has_value asks whether it exists. */
export const entitiesInTemplate = (text: string): readonly string[] => {
  const code = text.replace(/\{#[\s\S]*?#\}/g, '');
  const asked = code.matchAll(
    /\b(?:states|is_state|state_attr|is_state_attr|expand)\s*\(\s*(['"])([a-zA-Z0-9_]+\.[a-zA-Z0-9_]+)\1\s*[,)]/g,
  );
  const indexed = code.matchAll(/\bstates\s*\[\s*(['"])([a-zA-Z0-9_]+\.[a-zA-Z0-9_]+)\1\s*\]/g);
  const dotted = code.matchAll(/(?<![.\w])states\.([a-z_]+\.[a-z0-9_]+)/g);
  const ids = [...[...asked, ...indexed].map((match) => match[2] ?? ''), ...[...dotted].map((match) => match[1] ?? '')];
  return [...new Set(ids.map((id) => id.toLowerCase()).filter(looksLikeEntity))];
};

/** Everything a body names: entities, services, devices, areas, floors, labels. Steps that are switched off name nothing. */
export const requiredBy = (body: unknown): readonly RequiredReference[] => {
  const found: RequiredReference[] = [];
  const add = (kind: ReferenceKind, id: string, place: Place, more: Partial<RequiredReference> = {}): void =>
    void found.push({ kind, id, pointer: place.pointer, inTemplate: false, loose: false, ...more });

  const entityText = (text: string, key: string, place: Place): void => {
    for (const part of text.split(',')) {
      const id = part.trim().toLowerCase();
      if (looksLikeEntity(id) || standsForEntity(id, key)) add('entity', id, place);
    }
  };
  const text = (value: string, key: string, place: Place): void => {
    if (template.test(value)) {
      for (const id of entitiesInTemplate(value)) add('entity', id, place, { inTemplate: true });
      return;
    }
    const plain = value.trim();
    const kind = Object.hasOwn(placeKeys, key) ? placeKeys[key] : undefined;
    if (kind !== undefined) {
      if (!words.has(plain)) add(kind, plain, place);
    } else if (entityKeys.has(key) || valueKeys.has(key)) entityText(value, key, place);
    else if (serviceKeys.has(key) && !place.inData && idPattern.test(plain)) add('service', plain, place);
    else if (place.inInput && looksLikeEntity(plain)) add('entity', plain, place, { loose: true });
  };
  const object = (value: Raw, key: string, place: Place): void => {
    if (value['enabled'] === false) return;
    for (const [name, item] of Object.entries(value)) {
      const here: Place = {
        pointer: `${place.pointer}/${escaped(name)}`,
        inData: place.inData || name === 'data' || name === 'event_data' || name === 'service_data' || name === 'variables',
        inInput: place.inInput || (name === 'input' && key === 'use_blueprint'),
      };
      // Scenes, and calls that set them, have entity ids as keys.
      if (key === 'entities' && looksLikeEntity(name)) add('entity', name, here);
      if (name === 'area' && value['type'] === 'area' && typeof item === 'string') add('area', item, here);
      if (passedOver.has(name)) continue;
      // An event's data is compared, not looked up; a device in it must exist all the same, or the event never comes.
      if (name === 'event_data') eventData(item, here);
      else visit(item, name, here);
    }
  };
  const eventData = (value: unknown, place: Place): void => {
    const device = isRecord(value) ? value['device_id'] : undefined;
    if (typeof device === 'string' && /^[0-9a-f]{32}$/.test(device))
      add('device', device, { ...place, pointer: `${place.pointer}/device_id` });
  };
  const visit = (value: unknown, key: string, place: Place): void => {
    if (typeof value === 'string') text(value, key, place);
    else if (Array.isArray(value))
      for (const [index, item] of value.entries()) visit(item, key, { ...place, pointer: `${place.pointer}/${index}` });
    else if (isRecord(value)) object(value, key, place);
  };
  visit(body, '', { pointer: '', inData: false, inInput: false });
  return found;
};
