import type { ArmState, DoorPosition } from '../../domain/model.ts';

/** Words for the cloud's numbers. Facts as in vivintpy's enums; a number that is not here is never guessed at. */

type Words = Readonly<Record<number, string>>;
const wordOf = (words: Words, code: number | undefined): string => (code === undefined ? 'unknown' : (words[code] ?? `unknown (${code})`));
const codeOf = (words: Words, word: string): number | undefined => {
  const found = Object.entries(words).find(([, known]) => known === word);
  return found === undefined ? undefined : Number(found[0]);
};

const armStates: Readonly<Record<number, ArmState>> = {
  0: 'disarmed',
  1: 'arming_away',
  2: 'arming_stay',
  3: 'armed_stay',
  4: 'armed_away',
  5: 'entry_delay_stay',
  6: 'entry_delay_away',
  7: 'alarm',
  8: 'fire_alarm',
  11: 'disabled',
  12: 'walk_test',
};
export const armStateOf = (code: number | undefined): ArmState => (code === undefined ? 'unknown' : (armStates[code] ?? 'unknown'));

/** What `armState` of a command takes. */
export const armCodes = { disarmed: 0, stay: 3, away: 4 } as const;

const doorPositions: Readonly<Record<number, DoorPosition>> = {
  1: 'closed',
  2: 'closing',
  3: 'stopped',
  4: 'opening',
  5: 'open',
};
export const doorPositionOf = (code: number | undefined): DoorPosition =>
  code === undefined ? 'unknown' : (doorPositions[code] ?? 'unknown');

const thermostatModes: Words = {
  0: 'off',
  1: 'heat',
  2: 'cool',
  3: 'auto',
  4: 'emergency_heat',
  5: 'resume',
  6: 'fan_only',
  7: 'furnace',
  8: 'dry',
  9: 'moist',
  10: 'auto_changeover',
  11: 'energy_save_heat',
  12: 'energy_save_cool',
  13: 'away',
  100: 'eco',
};
export const thermostatModeOf = (code: number | undefined): string => wordOf(thermostatModes, code);
export const thermostatModeCode = (word: string): number | undefined => codeOf(thermostatModes, word);

const fanModes: Words = {
  0: 'auto',
  1: 'on',
  2: 'auto_high',
  3: 'on_high',
  99: '15_min',
  100: '30_min',
  101: '60_min',
  102: '45_min',
  103: '2_h',
  104: '4_h',
  105: '8_h',
  106: '16_h',
  107: '12_h',
};
export const fanModeOf = (code: number | undefined): string => wordOf(fanModes, code);
export const fanModeCode = (word: string): number | undefined => codeOf(fanModes, word);

const holds: Words = { 0: 'schedule', 1: 'until_next', 2: 'two_hours', 3: 'permanent' };
export const holdOf = (code: number | undefined): string => wordOf(holds, code);
export const holdCode = (word: string): number | undefined => codeOf(holds, word);

const panels: Words = { 1: 'SkyControl', 2: 'Glance', 3: 'Smart Hub', 4: 'WallSly', 5: 'Playback Hub' };
export const panelModelOf = (code: number | undefined): string => wordOf(panels, code);

/** `pnlconn`: how far the panel came on its way to the cloud. */
export const panelConnectionOf = (code: number | undefined): string | undefined => {
  if (code === undefined) return undefined;
  if (code === 80) return 'connected';
  if (code === 50) return 'no internet';
  if (code >= 60 && code < 80) return 'trouble with the cloud connection';
  return `not connected (step ${code} of 80)`;
};

const alerts: Words = {
  0: 'mains power lost',
  3: 'cellular problem',
  4: 'cannot reach the monitoring centre',
  5: 'battery low',
  6: 'supervision lost',
  7: 'tamper',
  8: 'sounder lost',
  9: 'radio jammed',
  10: 'day zone',
  11: 'battery bad',
  12: 'Z-Wave device offline',
  13: 'internet offline',
  14: 'network offline',
  15: 'critical temperature',
  16: 'cellular not provisioned',
  17: 'Z-Wave battery very low',
  18: 'ethernet cable',
  19: 'services cannot communicate',
  21: 'garage door tamper',
  22: 'garage door supervision lost',
  23: 'repeater mains power lost',
  24: 'Z-Wave battery critically low',
  27: 'Nest offline',
  28: 'Nest disconnected',
  29: 'zone mains power lost',
  33: 'panel relocated',
  34: 'no SIM card',
};
export const alertOf = (code: number | undefined): string => wordOf(alerts, code);

const capabilities: Words = { 1: 'motion', 2: 'visitor', 16: 'person', 39: 'package', 41: 'vehicle', 42: 'animal' };
/** Number of the capability "two-way audio". */
export const twoWayAudio = 5;
export const detectionOf = (capability: number): string | undefined => capabilities[capability];
