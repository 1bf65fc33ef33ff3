import type { EntityState } from './model.ts';

type Maker = (data: Readonly<Record<string, unknown>>) => Expectation | undefined;

/** Where a state stands against what was asked: reached, on its way, or not. */
export type Progress = 'reached' | 'moving' | 'not yet';
export type Expectation = (state: EntityState) => Progress;

const near = (got: unknown, wanted: number, tolerance: number): boolean => typeof got === 'number' && Math.abs(got - wanted) <= tolerance;

/** Reached in one of these states, moving in one of those. */
const states =
  (reached: readonly string[], moving: readonly string[] = []): Expectation =>
  ({ state }) =>
    reached.includes(state) ? 'reached' : moving.includes(state) ? 'moving' : 'not yet';

const both =
  (first: Expectation, second: Expectation): Expectation =>
  (state) => {
    const [a, b] = [first(state), second(state)];
    if (a === 'reached' && b === 'reached') return 'reached';
    return a === 'moving' || b === 'moving' ? 'moving' : 'not yet';
  };

const attribute =
  (name: string, wanted: number, tolerance: number): Expectation =>
  ({ attributes }) =>
    near(attributes[name], wanted, tolerance) ? 'reached' : 'not yet';

const numberIn = (data: Readonly<Record<string, unknown>>, key: string): number | undefined => {
  const value = Number(data[key]);
  return data[key] !== undefined && Number.isFinite(value) ? value : undefined;
};

const lightOn = (data: Readonly<Record<string, unknown>>): Expectation => {
  const percent = numberIn(data, 'brightness_pct');
  const brightness = numberIn(data, 'brightness') ?? (percent === undefined ? undefined : (percent * 255) / 100);
  if (brightness === 0) return states(['off']);
  return brightness === undefined ? states(['on']) : both(states(['on']), attribute('brightness', brightness, 3));
};

const position =
  (wanted: number): Expectation =>
  ({ state, attributes }) =>
    near(attributes['current_position'], wanted, 2) ? 'reached' : state === 'opening' || state === 'closing' ? 'moving' : 'not yet';

/** Open as far as it goes; a cover that tells its position is "open" from 1 % on. */
const fullyOpen: Expectation = ({ state, attributes }) => {
  if (state === 'opening') return 'moving';
  const at = attributes['current_position'];
  return state === 'open' && (typeof at !== 'number' || at >= 95) ? 'reached' : 'not yet';
};

const stopped: Expectation = ({ state }) => (state === 'opening' || state === 'closing' ? 'moving' : 'reached');

const textAttribute = (name: string, wanted: unknown): Expectation | undefined =>
  typeof wanted === 'string' ? ({ attributes }) => (attributes[name] === wanted ? 'reached' : 'not yet') : undefined;

const flag = (name: string, wanted: unknown): Expectation | undefined =>
  typeof wanted === 'boolean' ? ({ attributes }) => (attributes[name] === wanted ? 'reached' : 'not yet') : undefined;

/** A fan with few speeds takes the next one up, so less than a step above is what was asked. */
const speed = (wanted: number): Expectation => {
  if (wanted === 0) return states(['off']);
  return ({ attributes }) => {
    const at = attributes['percentage'];
    const step = typeof attributes['percentage_step'] === 'number' ? attributes['percentage_step'] : 1;
    return typeof at === 'number' && at >= wanted - 1 && at < wanted + Math.max(1, step) - 0.5 ? 'reached' : 'not yet';
  };
};

const dateTime: Maker = (data) => {
  const parts = [data['date'], data['time'], data['datetime']].filter((part): part is string => typeof part === 'string');
  return parts.length === 0 ? undefined : ({ state }) => (parts.every((part) => state.includes(part)) ? 'reached' : 'not yet');
};

const valueIs =
  (wanted: unknown): Expectation =>
  ({ state }) =>
    state === String(wanted) || (state !== '' && Number.isFinite(Number(wanted)) && Number(state) === Number(wanted))
      ? 'reached'
      : 'not yet';

const climate: Maker = (data) => {
  const mode = data['hvac_mode'];
  const asked = ['temperature', 'target_temp_low', 'target_temp_high'].flatMap((name) => {
    const wanted = numberIn(data, name);
    return wanted === undefined ? [] : [attribute(name, wanted, 0.26)];
  });
  if (typeof mode === 'string') asked.push(states([mode]));
  return asked.length === 0 ? undefined : asked.reduce(both);
};

const always =
  (expectation: Expectation): Maker =>
  () =>
    expectation;
const arming = ['arming', 'pending'];

/** service → what the state must become; keys are "domain.service" or "*.service". */
const makers: Readonly<Record<string, Maker>> = {
  'light.turn_on': lightOn,
  'media_player.turn_off': always(states(['off', 'standby', 'idle'])),
  '*.turn_off': always(states(['off'], ['turning_off'])),
  '*.turn_on': always(({ state }) => (['off', 'unavailable', 'unknown'].includes(state) ? 'not yet' : 'reached')),
  'lock.lock': always(states(['locked'], ['locking'])),
  'lock.unlock': always(states(['unlocked', 'open'], ['unlocking', 'opening'])),
  'lock.open': always(states(['open', 'unlocked'], ['opening', 'unlocking'])),
  'cover.open_cover': always(fullyOpen),
  'cover.close_cover': always(states(['closed'], ['closing'])),
  'cover.set_cover_position': (data) => position(numberIn(data, 'position') ?? 0),
  'cover.stop_cover': always(stopped),
  'valve.stop_valve': always(stopped),
  'cover.set_cover_tilt_position': (data) => attribute('current_tilt_position', numberIn(data, 'tilt_position') ?? Number.NaN, 2),
  'valve.open_valve': always(fullyOpen),
  'valve.close_valve': always(states(['closed'], ['closing'])),
  'valve.set_valve_position': (data) => position(numberIn(data, 'position') ?? 0),
  'alarm_control_panel.alarm_arm_home': always(states(['armed_home'], arming)),
  'alarm_control_panel.alarm_arm_away': always(states(['armed_away'], arming)),
  'alarm_control_panel.alarm_arm_night': always(states(['armed_night'], arming)),
  'alarm_control_panel.alarm_arm_vacation': always(states(['armed_vacation'], arming)),
  'alarm_control_panel.alarm_arm_custom_bypass': always(states(['armed_custom_bypass'], arming)),
  'alarm_control_panel.alarm_trigger': always(states(['triggered'], ['pending'])),
  'alarm_control_panel.alarm_disarm': always(states(['disarmed'], ['pending'])),
  'climate.set_temperature': climate,
  'climate.set_hvac_mode': climate,
  'climate.set_preset_mode': (data) => textAttribute('preset_mode', data['preset_mode']),
  'climate.set_fan_mode': (data) => textAttribute('fan_mode', data['fan_mode']),
  'climate.set_humidity': (data) => attribute('humidity', numberIn(data, 'humidity') ?? Number.NaN, 1),
  'water_heater.set_operation_mode': (data) => valueIs(data['operation_mode']),
  'humidifier.set_mode': (data) => textAttribute('mode', data['mode']),
  'water_heater.set_temperature': (data) => attribute('temperature', numberIn(data, 'temperature') ?? Number.NaN, 0.51),
  'humidifier.set_humidity': (data) => attribute('humidity', numberIn(data, 'humidity') ?? Number.NaN, 1),
  'fan.set_percentage': (data) => speed(numberIn(data, 'percentage') ?? 0),
  'fan.set_preset_mode': (data) => textAttribute('preset_mode', data['preset_mode']),
  'fan.oscillate': (data) => flag('oscillating', data['oscillating']),
  'fan.set_direction': (data) => textAttribute('direction', data['direction']),
  'media_player.media_play': always(states(['playing'], ['buffering'])),
  'media_player.media_pause': always(states(['paused', 'idle'])),
  'media_player.media_stop': always(states(['idle', 'off', 'stopped', 'standby', 'on'])),
  'media_player.volume_mute': (data) => flag('is_volume_muted', data['is_volume_muted']),
  'media_player.select_source': (data) => textAttribute('source', data['source']),
  'media_player.volume_set': (data) => attribute('volume_level', numberIn(data, 'volume_level') ?? Number.NaN, 0.02),
  'select.select_option': (data) => valueIs(data['option']),
  'input_select.select_option': (data) => valueIs(data['option']),
  'number.set_value': (data) => valueIs(data['value']),
  'input_number.set_value': (data) => valueIs(data['value']),
  'text.set_value': (data) => valueIs(data['value']),
  'input_text.set_value': (data) => valueIs(data['value']),
  'input_datetime.set_datetime': dateTime,
  'counter.set_value': (data) => valueIs(data['value']),
  'timer.start': always(states(['active'])),
  'timer.pause': always(states(['paused'])),
  'timer.cancel': always(states(['idle'])),
  'vacuum.start': always(states(['cleaning'])),
  'vacuum.return_to_base': always(states(['docked'], ['returning'])),
  'vacuum.pause': always(states(['paused', 'idle'])),
  'vacuum.stop': always(states(['idle', 'paused', 'docked'])),
  'lawn_mower.start_mowing': always(states(['mowing'])),
  'lawn_mower.pause': always(states(['paused'])),
  'lawn_mower.dock': always(states(['docked'], ['returning'])),
};

/** What Core's own turn_on, turn_off and toggle do to domains that call it otherwise. */
const own: Readonly<Record<string, string>> = {
  'cover.turn_on': 'open_cover',
  'cover.turn_off': 'close_cover',
  'valve.turn_on': 'open_valve',
  'valve.turn_off': 'close_valve',
};

/** Entities whose turn_on is an event, not a state. */
const stateless = new Set(['scene', 'script', 'button', 'input_button', 'event', 'notify', 'tts', 'todo', 'calendar']);

const toggled = (state: string): string | undefined => {
  const opposite: Readonly<Record<string, string>> = { on: 'off', off: 'on', open: 'closed', closed: 'open' };
  return Object.hasOwn(opposite, state) ? opposite[state] : undefined;
};

const outcomes: Readonly<Record<string, string>> = {
  unlock: 'unlocked',
  open: 'open',
  open_cover: 'open',
  open_valve: 'open',
  open_cover_tilt: 'tilted open',
  alarm_disarm: 'disarmed',
  alarm_trigger: 'triggered',
  turn_on: 'on',
  turn_off: 'off',
};

/** In a word, what a service would make of a state, for the person who is asked to agree. */
export const outcomeWord = (service: string, before: EntityState | undefined, data: Readonly<Record<string, unknown>>): string => {
  const domain = before?.entityId.split('.')[0] ?? '';
  const name = own[`${domain}.${service}`] ?? service;
  const at = numberIn(data, 'position');
  if (at !== undefined && name.includes('position')) return `${at}%`;
  if (name === 'toggle') return toggled(before?.state ?? '') ?? 'the opposite';
  return outcomes[name] ?? name.replace(/_/g, ' ');
};

/** What a state must look like after a service; undefined when no state can tell. */
export const expectationOf = (
  service: string,
  before: EntityState | undefined,
  data: Readonly<Record<string, unknown>>,
): Expectation | undefined => {
  const domain = before?.entityId.split('.')[0] ?? '';
  if (stateless.has(domain)) return undefined;
  if (service === 'toggle') {
    const wanted = before && toggled(before.state);
    return wanted === undefined ? undefined : states([wanted], ['opening', 'closing']);
  }
  const name = own[`${domain}.${service}`] ?? service;
  return (makers[`${domain}.${name}`] ?? makers[`*.${name}`])?.(data);
};
