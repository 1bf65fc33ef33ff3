import type { ArmState, Device, Sensor, System, Thermostat } from './model.ts';

/** "lock home:31": a device in sentences of ours. Its name is foreign text and stays in data. */
export const deviceRef = (device: Pick<Device, 'class' | 'deviceId'>): string => `${device.class.replace('_', ' ')} ${device.deviceId}`;

/** "Lock home:31": at the beginning of a sentence. */
export const deviceAtStart = (device: Pick<Device, 'class' | 'deviceId'>): string => {
  const ref = deviceRef(device);
  return ref.charAt(0).toUpperCase() + ref.slice(1);
};

/** "armed away": a state as people say it. */
export const armWords = (state: ArmState): string => state.replace(/_/g, ' ').replace(/^(entry delay) (stay|away)$/, '$1 (was armed $2)');

/** A partition as the subject of an event: the system's name alone where it has no other. */
export const partitionSubject = (system: Pick<System, 'name' | 'partitions'>, partitionId: number | undefined): string =>
  system.partitions.length > 1 ? `${system.name}, partition ${partitionId}` : system.name;

const contacts = new Set(['door', 'window', 'garage_tilt', 'contact']);

const activeWords = (sensor: Sensor): string => {
  if (sensor.active === undefined) return 'unknown';
  if (contacts.has(sensor.kind)) return sensor.active ? 'open' : 'closed';
  if (sensor.kind === 'motion') return sensor.active ? 'motion' : 'no motion';
  return sensor.active ? 'triggered' : 'clear';
};

const bypassWords = { none: '', manual: 'bypassed', forced: 'bypassed (forced)' } as const;

/** A temperature in the unit in which it is shown. */
export const inUnit = (celsius: number, unit: 'C' | 'F'): number => Math.round((unit === 'F' ? celsius * 1.8 + 32 : celsius) * 10) / 10;
export const toCelsius = (value: number, unit: 'C' | 'F'): number => Math.round((unit === 'F' ? (value - 32) / 1.8 : value) * 100) / 100;

const degrees = (celsius: number | undefined, unit: 'C' | 'F'): string => (celsius === undefined ? '?' : `${inUnit(celsius, unit)}`);

/** What it heats or cools to in its mode. */
const wishWords = ({ mode, heatToC, coolToC }: Thermostat, unit: 'C' | 'F'): string => {
  if (mode === 'heat') return ` to ${degrees(heatToC, unit)}`;
  if (mode === 'cool') return ` to ${degrees(coolToC, unit)}`;
  return /auto/.test(mode) ? ` ${degrees(heatToC, unit)}–${degrees(coolToC, unit)}` : '';
};

const thermostatWords = (thermostat: Thermostat, unit: 'C' | 'F'): string =>
  `${degrees(thermostat.currentC, unit)} ${thermostat.unitUnknown ? '(unit unknown)' : `°${unit}`}, ${thermostat.mode.replace(/_/g, ' ')}${wishWords(thermostat, unit)}, ${thermostat.doing}`;

const holdWords = (hold: string): string => (hold === 'schedule' ? 'on schedule' : `hold ${hold.replace(/_/g, ' ')}`);

/** All that a thermostat is set to. How warm it is and what it does just now are no part of that: they move by themselves. */
export const climateWords = ({ mode, heatToC, coolToC, fanMode, hold }: Thermostat, unit: 'C' | 'F'): string =>
  [
    mode.replace(/_/g, ' '),
    ...(heatToC === undefined ? [] : [`heat to ${degrees(heatToC, unit)} °${unit}`]),
    ...(coolToC === undefined ? [] : [`cool to ${degrees(coolToC, unit)} °${unit}`]),
    `fan ${fanMode.replace(/_/g, ' ')}`,
    holdWords(hold),
  ].join(', ');

const onOff = (value: boolean | undefined): string => (value === undefined ? 'unknown' : value ? 'on' : 'off');

/** What a device is doing, in a few words. It says "unknown" where the cloud said nothing. */
export const deviceWords = (device: Device, unit: 'C' | 'F' = 'C'): string => {
  switch (device.class) {
    case 'sensor':
      return [activeWords(device), device.bypass === undefined ? '' : bypassWords[device.bypass]].filter(Boolean).join(', ');
    case 'lock': {
      const state = device.locked === undefined ? 'unknown' : device.locked ? 'locked' : 'unlocked';
      return device.jammedAt === undefined ? state : `${state}, jammed`;
    }
    case 'garage_door':
      return device.position;
    case 'thermostat':
      return thermostatWords(device, unit);
    case 'camera':
      return device.privacy ? 'privacy on' : device.online === undefined ? 'unknown' : device.online ? 'online' : 'offline';
    case 'switch':
    case 'light':
      return device.on && device.levelPercent !== undefined ? `on ${device.levelPercent}%` : onOff(device.on);
    case 'panel':
      return device.connection ?? 'unknown';
    default:
      return device.online === undefined ? 'unknown' : device.online ? 'online' : 'offline';
  }
};

/** A device whose battery is below this many percent is called low even if it does not say so itself. */
const lowBatteryPercent = 20;

export const isBatteryLow = (device: Device): boolean | undefined => {
  if (device.battery?.low === true || (device.class === 'lock' && device.batteryWarning !== undefined)) return true;
  if (device.battery?.percent !== undefined) return device.battery.percent < lowBatteryPercent;
  return device.battery?.low;
};

/** Everything about a device that wants attention. */
export const problemsOf = (device: Device): readonly string[] => [
  ...(device.online === false ? ['offline'] : []),
  ...(isBatteryLow(device)
    ? [device.class === 'lock' && device.batteryWarning ? `battery ${device.batteryWarning.replace(/_/g, ' ')}` : 'battery low']
    : []),
  ...(device.tampered ? ['tampered'] : []),
  ...(device.class === 'sensor' && device.supervisionLost ? ['supervision lost'] : []),
  ...(device.class === 'lock' && device.jammedAt !== undefined ? ['jammed'] : []),
  ...(device.class === 'panel' && device.mainsPower === false ? ['mains power lost'] : []),
  ...(device.class === 'panel' && device.batteryBad ? ['battery bad'] : []),
  ...(device.class === 'panel' && device.connection !== undefined && device.connection !== 'connected' ? [device.connection] : []),
  ...(device.trouble ? [device.class === 'camera' ? 'cloud connection trouble' : 'trouble'] : []),
];
