import type { Seeded } from './system-builder.ts';
import type { SensorKind, SensorTruth } from './truth.ts';

/** Equipment code, equipment type and zone type of each kind. */
const KINDS: Readonly<Record<SensorKind, { readonly ec: number; readonly eqt: number; readonly set: number }>> = {
  door: { ec: 1251, eqt: 1, set: 1 },
  window: { ec: 862, eqt: 1, set: 3 },
  motion: { ec: 1249, eqt: 2, set: 4 },
  'glass break': { ec: 1248, eqt: 1, set: 3 },
  smoke: { ec: 1267, eqt: 1, set: 9 },
  'smoke listener': { ec: 1269, eqt: 1, set: 16 },
  'carbon monoxide': { ec: 1254, eqt: 1, set: 14 },
  heat: { ec: 557, eqt: 1, set: 9 },
  water: { ec: 1264, eqt: 8, set: 8 },
  freeze: { ec: 556, eqt: 6, set: 8 },
  temperature: { ec: 556, eqt: 10, set: 8 },
  'garage tilt': { ec: 2831, eqt: 1, set: 2 },
  panic: { ec: 1253, eqt: 11, set: 7 },
  doorbell: { ec: 1063, eqt: 1, set: 23 },
  repeater: { ec: 1144, eqt: 1, set: 25 },
};
const BYPASS = { none: 0, forced: 1, manual: 2 };

/** What a sensor is when nothing else is said: closed, watched, whole. */
const SOUND: Omit<SensorTruth, 'kind'> = {
  class: 'sensor',
  open: false,
  bypass: 'none',
  tampered: false,
  trouble: false,
  lowBattery: false,
  batteryPercent: null,
  supervisionLost: false,
  hidden: false,
  valid: true,
};

/** A wireless sensor. `serial` ties a hidden part to the sensor that it belongs to. */
export function sensor(kind: SensorKind, facts: Partial<Omit<SensorTruth, 'kind' | 'class'>> & { serial?: number } = {}): Seeded {
  const { serial, ...said } = facts;
  const truth: SensorTruth = { ...SOUND, ...said, kind };
  const { ec, eqt, set } = KINDS[kind];
  const battery = truth.batteryPercent === null ? {} : { bl: truth.batteryPercent };
  return {
    truth,
    make: ({ id, secret }) => ({
      t: 'wireless_sensor',
      act: 'wireless_sensor',
      s: truth.open,
      b: BYPASS[truth.bypass],
      ec,
      eqt,
      set: truth.valid ? set : 0,
      ta: truth.tampered,
      tr: truth.trouble,
      lb: truth.lowBattery,
      ...battery,
      zid: id % 100,
      cb: true,
      ch: kind === 'door',
      che: true,
      icz: false,
      ccz: false,
      sup: truth.supervisionLost,
      suv: true,
      dd: true,
      ln: 1,
      vd: [],
      exm: 0,
      exy: 0,
      cold_climate: false,
      hidden: truth.hidden,
      sensor_firmware_version: '2.1',
      ser: serial ?? secret.number(),
      ser32: serial ?? secret.number(),
      caca: null,
      fea: null,
      er: '',
    }),
  };
}
