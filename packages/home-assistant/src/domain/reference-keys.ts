export type ReferenceKind = 'entity' | 'service' | 'device' | 'area' | 'floor' | 'label';

/** Keys whose value is an entity id, a comma list or a list of them. */
export const entityKeys: ReadonlySet<string> = new Set([
  'entity_id',
  'entity',
  'entities',
  'camera_image',
  'camera_entity',
  'zone',
  'scene',
  'snapshot_entities',
  'media_player_entity_id',
  // Helpers, people and energy settings have words of their own.
  'entity_ids',
  'source',
  'device_trackers',
  'heater',
  'humidifier',
  'target_sensor',
  'indoor_temp_sensor',
  'indoor_humidity_sensor',
  'outdoor_temp_sensor',
  'temperature_entity_id',
  'humidity_entity_id',
  'stat_consumption',
  'stat_energy_from',
  'stat_energy_to',
  'stat_rate',
  'stat_cost',
  'stat_compensation',
  'included_in_stat',
  'entity_energy_price',
]);

/** Keys that take a literal or the entity that holds it. */
export const valueKeys: ReadonlySet<string> = new Set(['above', 'below', 'at', 'after', 'before']);

/** Keys whose value is an action, in new words and old; renaming script.a leaves the action script.a. */
export const serviceKeys: ReadonlySet<string> = new Set(['action', 'service', 'perform_action', 'service_template']);

/** Keys of what an action is called with. */
export const dataKeys: ReadonlySet<string> = new Set(['data', 'data_template', 'event_data', 'service_data', 'variables']);

/** Names that a person gave. They may look like an id and mean none; the same key may hold a template, which does. */
export const nameKeys: ReadonlySet<string> = new Set(['alias', 'name', 'title', 'path', 'unique_id']);

/** What is under these names nothing that has to exist. */
export const freeKeys: ReadonlySet<string> = new Set([
  ...['exclude', 'alias', 'description', 'name', 'title', 'metadata', 'fields', 'unique_id'],
  // An event's data is compared, not looked up.
  'event_data',
]);

/** Keys of places and devices. */
export const placeKeys: ReadonlyMap<string, 'device' | 'area' | 'floor' | 'label'> = new Map([
  ['device_id', 'device'],
  ['area_id', 'area'],
  ['floor_id', 'floor'],
  ['label_id', 'label'],
]);

/** Domains that have entities. A home may have more; with these a removed integration's entities are known for what they were. */
export const entityDomains: ReadonlySet<string> = new Set(
  `ai_task air_quality alarm_control_panel assist_satellite automation binary_sensor button calendar camera climate conversation counter
  cover date datetime device_tracker event fan geo_location group humidifier image image_processing input_boolean input_button
  input_datetime input_number input_select input_text lawn_mower light lock media_player notify number person plant proximity remote scene
  schedule script select sensor siren stt sun switch tag text time timer todo tts update vacuum valve wake_word water_heater weather
  zone`.split(/\s+/),
);

/** Words before the dot where cards and templates write paths of their own. */
export const pathWords: ReadonlySet<string> = new Set(['this', 'config', 'trigger', 'entity', 'variables', 'states', 'card']);

export const domainOf = (id: string): string => id.slice(0, id.indexOf('.'));

export const isEntityShaped = (text: string): boolean => /^[a-z0-9_]+\.[a-z0-9_]+$/.test(text);

export const looksLikeEntity = (text: string): boolean => isEntityShaped(text) && entityDomains.has(domainOf(text));
