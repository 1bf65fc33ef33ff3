import type {
  Camera,
  Device,
  DeviceClass,
  GarageDoor,
  Lock,
  OtherDevice,
  Panel,
  Sensor,
  Switch,
  System,
  Thermostat,
} from '../domain/model.ts';
import { deviceWords, inUnit, isBatteryLow, problemsOf } from '../domain/words.ts';
import { timeWords } from './times.ts';

/** A table's columns and how a row is made. Empty cells mean: the device does not say. */
interface Form<D extends Device> {
  readonly columns: readonly string[];
  /** Times are those of `zone`, which is the reply's and may be another than the system's. */
  readonly row: (device: D, system: System, zone: string) => readonly unknown[];
}

const flag = (value: boolean | undefined, yes: string, no: string): string => (value === undefined ? '' : value ? yes : no);
const yesNo = (value: boolean | undefined): string => flag(value, 'yes', 'no');

/** "8% low", "88%", "low", "ok". */
export const batteryWords = (device: Device): string => {
  const { battery } = device;
  const low = isBatteryLow(device);
  if (battery?.percent !== undefined) return `${battery.percent}%${low ? ' low' : ''}`;
  return low === undefined ? '' : low ? 'low' : 'ok';
};

const changed = (device: Device, zone: string): string => timeWords(device.changedAt, zone);
const online = (device: Device): string => flag(device.online, 'online', 'offline');

const sensors: Form<Sensor> = {
  columns: ['id', 'name', 'kind', 'state', 'bypass', 'tamper', 'trouble', 'battery', 'supervision', 'chime', 'changed'],
  row: (sensor, _system, zone) => [
    sensor.deviceId,
    sensor.name,
    sensor.kind,
    deviceWords({ ...sensor, bypass: 'none' }),
    sensor.bypass ?? 'unknown',
    flag(sensor.tampered, 'tampered', 'no'),
    flag(sensor.trouble, 'trouble', 'no'),
    batteryWords(sensor),
    flag(sensor.supervisionLost, 'lost', 'ok'),
    flag(sensor.chime, 'on', 'off'),
    changed(sensor, zone),
  ],
};

const locks: Form<Lock> = {
  columns: ['id', 'name', 'state', 'online', 'battery', 'tamper', 'auto_lock', 'codes_used', 'changed'],
  row: (lock, _system, zone) => [
    lock.deviceId,
    lock.name,
    deviceWords(lock),
    online(lock),
    lock.batteryWarning === undefined ? batteryWords(lock) : `${batteryWords(lock)}, ${lock.batteryWarning.replace(/_/g, ' ')}`,
    flag(lock.tampered, 'tampered', 'no'),
    lock.autoLock === undefined ? '' : lock.autoLock ? (lock.autoLockSeconds === undefined ? 'on' : `${lock.autoLockSeconds} s`) : 'off',
    lock.usedCodes ?? '',
    changed(lock, zone),
  ],
};

const garageDoors: Form<GarageDoor> = {
  columns: ['id', 'name', 'state', 'online', 'battery', 'changed'],
  row: (door, _system, zone) => [door.deviceId, door.name, door.position, online(door), batteryWords(door), changed(door, zone)],
};

const thermostats: Form<Thermostat> = {
  columns: [
    'id',
    'name',
    'now',
    'mode',
    'heat_to',
    'cool_to',
    'doing',
    'fan',
    'fan_running',
    'hold',
    'humidity',
    'unit',
    'online',
    'modes',
  ],
  row: (thermostat, { temperatureUnit: unit }) => {
    const degrees = (celsius: number | undefined): number | string => (celsius === undefined ? '' : inUnit(celsius, unit));
    return [
      thermostat.deviceId,
      thermostat.name,
      degrees(thermostat.currentC),
      thermostat.mode,
      degrees(thermostat.heatToC),
      degrees(thermostat.coolToC),
      thermostat.doing,
      thermostat.fanMode,
      yesNo(thermostat.fanRunning),
      thermostat.hold,
      thermostat.humidityPercent === undefined ? '' : `${thermostat.humidityPercent}%`,
      thermostat.unitUnknown ? `unknown, taken for °${unit}` : `°${unit}`,
      online(thermostat),
      thermostat.modes.join(' '),
    ];
  },
};

const cameras: Form<Camera> = {
  columns: [
    'id',
    'name',
    'model',
    'online',
    'privacy',
    'clips_on',
    'detects',
    'night_vision',
    'resolution',
    'wifi',
    'deter',
    'chime_extender',
    'trouble',
    'last_picture',
  ],
  row: (camera, _system, zone) => [
    camera.deviceId,
    camera.name,
    camera.model,
    online(camera),
    flag(camera.privacy, 'on', 'off'),
    camera.clipsOn === undefined ? '' : camera.clipsOn.join(' ') || 'nothing',
    camera.detects.join(' '),
    flag(camera.nightVision, 'on', 'off'),
    camera.resolution ?? '',
    camera.wifiPercent === undefined ? '' : `${camera.wifiPercent}%`,
    flag(camera.onDuty, 'on duty', 'off'),
    flag(camera.chimeExtender, 'on', 'off'),
    flag(camera.trouble, 'cloud connection', 'no'),
    timeWords(camera.pictureAt, zone),
  ],
};

const switches: Form<Switch> = {
  columns: ['id', 'name', 'state', 'level', 'online', 'changed'],
  row: (device, _system, zone) => [
    device.deviceId,
    device.name,
    flag(device.on, 'on', 'off') || 'unknown',
    device.levelPercent === undefined ? '' : `${device.levelPercent}%`,
    online(device),
    changed(device, zone),
  ],
};

const panels: Form<Panel> = {
  columns: ['id', 'name', 'model', 'online', 'mains', 'battery', 'connection', 'cellular', 'wifi_dbm', 'software'],
  row: (panel) => [
    panel.deviceId,
    panel.name,
    panel.model,
    online(panel),
    flag(panel.mainsPower, 'on', 'lost'),
    flag(panel.batteryBad, 'bad', 'ok'),
    panel.connection ?? '',
    panel.cellularSignal ?? '',
    panel.wifiDbm ?? '',
    panel.softwareVersion ?? '',
  ],
};

const others: Form<OtherDevice> = {
  columns: ['id', 'name', 'kind', 'online', 'battery', 'changed'],
  row: (device, _system, zone) => [device.deviceId, device.name, device.kind, online(device), batteryWords(device), changed(device, zone)],
};

const forms: { readonly [C in DeviceClass]: Form<never> } = {
  sensor: sensors,
  lock: locks,
  garage_door: garageDoors,
  thermostat: thermostats,
  camera: cameras,
  light: switches,
  switch: switches,
  panel: panels,
  keypad: others,
  other: others,
};

/** What devices of every class have in common. */
const mixed: Form<Device> = {
  columns: ['id', 'name', 'class', 'state', 'battery', 'problems'],
  row: (device, system) => [
    device.deviceId,
    device.name,
    device.class === 'sensor' ? device.kind : device.class,
    deviceWords(device, system.temperatureUnit),
    batteryWords(device),
    problemsOf(device).join(', '),
  ],
};

/** Every column that a list of devices may have. */
export const deviceColumns: readonly string[] = [...new Set([mixed, ...Object.values(forms)].flatMap(({ columns }) => columns))];

/** The form that fits one class, or the common one. */
export const formOf = (deviceClass: DeviceClass | undefined): Form<Device> =>
  deviceClass === undefined ? mixed : (forms[deviceClass] as unknown as Form<Device>);
