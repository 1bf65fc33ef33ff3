import { describe, expect, test } from 'vitest';
import { expectationOf, outcomeWord } from './expected-state.ts';
import type { EntityState } from './model.ts';

const at = (entityId: string, state: string, attributes: Record<string, unknown> = {}): EntityState => ({
  entityId,
  state,
  attributes,
  lastChangedAt: 0,
  lastUpdatedAt: 0,
  contextId: 'c',
});
const judge = (service: string, data: Record<string, unknown>, now: EntityState, before = now): string | undefined =>
  expectationOf(service, before, data)?.(now);

describe('what a state must become', () => {
  test.each([
    ['turn_on', {}, at('light.a', 'off'), 'not yet'],
    ['turn_on', { brightness_pct: 50 }, at('light.a', 'on', { brightness: 129 }), 'reached'],
    ['turn_on', { brightness_pct: 50 }, at('light.a', 'on', { brightness: 200 }), 'not yet'],
    ['turn_off', {}, at('switch.a', 'off'), 'reached'],
    ['turn_off', {}, at('climate.a', 'idle'), 'not yet'],
    ['open_cover', {}, at('cover.a', 'open', { current_position: 40 }), 'not yet'],
    ['open_cover', {}, at('cover.a', 'open', { current_position: 100 }), 'reached'],
    ['open_cover', {}, at('cover.a', 'open'), 'reached'],
    ['close_cover', {}, at('cover.a', 'closing'), 'moving'],
    ['set_cover_position', { position: 30 }, at('cover.a', 'open', { current_position: 31 }), 'reached'],
    ['turn_on', {}, at('cover.a', 'closed'), 'not yet'],
    ['stop_cover', {}, at('cover.a', 'opening'), 'moving'],
    ['set_temperature', { temperature: 21 }, at('climate.a', 'heat', { temperature: 21 }), 'reached'],
    [
      'set_temperature',
      { target_temp_low: 18, target_temp_high: 24 },
      at('climate.a', 'auto', { target_temp_low: 18, target_temp_high: 23 }),
      'not yet',
    ],
    ['set_temperature', { temperature: 21, hvac_mode: 'heat' }, at('climate.a', 'off', { temperature: 21 }), 'not yet'],
    ['set_hvac_mode', { hvac_mode: 'cool' }, at('climate.a', 'cool'), 'reached'],
    ['lock', {}, at('lock.a', 'jammed'), 'not yet'],
    ['unlock', {}, at('lock.a', 'unlocking'), 'moving'],
    ['alarm_arm_away', {}, at('alarm_control_panel.a', 'arming'), 'moving'],
    ['alarm_arm_away', {}, at('alarm_control_panel.a', 'armed_home'), 'not yet'],
    ['set_percentage', { percentage: 50 }, at('fan.a', 'on', { percentage: 33, percentage_step: 33.3 }), 'not yet'],
    ['set_percentage', { percentage: 50 }, at('fan.a', 'on', { percentage: 66, percentage_step: 33.3 }), 'reached'],
    ['set_percentage', { percentage: 33 }, at('fan.a', 'on', { percentage: 66, percentage_step: 33.3 }), 'not yet'],
    ['volume_set', { volume_level: 0.3 }, at('media_player.a', 'playing', { volume_level: 0.3 }), 'reached'],
    ['select_option', { option: 'eco' }, at('select.a', 'eco'), 'reached'],
    ['set_value', { value: 5 }, at('input_number.a', '5.0'), 'reached'],
    ['set_datetime', { time: '07:30:00' }, at('input_datetime.a', '07:30:00'), 'reached'],
    ['start', {}, at('timer.a', 'active'), 'reached'],
    ['return_to_base', {}, at('vacuum.a', 'returning'), 'moving'],
  ] as const)('%s %j', (service, data, now, expected) => {
    expect(judge(service, data, now)).toBe(expected);
  });
  test('a toggle turns into the opposite of what was', () => {
    expect(judge('toggle', {}, at('light.a', 'off'), at('light.a', 'on'))).toBe('reached');
    expect(judge('toggle', {}, at('cover.a', 'opening'), at('cover.a', 'closed'))).toBe('moving');
  });
  test('no state tells of scenes, buttons and messages', () => {
    for (const id of ['scene.a', 'button.a', 'script.a', 'notify.a'])
      expect(expectationOf('turn_on', at(id, 'unknown'), {})).toBeUndefined();
    expect(expectationOf('set_temperature', at('climate.a', 'heat'), {})).toBeUndefined();
  });
});

test('a person is told in a word what would become of it', () => {
  expect(outcomeWord('unlock', at('lock.a', 'locked'), {})).toBe('unlocked');
  expect(outcomeWord('toggle', at('cover.a', 'closed'), {})).toBe('open');
  expect(outcomeWord('turn_on', at('cover.a', 'closed'), {})).toBe('open');
  expect(outcomeWord('set_cover_position', at('cover.a', 'closed'), { position: 30 })).toBe('30%');
});
