import { describe, expect, test } from 'vitest';
import { type Bench, confirmed, data, refusal, rowsOf } from './bench.ts';

const sensor = 'sensor.outside_temperature';
const humidity = 'sensor.outside_humidity';
const minute = { hours: 0, minutes: 1, seconds: 0 };

/** A helper of each kind that is made by a flow; `partly` for those that do not show again all they were made with. */
const kinds: readonly (readonly [kind: string, config: Record<string, unknown>, partly?: boolean])[] = [
  ['derivative', { name: 'Scene derivative', source: sensor, round: 2, time_window: minute, unit_time: 'min' }],
  ['filter', { name: 'Scene filter', entity_id: sensor, filter: 'lowpass', window_size: 3, precision: 2, time_constant: 10 }, true],
  [
    'generic_thermostat',
    { name: 'Scene thermostat', ac_mode: false, target_sensor: sensor, heater: 'switch.ac', cold_tolerance: 0.3, hot_tolerance: 0.3 },
  ],
  [
    'generic_hygrostat',
    {
      name: 'Scene hygrostat',
      device_class: 'humidifier',
      target_sensor: humidity,
      humidifier: 'switch.ac',
      dry_tolerance: 3,
      wet_tolerance: 3,
    },
  ],
  [
    'history_stats',
    {
      name: 'Scene stats',
      entity_id: 'light.bed_light',
      type: 'time',
      state: ['on'],
      end: '{{ now() }}',
      duration: { ...minute, hours: 1 },
    },
    true,
  ],
  ['helper:integration', { name: 'Scene integral', source: sensor, method: 'left', round: 2, unit_time: 'h' }, true],
  [
    'mold_indicator',
    {
      name: 'Scene mold',
      calibration_factor: 1.2,
      indoor_temp_sensor: sensor,
      indoor_humidity_sensor: humidity,
      outdoor_temp_sensor: sensor,
    },
  ],
  ['random', { name: 'Scene random', type_of: 'sensor', minimum: 1, maximum: 5 }],
  ['statistics', { name: 'Scene statistics', entity_id: sensor, state_characteristic: 'mean', sampling_size: 10 }, true],
  ['switch_as_x', { entity_id: 'switch.decorative_lights', invert: false, target_domain: 'light' }, true],
  ['threshold', { name: 'Scene threshold', entity_id: sensor, hysteresis: 0, lower: 5 }],
  ['tod', { name: 'Scene tod', after_time: '08:00:00', before_time: '10:00:00' }],
  ['trend', { name: 'Scene trend', entity_id: sensor }, true],
  [
    'utility_meter',
    {
      name: 'Scene meter',
      source: sensor,
      cycle: 'daily',
      offset: 0,
      tariffs: [],
      net_consumption: false,
      delta_values: false,
      periodically_resetting: true,
      always_available: false,
    },
    true,
  ],
];

/** Every kind of helper that a config flow makes; min_max, template and group have scenes of their own. */
export const describeFlowHelpers = (bench: () => Bench): void => {
  describe('a helper of every kind of flow', () => {
    test.each(kinds)('%s', async (kind, config, partly) => {
      const made = await data(bench(), 'ha_edit', { id: kind, config });
      const id = String(made['created']);
      const before = (await data(bench(), 'ha_get_config', { id }))['config'];
      expect(before).toMatchObject({ helper: kind.replace('helper:', '') });
      const { reply } = await confirmed(bench(), 'ha_delete', { ids: [id] });
      expect(reply).toMatchObject({ deleted: 1 });
      const undone = await bench().callTool('ha_undo', { mode: 'restore', change: rowsOf(reply)[0]?.[2] });
      if (undone.isError) expect(partly, undone.content[0]?.text).toBe(true);
      else {
        expect((await data(bench(), 'ha_get_config', { id }))['config']).toEqual(before);
        await confirmed(bench(), 'ha_delete', { ids: [id] });
      }
      expect(await refusal(bench(), 'ha_get_config', { id })).toContain('does not exist');
    });
  });
};
