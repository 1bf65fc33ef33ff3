import { flagOf, isRecord, numericOf, type JsonRecord as Raw, recordOf, recordsOf } from '@switchyard-mcp/core/json';
import type { Battery, Camera, Device, GarageDoor, Lock, OtherDevice, Panel, Sensor, Switch, Thermostat } from '../../domain/model.ts';
import { given, keyOf, timeOf, wordsOf } from '../raw.ts';
import { sensorKindOf } from './sensor-kind.ts';
import { detectionOf, doorPositionOf, fanModeOf, holdOf, panelConnectionOf, panelModelOf, thermostatModeOf, twoWayAudio } from './words.ts';

/** Where a device stands, and what the cloud's document does not say itself. */
export interface Place {
  readonly systemId: string;
  readonly partitionId: number;
  readonly handle: (number: number) => string;
  /** When the cloud said that this lock's bolt is stuck. */
  readonly jammedAt?: (number: number) => number | undefined;
}

type Base = Omit<OtherDevice, 'class' | 'kind'>;

const batteryOf = (raw: Raw): Battery | undefined => {
  const percent = numericOf(raw, 'bl');
  const battery = given({ percent: percent !== undefined && percent >= 0 && percent <= 100 ? percent : undefined, low: flagOf(raw, 'lb') });
  return Object.keys(battery).length > 0 ? battery : undefined;
};

const baseOf = (raw: Raw, number: number, place: Place): Base => ({
  deviceId: place.handle(number),
  systemId: place.systemId,
  partitionId: place.partitionId,
  number,
  name: wordsOf(raw, 'n') ?? `Device ${number}`,
  ...given({
    online: flagOf(raw, 'ol'),
    battery: batteryOf(raw),
    changedAt: timeOf(raw, 'ts'),
    tampered: flagOf(raw, 'ta'),
    trouble: flagOf(raw, 'tr'),
  }),
});

const bypasses = { 0: 'none', 1: 'forced', 2: 'manual' } as const;

const sensor = (raw: Raw, base: Base): Sensor => {
  const said = flagOf(raw, 'b');
  // A bare yes counts as bypassed by hand.
  const bypass = numericOf(raw, 'b') ?? (said === undefined ? undefined : said ? 2 : 0);
  return {
    ...base,
    class: 'sensor',
    kind: sensorKindOf(raw),
    ...given({
      active: flagOf(raw, 's'),
      bypass: bypass === undefined ? undefined : bypasses[bypass as keyof typeof bypasses],
      supervisionLost: flagOf(raw, 'sup'),
      chime: flagOf(raw, 'ch'),
      canBypass: flagOf(raw, 'cb'),
    }),
  };
};

const lock = (raw: Raw, base: Base, place: Place): Lock => {
  const warning =
    flagOf(raw, 'battery_level_too_low_to_operate_device') === true
      ? ('too_low_to_operate' as const)
      : flagOf(raw, 'battery_level_very_low_warning') === true
        ? ('very_low' as const)
        : undefined;
  const codes = raw['ucl'];
  return {
    ...base,
    class: 'lock',
    ...given({
      locked: flagOf(raw, 's'),
      jammedAt: place.jammedAt?.(base.number),
      autoLock: flagOf(raw, 'auloen'),
      autoLockSeconds: numericOf(raw, 'aulots'),
      batteryWarning: warning,
      usedCodes: Array.isArray(codes) ? codes.length : undefined,
    }),
  };
};

const garageDoor = (raw: Raw, base: Base): GarageDoor => ({ ...base, class: 'garage_door', position: doorPositionOf(numericOf(raw, 's')) });

/** Upper limits above this can only be Fahrenheit: the cloud does not say which unit its numbers have. */
const hottestC = 45;
/** No lower limit in Celsius is as high as this, and none in Fahrenheit as low. */
const highestLowC = 32;

/** The unit that a thermostat's limits tell; undefined without limits. */
const unitOfLimits = (raw: Raw): 'C' | 'F' | undefined => {
  const [most, least] = [numericOf(raw, 'maxt'), numericOf(raw, 'mint')];
  if (most !== undefined && most > 0) return most > hottestC ? 'F' : 'C';
  return least === undefined || least <= 0 ? undefined : least >= highestLowC ? 'F' : 'C';
};

export const hasKnownUnit = (raw: Raw): boolean => unitOfLimits(raw) !== undefined;

/** Do this thermostat's numbers look like Fahrenheit? Without limits what it shows is a guess, good for reading only. */
export const countsInFahrenheit = (raw: Raw): boolean =>
  (unitOfLimits(raw) ?? (Math.max(...['hsp', 'csp', 'val'].map((key) => numericOf(raw, key) ?? 0)) > hottestC ? 'F' : 'C')) === 'F';

const toC = (value: number | undefined, fahrenheit: boolean): number | undefined =>
  value === undefined ? undefined : fahrenheit ? Math.round(((value - 32) / 1.8) * 100) / 100 : value;

const doings = { 0: 'idle', 1: 'heating', 2: 'cooling' } as const;

const codesIn = (raw: Raw, key: string): readonly number[] => {
  const value = raw[key];
  return Array.isArray(value) ? value.flatMap((code) => numericOf({ code }, 'code') ?? []) : [];
};

const thermostat = (raw: Raw, base: Base): Thermostat => {
  const fahrenheit = countsInFahrenheit(raw);
  const celsius = (key: string): number | undefined => toC(numericOf(raw, key), fahrenheit);
  const gapF = numericOf(raw, 'mspdf');
  return {
    ...base,
    class: 'thermostat',
    ...(hasKnownUnit(raw) ? {} : { unitUnknown: true }),
    mode: thermostatModeOf(numericOf(raw, 'om')),
    modes: codesIn(raw, 'oms').map(thermostatModeOf),
    doing: doings[numericOf(raw, 'os') as keyof typeof doings] ?? 'unknown',
    fanMode: fanModeOf(numericOf(raw, 'fm')),
    fanModes: codesIn(raw, 'fms').map(fanModeOf),
    hold: holdOf(numericOf(raw, 'hm')),
    ...given({
      currentC: celsius('val'),
      heatToC: celsius('hsp'),
      coolToC: celsius('csp'),
      minC: celsius('mint'),
      maxC: celsius('maxt'),
      minGapC: numericOf(raw, 'mspdc') ?? (gapF === undefined ? undefined : gapF / 1.8),
      fanRunning: flagOf(raw, 'fs'),
      humidityPercent: numericOf(raw, 'hmdt'),
    }),
  };
};

const capabilitiesOf = (raw: Raw): readonly number[] => recordsOf(raw, 'caca').flatMap((category) => codesIn(category, 'ca'));

/** States of a camera's connection to the cloud; 100 is well. */
const availability = ['ccas', 'neas', 'noas', 'sas'] as const;

const camera = (raw: Raw, base: Base): Camera => {
  const capabilities = capabilitiesOf(raw);
  const clips = [
    ['motion', 'ccom'],
    ['ring', 'ccore'],
    ['visitor', 'ccove'],
  ] as const;
  const states = availability.map((key) => numericOf(raw, key)).filter((state) => state !== undefined);
  return {
    ...base,
    class: 'camera',
    model: (wordsOf(raw, 'act') ?? 'unknown').replace(/_?camera(_device)?$/, '').replace(/_/g, ' ') || 'unknown',
    detects: [...new Set(capabilities.flatMap((capability) => detectionOf(capability) ?? []))],
    twoWayAudio: capabilities.includes(twoWayAudio),
    ...given({
      clipsOn: clips.some(([, key]) => flagOf(raw, key) !== undefined)
        ? clips.filter(([, key]) => flagOf(raw, key) === true).map(([word]) => word)
        : undefined,
      privacy: flagOf(raw, 'cpri'),
      recordsAudio: flagOf(raw, 'cra'),
      nightVision: flagOf(raw, 'nv'),
      resolution: wordsOf(raw, 'hdr') ?? wordsOf(raw, 'sdr'),
      wifiPercent: numericOf(raw, 'wiss'),
      pictureAt: timeOf(raw, 'ctd'),
      chimeExtender: flagOf(raw, 'cex'),
      onDuty: flagOf(raw, 'deter_on_duty'),
      // An offline camera's states say only that it is offline.
      trouble: states.length === 0 || base.online === false ? undefined : states.some((state) => state !== 100),
    }),
  };
};

const switchOf = (raw: Raw, base: Base, kind: 'switch' | 'light'): Switch => {
  const level = numericOf(raw, 'val');
  return {
    ...base,
    class: kind,
    dimmable: kind === 'light',
    ...given({ on: flagOf(raw, 's') ?? (level === undefined ? undefined : level > 0), levelPercent: kind === 'light' ? level : undefined }),
  };
};

const panel = (raw: Raw, base: Base): Panel => ({
  ...base,
  class: 'panel',
  model: panelModelOf(numericOf(raw, 'pant')),
  ...given({
    mainsPower: flagOf(raw, 'acpow'),
    batteryBad: flagOf(recordOf(raw, 'battery_report_v2') ?? {}, 'bad_battery'),
    connection: panelConnectionOf(numericOf(raw, 'pnlconn')),
    cellularSignal: numericOf(raw, 'cell_signal_strength'),
    wifiDbm: numericOf(raw, 'wast'),
    softwareVersion: wordsOf(raw, 'csv'),
  }),
});

/** A slot of the panel without a sensor in it, or a part that another sensor stands for. */
const isEmptySlot = (raw: Raw): boolean =>
  numericOf(raw, 'ec') === 0 || numericOf(raw, 'set') === 0 || !['ser32', 'ser'].some((key) => (keyOf(raw, key) ?? '0') !== '0');

const isService = (type: string): boolean => type.endsWith('_service') || type === 'sensor_group' || type === 'lgit_poe_wifi_bridge_device';

/** One device in our words; undefined for what lists leave out: hidden parts, empty slots, internal services. */
export const deviceOf = (raw: Raw, place: Place): Device | undefined => {
  const number = numericOf(raw, '_id');
  const type = wordsOf(raw, 't') ?? 'unknown';
  if (number === undefined || flagOf(raw, 'hidden') === true || isService(type)) return undefined;
  const base = baseOf(raw, number, place);
  switch (type) {
    case 'wireless_sensor':
      return isEmptySlot(raw) ? undefined : sensor(raw, base);
    case 'door_lock_device':
      return lock(raw, base, place);
    case 'garage_door_device':
      return garageDoor(raw, base);
    case 'thermostat_device':
      return thermostat(raw, base);
    case 'camera_device':
      return camera(raw, base);
    case 'binary_switch_device':
      return switchOf(raw, base, 'switch');
    case 'multilevel_switch_device':
    case 'multilevel_switch_ip_device':
    case 'group_device':
      return switchOf(raw, base, 'light');
    case 'primary_touch_link_device':
      return panel(raw, base);
    case 'keypad_device':
    case 'keypad_entry_device':
      return { ...base, class: 'keypad', kind: 'keypad' };
    default:
      return {
        ...base,
        class: 'other',
        kind: type
          .replace(/_device$/, '')
          .replace(/_/g, ' ')
          .slice(0, 40),
      };
  }
};

/** All raw devices of a partition's document. */
export const rawDevicesOf = (partition: Raw): readonly Raw[] => recordsOf(partition, 'd').filter(isRecord);
