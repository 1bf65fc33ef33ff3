import type { ChartSeries, ChartSpec, NumberSeries, StateSeries } from '../src/index.ts';

const timeZone = 'Europe/Berlin';
const minute = 60_000;
export const hour = 60 * minute;
const day = 24 * hour;
/** A Tuesday. */
export const midnight = Date.parse('2026-11-24T00:00:00+01:00');

/** A wave every five minutes with ripples, and a gap of two hours. */
export const wave = (
  name: string,
  unit: string,
  { base, swing, startMs = midnight, count = 288 }: { base: number; swing: number; startMs?: number; count?: number },
): NumberSeries => ({
  kind: 'numbers',
  name,
  unit,
  shape: 'step',
  points: Array.from({ length: count }, (_, i) => ({
    atMs: startMs + i * 5 * minute,
    value: i > 170 && i < 195 ? undefined : Math.round((base + swing * Math.sin(i / 40) + swing * 0.08 * Math.sin(i * 1.7)) * 10) / 10,
  })),
});

/** States with the minute of the day when each begins. */
export const states = (name: string, rows: readonly (readonly [string | undefined, number])[]): StateSeries => ({
  kind: 'states',
  name,
  points: rows.map(([state, at]) => ({ atMs: midnight + at * minute, state })),
});

export const door = states('Front door', [
  ['off', 0],
  ['on', 400],
  ['off', 407],
  [undefined, 700],
  ['off', 800],
  ['on', 1200],
  ['off', 1203],
]);

const outdoor: ChartSeries = {
  kind: 'means',
  name: 'Outdoor temperature',
  unit: '°C',
  periods: Array.from({ length: 14 }, (_, i) => ({
    startMs: midnight - 13 * day + i * day,
    endMs: midnight - 12 * day + i * day,
    value: i === 4 ? undefined : 6 + 4 * Math.sin(i / 2),
    low: 3 + 4 * Math.sin(i / 2),
    high: 8 + 5 * Math.sin(i / 2),
  })),
};

const grid: ChartSeries = {
  kind: 'totals',
  name: 'Energy from the grid',
  unit: 'kWh',
  periods: [4.1, 9.8, 7.2, 12.4, 10.1, 8.7, 9.9, 3.2].map((value, i) => ({
    startMs: midnight - 7 * day + i * day,
    endMs: midnight - 6 * day + i * day,
    value,
  })),
};

const heating = states('Living room heating', [
  ['off', 0],
  ['heat', 330],
  ['idle', 420],
  ['heat', 480],
  [undefined, 560],
  ['heat', 600],
  ['off', 720],
  ['cool', 840],
  ['fan_only', 960],
  ['off', 1080],
]);

export const oneDay = (title: string, series: readonly ChartSeries[], more: Partial<ChartSpec> = {}): ChartSpec => ({
  title,
  span: { startMs: midnight, endMs: midnight + day },
  timeZone,
  series,
  ...more,
});

const bedroom = wave('Bedroom temperature', '°C', { base: 19, swing: 3 });
const humidity = wave('Bedroom humidity', '%', { base: 52, swing: 9 });
const mixed = [bedroom, humidity, door];
const autumn = Date.parse('2026-10-24T12:00:00+02:00');

/** The pictures of docs/charts.md. */
export const scenes: Readonly<Record<string, ChartSpec>> = {
  day: oneDay('Bedroom temperature', [bedroom]),
  mixed: oneDay('Bedroom', mixed),
  statistics: {
    title: 'Outdoor temperature',
    span: { startMs: midnight - 13 * day, endMs: midnight + 18 * hour },
    timeZone,
    series: [outdoor],
  },
  energy: {
    title: 'Energy from the grid',
    span: { startMs: midnight - 6.25 * day, endMs: midnight + 18 * hour },
    timeZone,
    series: [grid],
  },
  states: oneDay('Living room heating', [heating]),
  names: oneDay('Temperatures', [
    wave('Temperature of the hot water tank in the cellar behind the stairs', '°C', { base: 48, swing: 6 }),
    wave('寝室の温度', '°C', { base: 19, swing: 3 }),
    wave('טמפרטורה בסלון', '°C', { base: 22, swing: 2 }),
  ]),
  'clock-change': {
    title: 'Bedroom temperature',
    span: { startMs: autumn, endMs: autumn + 37 * hour },
    timeZone,
    series: [wave('Bedroom temperature', '°C', { base: 19, swing: 3, startMs: autumn, count: 440 })],
  },
  'twelve-series': oneDay('All rooms', [
    ...Array.from({ length: 7 }, (_, i) => wave(`Room ${i + 1} temperature`, '°C', { base: 15 + i * 2, swing: 1 + i / 4 })),
    wave('Hall humidity', '%', { base: 50, swing: 8 }),
    wave('Solar power', 'W', { base: 2500, swing: 2400 }),
    door,
    heating,
    states('Washing machine', [
      ['off', 0],
      ['on', 600],
      ['off', 720],
    ]),
  ]),
  'narrow-400': oneDay('Bedroom', mixed, { width: 400 }),
  scripts: oneDay('Names in many scripts 🏠', [
    wave('غرفة المعيشة', '°C', { base: 21, swing: 1 }),
    wave('Спальня', '°C', { base: 18, swing: 1 }),
    wave('ห้องนอน', '°C', { base: 24, swing: 1 }),
    wave('शयनकक्ष', '°C', { base: 27, swing: 1 }),
    wave('침실', '°C', { base: 15, swing: 1 }),
    wave('🏠 الصالة 客厅', '°C', { base: 12, swing: 1 }),
    wave('𓀀 Ὑπόγειον', '°C', { base: 9, swing: 1 }),
  ]),
  'many-states': oneDay('Robot vacuum', [
    states(
      'Robot vacuum',
      Array.from({ length: 30 }, (_, i) => [`room ${i + 1}`, i * 45] as const),
    ),
  ]),
};
