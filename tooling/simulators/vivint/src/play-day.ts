import { ARMED } from './cloud/system-data.ts';
import { HOME } from './seed/demo-homes.ts';
import type { VivintSimulator } from './simulator.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Act = (simulator: VivintSimulator) => void;

const opensAndCloses = (deviceId: number): readonly Act[] => [(s) => s.sense(deviceId, true), (s) => s.sense(deviceId, false)];
const arms = (state: number, by: string): Act => {
  return (s) => {
    const partition = s.cloud.partition(HOME, 1);
    if (partition) s.arming.set(HOME, partition, { state, force: false, by });
  };
};
const locks =
  (locked: boolean, by?: string): Act =>
  (s) =>
    s.turnLock(30, locked, by === undefined ? {} : { by, cause: locked ? 90 : 91 });

/** What happens when, in hours after the start. Steps of one entry are a minute apart. */
const DAY: readonly (readonly [atHour: number, ...acts: readonly Act[]])[] = [
  [0.5, ...opensAndCloses(15), ...opensAndCloses(15)],
  [1, ...opensAndCloses(12)],
  [1.5, locks(false, 'Ana Ortiz'), ...opensAndCloses(10), locks(true)],
  [2, arms(ARMED.armedAway, 'Ana Ortiz')],
  [
    4,
    (s) => s.notice(70, 'visitor'),
    (s) => s.notice(70, 'ring'),
    (s) => s.notice(70, 'package'),
    (s) => s.notice(71, 'motion'),
    (s) => s.notice(71, 'clip ready'),
  ],
  [6, locks(false, 'Cem (dog walker)'), (s) => s.sense(10, true)],
  [6.022, arms(ARMED.disarmed, 'Cem (dog walker)'), (s) => s.sense(10, false)],
  [6.6, ...opensAndCloses(10), locks(true, 'Cem (dog walker)')],
  [6.7, arms(ARMED.armedAway, 'Cem (dog walker)')],
  [8, (s) => s.setOnline(71, false), (s) => s.setOnline(71, true)],
  [9, (s) => s.patch(22, { lb: true, bl: 4 }), (s) => s.patch(60, { val: 19.5, os: 1 })],
  [10, arms(ARMED.disarmed, 'Ben Ortiz'), locks(false, 'Ben Ortiz'), ...opensAndCloses(10), locks(true)],
  [11, ...opensAndCloses(13), ...opensAndCloses(15)],
  [12, (s) => s.acts.light(s.cloud.place(HOME, 50), { s: true }, 'Ben Ortiz')],
  [
    13,
    (s) => s.acts.door(s.cloud.place(HOME, 40), { s: 4 }, 'Ben Ortiz'),
    (s) => s.acts.door(s.cloud.place(HOME, 40), { s: 2 }, 'Ben Ortiz'),
  ],
  [15.5, (s) => s.acts.light(s.cloud.place(HOME, 50), { s: false }, 'Ben Ortiz')],
  [16, arms(ARMED.armedStay, 'Ana Ortiz')],
  [18, ...opensAndCloses(15)],
  [19, (s) => s.sense(12, true)],
  [19.005, arms(ARMED.disarmed, 'Ana Ortiz'), (s) => s.sense(12, false)],
  [20, (s) => s.patch(13, { ta: true }), (s) => s.patch(13, { ta: false })],
  [23.5, locks(false, 'Ana Ortiz'), locks(true)],
];

/** Schedules a day in the demo's house: some seventy pushes, fifty of them kept by history, over the next 24 simulated hours. They happen as the clock is advanced. */
export function playDay(simulator: VivintSimulator): void {
  for (const [atHour, ...acts] of DAY) {
    for (const [index, act] of acts.entries()) simulator.clock.after(atHour * HOUR_MS + index * MINUTE_MS, () => act(simulator));
  }
}
