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

/** Keys of places and devices. */
export const placeKeys: Readonly<Record<string, ReferenceKind>> = {
  device_id: 'device',
  area_id: 'area',
  floor_id: 'floor',
  label_id: 'label',
};
