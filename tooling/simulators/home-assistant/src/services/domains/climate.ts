import { type HomeState, type Json, toList } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';
import { validationError } from '../service-error.ts';

function checkTemperature(state: HomeState, value: unknown): void {
  const min = Number(state.attributes['min_temp'] ?? 7);
  const max = Number(state.attributes['max_temp'] ?? 35);
  const wanted = Number(value);
  if (wanted >= min && wanted <= max) return;
  const text = wanted.toFixed(1);
  throw validationError(`Provided temperature ${text} is not valid. Accepted range is ${min} to ${max}`, 'climate', 'temp_out_of_range', {
    check_temp: text,
    min_temp: String(min),
    max_temp: String(max),
  });
}

function setTemperature(call: ServiceCall, state: HomeState): void {
  const out: Json = {};
  for (const key of ['temperature', 'target_temp_high', 'target_temp_low']) {
    if (call.data[key] === undefined) continue;
    checkTemperature(state, call.data[key]);
    out[key] = Number(call.data[key]);
  }
  call.put(state.entityId, call.data['hvac_mode'] === undefined ? undefined : String(call.data['hvac_mode']), out);
}

function setMode(call: ServiceCall, state: HomeState, kind: string, list: string): string {
  const value = String(call.data[kind]);
  const modes = toList(state.attributes[list]);
  if (modes.includes(value)) return value;
  const name = kind.replace('_', ' ').replace('hvac', 'HVAC');
  throw validationError(
    `${name.charAt(0).toUpperCase()}${name.slice(1)} ${value} is not valid. Valid modes are: ${modes.join(', ')}`,
    'climate',
    `not_valid_${kind}`,
    {
      mode: value,
      modes: modes.join(', '),
    },
  );
}

function each(act: (call: ServiceCall, state: HomeState) => void): ServiceHandler {
  return (call) => call.targets.forEach((state) => act(call, state));
}

function power(call: ServiceCall, state: HomeState, on: boolean): void {
  const modes = toList(state.attributes['hvac_modes']).filter((mode) => mode !== 'off');
  call.put(state.entityId, on ? (modes[0] ?? 'heat') : 'off', { hvac_action: on ? 'idle' : 'off' });
}

/** Thermostats, air conditioners and water heaters. */
export const CLIMATE_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'climate.set_temperature': each(setTemperature),
  'climate.set_hvac_mode': each((call, state) => call.put(state.entityId, setMode(call, state, 'hvac_mode', 'hvac_modes'))),
  'climate.set_preset_mode': each((call, state) =>
    call.put(state.entityId, undefined, { preset_mode: setMode(call, state, 'preset_mode', 'preset_modes') }),
  ),
  'climate.set_fan_mode': each((call, state) =>
    call.put(state.entityId, undefined, { fan_mode: setMode(call, state, 'fan_mode', 'fan_modes') }),
  ),
  'climate.set_swing_mode': each((call, state) =>
    call.put(state.entityId, undefined, { swing_mode: setMode(call, state, 'swing_mode', 'swing_modes') }),
  ),
  'climate.set_humidity': each((call, state) => call.put(state.entityId, undefined, { humidity: Number(call.data['humidity']) })),
  'climate.turn_on': each((call, state) => power(call, state, true)),
  'climate.turn_off': each((call, state) => power(call, state, false)),
  'climate.toggle': each((call, state) => power(call, state, state.state === 'off')),
  'water_heater.set_temperature': each(setTemperature),
  'water_heater.set_operation_mode': each((call, state) => call.put(state.entityId, String(call.data['operation_mode']))),
};
