import { writeFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type ChartSeries, drawChart } from './chart.ts';
import { numberScale, timeTicks } from './chart-axis.ts';

const timeZone = 'Europe/Berlin';
const startMs = Date.parse('2026-11-24T00:00:00+01:00');
const span = { startMs, endMs: startMs + 25 * 3_600_000 };
const minute = 60_000;

const temperature = (name: string, base: number, unit = '°C'): ChartSeries => ({
  name,
  unit,
  shape: 'step',
  points: Array.from({ length: 300 }, (_, index) => ({
    atMs: startMs + index * 5 * minute,
    value: index > 200 && index < 220 ? undefined : Math.round((base + 5 * Math.sin(index / 40) + Math.sin(index * 1.7) * 0.4) * 10) / 10,
  })),
});
const door: ChartSeries = {
  name: 'Front door',
  unit: '',
  shape: 'step',
  points: ['off', 'on', 'off', 'unavailable', 'off', 'on', 'off'].map((value, index) => ({
    atMs: startMs + ([0, 400, 520, 700, 800, 1200, 1203][index] ?? 0) * minute,
    value,
  })),
};
const heating: ChartSeries = {
  name: 'Heating',
  unit: '',
  shape: 'step',
  points: ['heat', 'idle', 'cool', 'auto', 'off'].map((value, index) => ({ atMs: startMs + index * 300 * minute, value })),
};
const mean: ChartSeries = {
  ...temperature('Bedroom mean', 19),
  shape: 'slope',
  points: temperature('x', 19).points.filter((_, index) => index % 12 === 0),
};

/** Width, height and the bytes of the pixels. */
const opened = (png: Buffer): { width: number; height: number; colours: number } => {
  const data = inflateSync(png.subarray(png.indexOf('IDAT') + 4, png.indexOf('IEND') - 8));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect(data.length).toBe((width + 1) * height);
  return { width, height, colours: new Set(data).size };
};

test.each([
  ['one', [temperature('Bedroom temperature', 18)]],
  ['two', [temperature('Bedroom', 18), temperature('Kitchen', 22)]],
  ['mixed', [temperature('Bedroom', 18), temperature('Humidity', 55, '%'), door]],
  ['words', [heating]],
  ['words3', [heating, door, { ...door, name: 'Back door' }]],
  ['slope', [mean]],
] as const)('%s becomes an 800 × 400 picture of at most 256 colours', (name, series) => {
  const png = drawChart(series, { span, timeZone });
  // For people who change the drawing and want to look at it.
  if (process.env['CHART_DIR']) writeFileSync(`${process.env['CHART_DIR']}/${name}.png`, png);
  expect(opened(png)).toMatchObject({ width: 800, height: 400 });
  expect(png.length).toBeLessThan(60_000);
});

test('scales begin and end on round numbers, flat and tiny series too', () => {
  expect(numberScale([10.5, 23.25], 6)).toMatchObject({ low: 10, high: 25 });
  expect(numberScale([20, 20], 5).ticks.length).toBeGreaterThan(1);
  expect(numberScale([0.0012, 0.0031], 4).ticks.map(({ label }) => label)).toEqual([
    '0.0010',
    '0.0015',
    '0.0020',
    '0.0025',
    '0.0030',
    '0.0035',
  ]);
  expect(numberScale([], 5)).toMatchObject({ low: 0, high: 1 });
});

test('time ticks are round and few, from minutes to years', () => {
  for (const hours of [0.2, 1, 6, 24, 7 * 24, 60 * 24, 3 * 8760]) {
    const ticks = timeTicks({ startMs, endMs: startMs + hours * 3_600_000 }, timeZone, 8);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(11);
  }
  expect(timeTicks({ startMs, endMs: startMs + 6 * 3_600_000 }, timeZone, 8).map(({ label }) => label)).toEqual([
    '24 Nov',
    '01:00',
    '02:00',
    '03:00',
    '04:00',
    '05:00',
    '06:00',
  ]);
});
