import type { EntityState } from './model.ts';

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

const valueIs =
  (wanted: unknown): Expectation =>
  ({ state }) =>
    state === String(wanted) || (state !== '' && Number.isFinite(Number(wanted)) && Number(state) === Number(wanted))
      ? 'reached'
      : 'not yet';

const climate = (data: Readonly<Record<string, unknown>>): Expectation => {
  const mode = data['hvac_mode'];
  const temperature = numberIn(data, 'temperature');
  const byMode: Expectation = typeof mode === 'string' ? states([mode]) : () => 'reached';
  return temperature === undefined ? byMode : both(byMode, attribute('temperature', temperature, 0.26));
};

type Maker = (data: Readonly<Record<string, unknown>>) => Expectation | undefined;

const always =
  (expectation: Expectation): Maker =>
  () =>
    expectation;
const arming = ['arming', 'pending'];

/** service → what the state must become; keys are "domain.service" or "*.service". */
const makers: Readonly<Record<string, Maker>> = {
  'light.turn_on': lightOn,
  '*.turn_off': always(states(['off', 'standby', 'idle'], ['turning_off'])),
  '*.turn_on': always(({ state }) => (['off', 'unavailable', 'unknown'].includes(state) ? 'not yet' : 'reached')),
  'lock.lock': always(states(['locked'], ['locking'])),
  'lock.unlock': always(states(['unlocked', 'open'], ['unlocking', 'opening'])),
  'lock.open': always(states(['open', 'unlocked'], ['opening', 'unlocking'])),
  'cover.open_cover': always(states(['open'], ['opening'])),
  'cover.close_cover': always(states(['closed'], ['closing'])),
  'cover.set_cover_position': (data) => position(numberIn(data, 'position') ?? 0),
  'valve.open_valve': always(states(['open'], ['opening'])),
  'valve.close_valve': always(states(['closed'], ['closing'])),
  'valve.set_valve_position': (data) => position(numberIn(data, 'position') ?? 0),
  'alarm_control_panel.alarm_arm_home': always(states(['armed_home'], arming)),
  'alarm_control_panel.alarm_arm_away': always(states(['armed_away'], arming)),
  'alarm_control_panel.alarm_arm_night': always(states(['armed_night'], arming)),
  'alarm_control_panel.alarm_disarm': always(states(['disarmed'], ['pending'])),
  'climate.set_temperature': climate,
  'climate.set_hvac_mode': climate,
  'water_heater.set_temperature': (data) => attribute('temperature', numberIn(data, 'temperature') ?? Number.NaN, 0.51),
  'humidifier.set_humidity': (data) => attribute('humidity', numberIn(data, 'humidity') ?? Number.NaN, 1),
  'fan.set_percentage': (data) => {
    const wanted = numberIn(data, 'percentage') ?? 0;
    return wanted === 0 ? states(['off']) : attribute('percentage', wanted, 18);
  },
  'media_player.media_play': always(states(['playing'], ['buffering'])),
  'media_player.media_pause': always(states(['paused', 'idle'])),
  'media_player.volume_set': (data) => attribute('volume_level', numberIn(data, 'volume_level') ?? Number.NaN, 0.02),
  'select.select_option': (data) => valueIs(data['option']),
  'input_select.select_option': (data) => valueIs(data['option']),
  'number.set_value': (data) => valueIs(data['value']),
  'input_number.set_value': (data) => valueIs(data['value']),
  'text.set_value': (data) => valueIs(data['value']),
  'input_text.set_value': (data) => valueIs(data['value']),
  'timer.start': always(states(['active'])),
  'timer.pause': always(states(['paused'])),
  'timer.cancel': always(states(['idle'])),
  'vacuum.start': always(states(['cleaning'])),
  'vacuum.return_to_base': always(states(['docked'], ['returning'])),
  'vacuum.pause': always(states(['paused', 'idle'])),
};

/** Entities whose turn_on is an event, not a state. */
const stateless = new Set(['scene', 'script', 'button', 'input_button', 'event', 'notify', 'tts', 'todo', 'calendar']);

/** What a state must look like after a service; undefined when no state can tell. */
export const expectationOf = (
  service: string,
  before: EntityState | undefined,
  data: Readonly<Record<string, unknown>>,
): Expectation | undefined => {
  const domain = before?.entityId.split('.')[0] ?? '';
  if (stateless.has(domain)) return undefined;
  if (service === 'toggle') {
    const opposite: Readonly<Record<string, string>> = { on: 'off', off: 'on', open: 'closed', closed: 'open' };
    const wanted = opposite[before?.state ?? ''];
    return wanted === undefined ? undefined : states([wanted], ['opening', 'closing']);
  }
  return (makers[`${domain}.${service}`] ?? makers[`*.${service}`])?.(data);
};
