import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { type ChartSeries, type ChartSpec, mostSeries, type NumberSeries, renderChart } from '../src/index.ts';
import { door, hour, midnight, oneDay, states, wave } from './scenes.ts';

/** The texts of an SVG in order, as a reader sees them. */
const textsOf = (svg: string): readonly string[] => {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replace(/&(#?\w+);/g, (_all, name) => entities[name] ?? '?'),
  );
};
/** Every text of the SVG, with a line's break as a space. */
const allText = (svg: string): string => textsOf(svg).join(' ');
const count = (svg: string, wanted: RegExp): number => [...svg.matchAll(wanted)].length;

const numbers = (name: string, values: readonly (number | undefined)[], more: Partial<NumberSeries> = {}): NumberSeries => ({
  kind: 'numbers',
  name,
  unit: '°C',
  shape: 'step',
  points: values.map((value, index) => ({ atMs: midnight + index * hour, value })),
  ...more,
});

/** No coordinate of a drawing may be something that is not a number. */
const sound = async (spec: ChartSpec) => {
  const chart = await renderChart(spec);
  expect(chart.svg).not.toMatch(/NaN|Infinity|undefined|null/);
  const { width, height } = PNG.sync.read(Buffer.from(chart.png));
  expect({ width, height }).toEqual({ width: chart.width, height: chart.height });
  return chart;
};

test('a chart has a title, its time in words, units, full names and the time zone with its offset', async () => {
  const { svg } = await sound(
    oneDay('Upstairs', [wave('Bedroom', '°C', { base: 20, swing: 2 }), wave('Hall', '%', { base: 50, swing: 5 }), door]),
  );
  const texts = textsOf(svg);
  expect(texts).toEqual(
    expect.arrayContaining(['Upstairs', 'in °C', 'in %', 'Bedroom (°C)', 'Hall (%)', 'Front door', 'off', 'on', 'no data']),
  );
  expect(texts).toContain('Tue 24 Nov 2026, 00:00 – Wed 25 Nov 2026, 00:00');
  expect(texts).toContain('Time zone: Europe/Berlin (UTC+01:00)');
});

test('a gap breaks the line and is hatched, and a line is never drawn through it', async () => {
  const whole = await sound(oneDay('One', [numbers('One', [1, 2, 3, 4])], { span: { startMs: midnight, endMs: midnight + 4 * hour } }));
  const broken = await sound(
    oneDay('One', [numbers('One', [1, undefined, 3, 4])], { span: { startMs: midnight, endMs: midnight + 4 * hour } }),
  );
  const lineIn = (svg: string) => /<path d="([^"]+)" fill="none" stroke="#0072b2"/.exec(svg)?.[1] ?? '';
  expect(lineIn(whole.svg).match(/M/g)).toHaveLength(1);
  expect(lineIn(broken.svg).match(/M/g)).toHaveLength(2);
  expect(textsOf(whole.svg)).not.toContain('no data');
  expect(textsOf(broken.svg)).toContain('no data');
});

test('nothing is drawn after now', async () => {
  const spec = oneDay('One', [numbers('One', [5])], { nowMs: midnight + 12 * hour });
  const [, path = ''] = /<path d="([^"]+)" fill="none" stroke="#0072b2"/.exec((await sound(spec)).svg) ?? [];
  const ends = [...path.matchAll(/[ML](\d+(?:\.\d+)?)/g)].map(([, x]) => Number(x));
  expect(Math.max(...ends)).toBeLessThan(430);
});

const means: ChartSeries = {
  kind: 'means',
  name: 'Outside',
  unit: '°C',
  periods: [0, 1, 2, 3].map((day) => ({
    startMs: midnight + day * 24 * hour,
    endMs: midnight + (day + 1) * 24 * hour,
    value: 5 + day,
    low: day,
    high: 10 + day,
  })),
};

test('means have a band from lowest to highest, and a period that is not over is marked', async () => {
  const span = { startMs: midnight, endMs: midnight + 90 * hour };
  const { svg } = await sound({ title: 'Outside', span, timeZone: 'Europe/Berlin', series: [means] });
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['Outside (°C, mean per day)', 'lowest to highest']));
  expect(allText(svg)).toContain('incomplete period');
  expect(svg).toContain('fill-opacity="0.2"');
  expect(count(svg, /stroke-dasharray="2 4"/g)).toBe(1);
  const complete = await sound({
    title: 'Outside',
    span: { ...span, endMs: midnight + 96 * hour },
    timeZone: 'Europe/Berlin',
    series: [means],
  });
  expect(allText(complete.svg)).not.toContain('incomplete');
});

test('totals are bars from zero, negative ones too, and a cut first period is hatched', async () => {
  const series: ChartSeries = {
    kind: 'totals',
    name: 'Grid',
    unit: 'kWh',
    periods: [3, -2, 4].map((value, index) => ({ startMs: midnight + index * hour, endMs: midnight + (index + 1) * hour, value })),
  };
  const { svg } = await sound({
    title: 'Grid',
    span: { startMs: midnight + hour / 2, endMs: midnight + 3 * hour },
    timeZone: 'UTC',
    series: [series],
  });
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['Grid (kWh, total per hour)', '0']));
  expect(allText(svg)).toContain('incomplete period');
  expect(count(svg, /<rect [^>]*fill="#0072b2"/g)).toBe(3);
});

test('the hour that happens twice is labelled twice, and the change of the clocks is named', async () => {
  const startMs = Date.parse('2026-10-25T00:00:00+02:00');
  const span = { startMs, endMs: startMs + 6 * hour };
  const { svg } = await sound({
    title: 'Night',
    span,
    timeZone: 'Europe/Berlin',
    series: [numbers('Night', [1], { points: [{ atMs: startMs, value: 1 }] })],
  });
  expect(textsOf(svg).filter((text) => text === '02:00')).toHaveLength(2);
  expect(allText(svg)).toContain('UTC+02:00, later UTC+01:00; clocks go back 60 min to 02:00 on 25 Oct');
});

test('the hour that is skipped has no label', async () => {
  const startMs = Date.parse('2026-03-29T00:00:00+01:00');
  const span = { startMs, endMs: startMs + 6 * hour };
  const { svg } = await sound({ title: 'Night', span, timeZone: 'Europe/Berlin', series: [] });
  expect(textsOf(svg)).not.toContain('02:00');
  expect(textsOf(svg)).toContain('03:00');
  expect(allText(svg)).toContain('clocks go forward 60 min to 03:00 on 29 Mar');
});

test.each([0.2, 1, 6, 24, 72, 7 * 24, 60 * 24, 400 * 24, 5 * 8760, 60 * 8760])('%d hours have between 2 and 11 labels', async (hours) => {
  const { svg } = await sound({
    title: 'Any',
    span: { startMs: midnight, endMs: midnight + hours * hour },
    timeZone: 'Asia/Kolkata',
    series: [],
  });
  const labels = textsOf(svg)
    .slice(2, -1)
    .filter((text) => text !== 'Nothing to draw');
  expect(labels.length).toBeGreaterThan(1);
  expect(labels.length).toBeLessThan(12);
});

test('midnights of a zone that changes its clocks at midnight are found', async () => {
  const startMs = Date.parse('2026-09-05T00:00:00-04:00');
  const { svg } = await sound({
    title: 'Santiago',
    span: { startMs, endMs: startMs + 48 * hour },
    timeZone: 'America/Santiago',
    series: [],
  });
  expect(allText(svg)).toContain('clocks go forward 60 min to 01:00 on 6 Sep');
});

test('long names are wrapped and not cut, at 400 pixels too', async () => {
  const name =
    'Temperature of the hot water tank in the cellar behind the stairs, second sensor from the top, as measured by the old boiler';
  const word = 'x'.repeat(120);
  const { svg, width } = await sound(
    oneDay(name, [wave(name, '°C', { base: 20, swing: 2 }), wave(word, '°C', { base: 22, swing: 2 })], { width: 400 }),
  );
  expect(width).toBe(400);
  expect(allText(svg).split(name)).toHaveLength(3);
  expect(textsOf(svg).join('')).toContain(word);
});

test('twelve series differ in colour or dash, and those over the limit are counted', async () => {
  const room = (index: number) => wave(`Room ${index}`, '°C', { base: 10 + index, swing: 1 });
  const { svg } = await sound(
    oneDay(
      'Rooms',
      Array.from({ length: 12 }, (_, index) => room(index)),
    ),
  );
  const strokes = [...svg.matchAll(/<line [^>]*stroke="(#\w+)" stroke-width="2"(?: stroke-dasharray="([^"]+)")?/g)].map(
    ([, colour, dash]) => `${colour} ${dash}`,
  );
  expect(new Set(strokes).size).toBe(12);
  const many = await sound(
    oneDay(
      'Rooms',
      Array.from({ length: mostSeries + 3 }, (_, index) => room(index)),
    ),
  );
  expect(allText(many.svg)).toContain('3 more series are not drawn.');
});

test.each<[string, readonly (number | undefined)[]]>([
  ['one point', [20]],
  ['no data', []],
  ['only gaps', [undefined, undefined, Number.NaN, Number.POSITIVE_INFINITY]],
  ['huge', [Number.MAX_VALUE, -Number.MAX_VALUE, 1]],
  ['large', [1.2e9, 3.4e9]],
  ['tiny', [1e-9, 3e-9, Number.MIN_VALUE]],
  ['negative', [-20, -5.5, -30]],
  ['constant', [21.5, 21.5, 21.5]],
  ['zero', [0, 0]],
  ['hardly different', [0.1 + 0.2, 0.3]],
])('%s is drawn', async (_name, values) => {
  for (const shape of ['step', 'slope'] as const) {
    const { svg } = await sound(oneDay('Sensor', [numbers('Sensor', values, { shape })]));
    const known = values.filter((value) => value !== undefined && Number.isFinite(value)).length;
    expect(textsOf(svg).includes('No data in this time')).toBe(known === 0);
    if (shape === 'slope' && known === 1) expect(count(svg, /transform="translate/g)).toBe(1);
  }
});

test('large numbers are short and negative ones keep their sign', async () => {
  expect(textsOf((await sound(oneDay('Power', [numbers('Power', [1.2e9, 3.4e9])]))).svg)).toContain('1.5G');
  expect(textsOf((await sound(oneDay('Cold', [numbers('Cold', [-20, -30])]))).svg)).toContain('-30');
});

test('a hundred thousand points become a small picture that keeps its peak', async () => {
  const points = Array.from({ length: 100_000 }, (_, index) => ({
    atMs: midnight + index * 860,
    value: index === 77_777 ? 500 : Math.sin(index),
  }));
  const { svg } = await sound(oneDay('Fast', [numbers('Fast', [], { points })]));
  expect(svg.length).toBeLessThan(120_000);
  expect(textsOf(svg)).toContain('500');
  const [, path = ''] = /<path d="([^"]+)" fill="none" stroke="#0072b2"/.exec(svg) ?? [];
  const heights = [...path.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(180);
});

test('thousands of changes stay small, and the rare one shows', async () => {
  const rows: (readonly [string, number])[] = Array.from(
    { length: 20_000 },
    (_, index) => [index % 2 ? 'on' : 'off', index * 0.07] as const,
  );
  rows[9999] = ['alarm', 9999 * 0.07];
  const { svg } = await sound(oneDay('Motion', [states('Motion', rows)]));
  expect(svg.length).toBeLessThan(150_000);
  expect(textsOf(svg)).toContain('alarm');
});

test('thirty states: seven have colours of their own, and the others are all named', async () => {
  const rows = Array.from({ length: 30 }, (_, index) => [`room ${index + 1}`, index * 45] as const);
  const text = allText((await sound(oneDay('Vacuum', [states('Vacuum', rows)]))).svg);
  expect(text).toContain('23 other states: room 7');
  for (let index = 1; index <= 30; index += 1) expect(text).toContain(`room ${index}`);
});

test('one state has one colour in all rows', async () => {
  const { svg } = await sound(oneDay('Doors', [door, { ...door, name: 'Back door' }]));
  expect(count(svg, /fill="#e69f00"/g)).toBe(5);
});

test('hostile names are text', async () => {
  const hostile = `<script>alert('1')</script>"&\u0000\u202e\ud800]]>`;
  const { svg } = await sound(oneDay(hostile, [wave(hostile, hostile, { base: 1, swing: 1 }), states(hostile, [[hostile, 0]])]));
  expect(svg).not.toContain('<script');
  expect(svg).not.toMatch(/[\u0000-\u0008\u202e]|\p{Cs}/u);
  expect(textsOf(svg)).toContain(`<script>alert('1')</script>"&]]>`);
});

test('a name of a megabyte is bounded', async () => {
  const { svg, height } = await sound(oneDay('Big', [numbers('ab '.repeat(400_000), [1])]));
  expect(svg.length).toBeLessThan(20_000);
  expect(height).toBeLessThan(600);
});

/** Dark pixels of the legend. */
const inkOf = ({ png }: { png: Uint8Array }): number => {
  const { data, width } = PNG.sync.read(Buffer.from(png));
  let dark = 0;
  for (let y = 54; y < 76; y += 1) for (let x = 40; x < 300; x += 1) if ((data[(y * width + x) * 4] ?? 255) < 190) dark += 1;
  return dark;
};

test.each([
  'Wohnzimmer',
  'Спальня',
  'Υπνοδωμάτιο',
  'חדר שינה',
  'غرفة الصالة',
  'سالن پذیرایی',
  'ննջասենյակ',
  'শোবার ঘর',
  'शयनकक्ष',
  'საძინებელი',
  'શયનખંડ',
  'ਸੌਣ ਵਾਲਾ ਕਮਰਾ',
  'ಮಲಗುವ ಕೋಣೆ',
  'បន្ទប់គេង',
  'ຫ້ອງນອນ',
  'കിടപ്പുമുറി',
  'නිදන කාමරය',
  'படுக்கையறை',
  'పడకగది',
  'ห้องนอน',
  'Phòng ngủ',
  '寝室',
  '卧室',
  '臥室',
  '침실',
  '🏠🛏️',
  '🏠 غرفة الصالة 客厅',
  'e\u0301te\u0301 → ≥ 5',
])('%s is drawn beside Latin letters', async (name) => {
  const draw = (text: string) => renderChart(oneDay('Rooms', [numbers(text, [1])]));
  const [chart, blank] = await Promise.all([draw(`${name} office`), draw('office')]);
  expect(chart.missing).toEqual([]);
  // Were its letters left out, only those of "office" and the unit would be there.
  expect(inkOf(chart)).toBeGreaterThan(inkOf(blank) + 25);
});

test('characters without a font are marked and named below the picture, and the SVG keeps them', async () => {
  const { svg, missing, height } = await renderChart(oneDay('Rooms', [numbers('𓀀 Hall', [1])]));
  expect(missing).toEqual(['𓀀']);
  expect(svg).toContain('𓀀 Hall');
  expect(height).toBeGreaterThan((await renderChart(oneDay('Rooms', [numbers('Hall', [1])]))).height);
});

test('the width is kept between its limits, and pixels can be doubled', async () => {
  expect((await renderChart(oneDay('A', [], { width: 10 }))).width).toBe(320);
  expect((await renderChart(oneDay('A', [], { width: 10_000 }))).width).toBe(1600);
  const { png, width } = await renderChart(oneDay('A', [], { width: 400, pixelRatio: 2 }));
  expect([width, PNG.sync.read(Buffer.from(png)).width]).toEqual([400, 800]);
});

test('an empty span and a zone that does not exist are refused', async () => {
  await expect(renderChart(oneDay('A', [], { span: { startMs: 5, endMs: 5 } }))).rejects.toThrow(RangeError);
  await expect(renderChart(oneDay('A', [], { timeZone: 'Mars/Olympus' }))).rejects.toThrow(RangeError);
});
