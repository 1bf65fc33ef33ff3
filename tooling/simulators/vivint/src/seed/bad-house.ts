import { camera, garage, light, lock, other, panel } from './build-device.ts';
import { sensor } from './build-sensor.ts';
import { thermostat } from './build-thermostat.ts';
import { SystemBuilder } from './system-builder.ts';
import type { GarageTruth, SensorKind, SensorTruth, ThermostatTruth } from './truth.ts';

/** The house in which everything that can be wrong is wrong somewhere. */
export const BAD_HOUSE = 102_500_000_000_003;

const YES_NO = [false, true] as const;
const KINDS: readonly SensorKind[] = [
  'door',
  'window',
  'motion',
  'glass break',
  'smoke',
  'smoke listener',
  'carbon monoxide',
  'heat',
  'water',
  'freeze',
  'temperature',
  'garage tilt',
  'panic',
  'doorbell',
];

/** Every combination of what a sensor, lock, garage door, switch, thermostat and camera can be: about 130 devices. */
export function buildBadHouse(atMs: number): SystemBuilder {
  const house = new SystemBuilder({ panelId: BAD_HOUSE, nickname: 'Bad House', atMs });
  house.partition(1, { rta: false });
  house.device(1, 'Panel', panel({ online: false, mainsPower: false, batteryBad: true, internet: false }));
  addSensors(house);
  addLocks(house);
  house.partition(2);
  house.device(2, 'Second Panel', panel());
  addGarages(house);
  addLights(house);
  addThermostats(house);
  addCameras(house);
  house.device(901, 'Dead Key Fob', other('keyfob_device', { lowBattery: true }));
  house.device(902, 'Lost Extender', other('yofi_device', { online: false }));
  house.device(903, 'Energy Service', other('energy_service', { shown: false }));
  house.device(904, 'Thing of the Future', other('levitating_door_device', { online: true }));
  for (const [index, type] of [0, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17, 24, 99].entries()) {
    house.alert(1, { type, deviceId: 100 + index, ageMs: (index + 1) * 3_600_000, acknowledged: index % 4 === 0 });
  }
  return house.user(1, 'Ana Ortiz', { ad: true, pad: true, att: 26 });
}

/** 24 doors: open × bypass × tamper × battery; then each kind open and closed; then the rest that a sensor can say. */
function addSensors(house: SystemBuilder): void {
  let id = 100;
  const add = (name: string, kind: SensorKind, facts: Partial<Omit<SensorTruth, 'class' | 'kind'>>): void => {
    house.device(id, name, sensor(kind, facts));
    id += 1;
  };
  for (const open of YES_NO) {
    for (const bypass of ['none', 'forced', 'manual'] as const) {
      for (const tampered of YES_NO) {
        for (const lowBattery of YES_NO) add(`Door ${id}`, 'door', { open, bypass, tampered, lowBattery });
      }
    }
  }
  for (const kind of KINDS) for (const open of YES_NO) add(`${kind} ${id}`, kind, { open });
  for (const batteryPercent of [0, 1, 19, 20, 100])
    add(`Window ${batteryPercent}%`, 'window', { batteryPercent, lowBattery: batteryPercent < 20 });
  add('Lost Window', 'window', { supervisionLost: true });
  add('Troubled Smoke', 'smoke', { trouble: true });
  add('Unused Zone', 'window', { valid: false, open: true });
  add('Hidden Window', 'window', { hidden: true, open: true });
  add('Everything at once', 'window', {
    open: true,
    bypass: 'manual',
    tampered: true,
    trouble: true,
    lowBattery: true,
    batteryPercent: 2,
    supervisionLost: true,
  });
}

function addLocks(house: SystemBuilder): void {
  let id = 300;
  for (const locked of YES_NO) {
    for (const online of YES_NO) {
      for (const batteryPercent of [100, 15, 3]) {
        const facts = { locked, online, batteryPercent, lowBattery: batteryPercent < 20, batteryTooLowToOperate: batteryPercent < 5 };
        house.device(id, `Lock ${id}`, lock({ ...facts, tampered: id % 2 === 0, autoLockSeconds: id % 3 === 0 ? 30 : null }));
        id += 1;
      }
    }
  }
}

function addGarages(house: SystemBuilder): void {
  const states: readonly GarageTruth['state'][] = ['unknown', 'closed', 'closing', 'stopped', 'opening', 'opened'];
  for (const [index, state] of states.entries()) {
    for (const online of YES_NO)
      house.device(400 + index * 2 + Number(online), `Garage ${state}${online ? '' : ' offline'}`, garage({ state, online }));
  }
}

function addLights(house: SystemBuilder): void {
  let id = 500;
  for (const on of YES_NO) {
    for (const online of YES_NO) {
      house.device(id, `Switch ${id}`, light('on-off', { on, online }));
      house.device(id + 1, `Dimmer ${id}`, light('dimmer', { on, online, levelPercent: on ? 1 : 0 }));
      house.device(id + 2, `Hue ${id}`, light('hue', { on, online, levelPercent: on ? 99 : 0 }));
      id += 3;
    }
  }
}

function addThermostats(house: SystemBuilder): void {
  const modes: readonly ThermostatTruth['mode'][] = ['off', 'heat', 'cool', 'auto', 'emergency heat', 'fan only', 'away', 'eco'];
  const fans: readonly ThermostatTruth['fanMode'][] = ['auto', 'on', 'on for 15 min', 'on for 60 min', 'on for 12 h'];
  const holds: readonly ThermostatTruth['hold'][] = ['schedule', 'until next', 'two hours', 'permanent'];
  for (const [index, mode] of modes.entries()) {
    const running = (['idle', 'heating', 'cooling'] as const)[index % 3] ?? 'idle';
    const fanMode = fans[index % fans.length] ?? 'auto';
    const hold = holds[index % holds.length] ?? 'schedule';
    const humidityPercent = index % 2 === 0 ? 30 + index : null;
    const facts = { mode, running, fanMode, fanRunning: fanMode !== 'auto', hold, humidityPercent, online: index !== 5 };
    house.device(600 + index, `Thermostat ${mode}`, thermostat({ ...facts, temperatureC: index === 0 ? -4.5 : 15 + index }));
  }
}

function addCameras(house: SystemBuilder): void {
  let id = 700;
  for (const online of YES_NO) {
    for (const privacy of YES_NO) {
      for (const kind of ['doorbell', 'outdoor', 'indoor'] as const) {
        const flags = { clipOnMotion: id % 2 === 0, deterring: id % 3 === 0, chimeExtender: id % 4 === 0, nightVision: id % 5 !== 0 };
        house.device(
          id,
          `Camera ${id}`,
          camera(kind, { online, privacy, ...flags, wifiPercent: id % 100, resolution: id % 2 ? '1280x720' : '1920x1080' }),
        );
        id += 1;
      }
    }
  }
}
