import type { HomeState, Json } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';

const LIT_KEYS = ['brightness', 'color_mode', 'color_temp_kelvin', 'hs_color', 'rgb_color', 'xy_color', 'color_temp', 'effect'];

/** A light's attributes once it is on; brightness never exceeds what the light can do. */
function lit(state: HomeState, data: Json): Json {
  const modes = Array.isArray(state.attributes['supported_color_modes']) ? state.attributes['supported_color_modes'] : ['onoff'];
  if (modes[0] === 'onoff') return { color_mode: 'onoff' };
  const out: Json = { brightness: brightness(state, data), color_mode: modes[0] };
  const kelvin = data['color_temp_kelvin'] ?? data['kelvin'];
  if (kelvin !== undefined && modes.includes('color_temp'))
    Object.assign(out, { color_mode: 'color_temp', color_temp_kelvin: Number(kelvin) });
  for (const key of ['rgb_color', 'hs_color', 'xy_color'])
    if (data[key] !== undefined) Object.assign(out, { color_mode: 'hs', [key]: data[key] });
  if (data['color_name'] !== undefined) Object.assign(out, { color_mode: 'hs', rgb_color: namedColor(String(data['color_name'])) });
  if (data['effect'] !== undefined) out['effect'] = data['effect'];
  return out;
}

function namedColor(name: string): number[] {
  const colors: Record<string, number[]> = {
    red: [255, 0, 0],
    green: [0, 128, 0],
    blue: [0, 0, 255],
    yellow: [255, 255, 0],
    orange: [255, 165, 0],
    purple: [128, 0, 128],
  };
  return colors[name] ?? [255, 255, 255];
}

function brightness(state: HomeState, data: Json): number {
  const before = Number(state.attributes['brightness'] ?? 0);
  if (data['brightness'] !== undefined) return Math.min(255, Number(data['brightness']));
  if (data['brightness_pct'] !== undefined) return Math.round((Number(data['brightness_pct']) * 255) / 100);
  if (data['brightness_step_pct'] !== undefined) return clamp(before + Math.round((Number(data['brightness_step_pct']) * 255) / 100));
  if (data['brightness_step'] !== undefined) return clamp(before + Number(data['brightness_step']));
  return before > 0 ? before : 255;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

function lightOff(call: ServiceCall, state: HomeState): void {
  const gone = Object.fromEntries(LIT_KEYS.filter((key) => key in state.attributes).map((key) => [key, null]));
  call.put(state.entityId, 'off', gone);
}

function lightOn(call: ServiceCall, state: HomeState): void {
  const attributes = lit(state, call.data);
  // Zero brightness means off, as Core treats it.
  if (attributes['brightness'] === 0) lightOff(call, state);
  else call.put(state.entityId, 'on', attributes);
}

function fanOn(call: ServiceCall, state: HomeState): void {
  const percentage = Number(call.data['percentage'] ?? state.attributes['percentage'] ?? 0) || 67;
  call.put(state.entityId, 'on', { percentage, preset_mode: call.data['preset_mode'] ?? null });
}

function fanSpeed(call: ServiceCall, state: HomeState, percentage: number): void {
  if (percentage <= 0) call.put(state.entityId, 'off', { percentage: 0 });
  else call.put(state.entityId, 'on', { percentage: Math.min(100, Math.round(percentage)), preset_mode: null });
}

function fanStep(call: ServiceCall, state: HomeState): number {
  return Number(call.data['percentage_step'] ?? state.attributes['percentage_step'] ?? 33.3);
}

/** Applies something to every target. */
function each(act: (call: ServiceCall, state: HomeState) => void): ServiceHandler {
  return (call) => call.targets.forEach((state) => act(call, state));
}

/** on, off and toggle of a plain two-state domain. */
function onOff(domain: string): Record<string, ServiceHandler> {
  return {
    [`${domain}.turn_on`]: each((call, state) => call.put(state.entityId, 'on')),
    [`${domain}.turn_off`]: each((call, state) => call.put(state.entityId, 'off')),
    [`${domain}.toggle`]: each((call, state) => call.put(state.entityId, state.state === 'on' ? 'off' : 'on')),
  };
}

/** Lights, switches, fans, sirens, humidifiers and input booleans. */
export const SWITCH_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  ...onOff('switch'),
  ...onOff('siren'),
  ...onOff('input_boolean'),
  ...onOff('humidifier'),
  'humidifier.set_humidity': each((call, state) => call.put(state.entityId, undefined, { humidity: call.data['humidity'] })),
  'light.turn_on': each(lightOn),
  'light.turn_off': each(lightOff),
  'light.toggle': each((call, state) => (state.state === 'on' ? lightOff(call, state) : lightOn(call, state))),
  'fan.turn_on': each(fanOn),
  'fan.turn_off': each((call, state) => call.put(state.entityId, 'off', { percentage: 0 })),
  'fan.toggle': each((call, state) => (state.state === 'on' ? call.put(state.entityId, 'off', { percentage: 0 }) : fanOn(call, state))),
  'fan.set_percentage': each((call, state) => fanSpeed(call, state, Number(call.data['percentage']))),
  'fan.increase_speed': each((call, state) => fanSpeed(call, state, Number(state.attributes['percentage'] ?? 0) + fanStep(call, state))),
  'fan.decrease_speed': each((call, state) => fanSpeed(call, state, Number(state.attributes['percentage'] ?? 0) - fanStep(call, state))),
  'fan.set_preset_mode': each((call, state) => call.put(state.entityId, 'on', { preset_mode: call.data['preset_mode'] })),
  'fan.oscillate': each((call, state) => call.put(state.entityId, undefined, { oscillating: call.data['oscillating'] })),
  'fan.set_direction': each((call, state) => call.put(state.entityId, undefined, { direction: call.data['direction'] })),
};
