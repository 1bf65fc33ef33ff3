import type { Seeded } from './system-builder.ts';
import type { ThermostatTruth } from './truth.ts';

const MODES = { off: 0, heat: 1, cool: 2, auto: 3, 'emergency heat': 4, 'fan only': 6, away: 13, eco: 100 };
const RUNNING = { idle: 0, heating: 1, cooling: 2 };
const FAN = { auto: 0, on: 1, 'on for 15 min': 99, 'on for 60 min': 101, 'on for 12 h': 107 };
const HOLD = { schedule: 0, 'until next': 1, 'two hours': 2, permanent: 3 };

/** A thermostat, in degrees Celsius; `act` says whose. */
export function thermostat(facts: Partial<Omit<ThermostatTruth, 'class'>> & { act?: string } = {}): Seeded {
  const { act = 'ct200_thermostat_device', ...said } = facts;
  const truth: ThermostatTruth = {
    class: 'thermostat',
    temperatureC: 21,
    heatToC: 20,
    coolToC: 25,
    mode: 'auto',
    running: 'idle',
    fanMode: 'auto',
    fanRunning: false,
    hold: 'schedule',
    humidityPercent: 44,
    online: true,
    ...said,
  };
  return {
    truth,
    make: ({ now }) => ({
      t: 'thermostat_device',
      act,
      val: truth.temperatureC,
      hsp: truth.heatToC,
      csp: truth.coolToC,
      om: MODES[truth.mode],
      os: RUNNING[truth.running],
      fm: FAN[truth.fanMode],
      fs: truth.fanRunning ? 1 : 0,
      hm: HOLD[truth.hold],
      ...(truth.humidityPercent === null ? {} : { hmdt: truth.humidityPercent }),
      maxt: 35,
      mint: 7,
      oms: [0, 1, 2, 3, 4, 6, 13, 100],
      fms: [0, 1, 99, 101, 107],
      mspdc: 2,
      mspdf: 4,
      wdcs: [],
      wdhs: [],
      wecs: [],
      wehs: [],
      scct: { home: 25, away: 29, sleep: 23, vacation: 32 },
      scht: { home: 20, away: 16, sleep: 18, vacation: 12 },
      hdte: null,
      tcal: 0,
      awst: 0,
      ol: truth.online,
      proph: { val: [{ val: truth.temperatureC, ts: now }] },
      caca: [{ t: 4, ca: [10, 11, 12, 13, 64], ca_vals: { '11': 7, '12': 35, '13': 2 } }],
      fea: { hvac_schedules: true },
    }),
  };
}
