import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { HistoryPoint, StatisticPoint } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { historyTool } from './history.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('states of a number and of a word', async () => {
    expect(await replies.reply('ha_history', { ids: ['sensor.kitchen_temperature', 'lock.front_door'], points: 5 })).toMatchSnapshot();
    expect(await replies.reply('ha_history', { ids: ['sensor.kitchen_temperature'], points: 0, chart: true })).toMatchSnapshot();
  });
  test('statistics of what is measured and of what grows', async () => {
    expect(
      await replies.reply('ha_history', { ids: ['sensor.kitchen_temperature'], kind: 'statistics', start: '7d', points: 4, chart: true }),
    ).toMatchSnapshot();
    expect(
      await replies.reply('ha_history', { ids: ['sensor.kitchen_plug_energy'], kind: 'statistics', start: '30d', points: 4 }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_history', { ids: ['lock.front_door'], kind: 'statistics', start: '7d' })).toMatchSnapshot();
  });
  test('the logbook', async () => {
    expect(await replies.reply('ha_history', { ids: ['light.kitchen_lights'], kind: 'logbook', points: 3 })).toMatchSnapshot();
  });
  test('nothing named, and a time to come', async () => {
    expect(await replies.reply('ha_history', {})).toMatchSnapshot();
    expect(await replies.reply('ha_history', { ids: ['sensor.kitchen_temperature'], start: 'tomorrow' })).toMatchSnapshot();
  });
});

const hour = 3_600_000;
const things = [
  { name: 'Bedroom', state: stateNow('sensor.bedroom', '20', { unit_of_measurement: '°C' }) },
  { name: 'Front door', aliases: ['Entrance'], state: stateNow('binary_sensor.door', 'off') },
];
const ask = async (args: Record<string, unknown>, operations: Partial<HomeOperations> = {}) =>
  historyTool.handler(historyTool.input.parse(args), fakeContext(fakeHome(things, operations)));
const historyOf = (id: string, points: readonly HistoryPoint[]): Partial<HomeOperations> => ({
  history: async () => new Map([[id, points]]),
});
const failing = (code: string) => expect.objectContaining({ fields: expect.objectContaining({ code }) });

const wave = Array.from({ length: 500 }, (_, index) => ({
  atMs: Date.now() - 23 * hour + index * 160_000,
  state: String(index === 300 ? 35 : 20 + Math.sin(index)),
}));
const hourly = (count: number, row: (index: number) => Partial<StatisticPoint>): readonly StatisticPoint[] =>
  Array.from({ length: count }, (_, index) => ({
    startMs: Date.now() - (count - index) * hour,
    endMs: Date.now() - (count - index - 1) * hour,
    ...row(index),
  }));

test('a day of numbers is a summary and few points, and says how many there were', async () => {
  const { data } = await ask({ ids: ['Bedroom'] }, historyOf('sensor.bedroom', wave));
  const series = data['sensor.bedroom'] as Record<string, unknown>;
  expect(series).toMatchObject({
    unit: '°C',
    max: 35,
    of: expect.stringMatching(/^\d+ of 500 raw points; every lowest and highest kept$/),
  });
  expect((series['points'] as unknown[]).length).toBeLessThanOrEqual(24);
  expect((series['points'] as [string, number][]).map(([, value]) => value)).toContain(35);
  expect(data['from']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
});

test('an alias is found, a place too large is refused, and a name that does not exist gets near ones', async () => {
  const door = historyOf('binary_sensor.door', [{ atMs: 0, state: 'off' }]);
  expect((await ask({ ids: ['entrance'] }, door)).data).toHaveProperty(['binary_sensor.door', 'time_in', 'off'], '1d 100%');
  await expect(ask({ ids: ['sensor.bedrom'] })).rejects.toMatchObject({
    fields: { code: 'not_found', didYouMean: expect.arrayContaining([expect.stringMatching(/^sensor\.bedroom( |$)/)]) },
  });
  await expect(ask({})).rejects.toEqual(failing('invalid_input'));
  await expect(ask({ ids: ['Bedroom'], start: 'tomorrow' })).rejects.toEqual(failing('invalid_input'));
});

test('without states statistics step in and say so', async () => {
  const statistics = async () => new Map([['sensor.bedroom', hourly(48, (index) => ({ mean: 20, min: index === 7 ? 5 : 19, max: 21 }))]]);
  const { data } = await ask({ ids: ['sensor.bedroom'], start: '2d', points: 10 }, { statistics });
  expect(data['sensor.bedroom']).toMatchObject({
    note: expect.stringContaining('no states'),
    min: 5,
    max: 21,
    mean: 20,
    of: '48 rows, each shown one joins up to 5',
  });
  expect((await ask({ ids: ['sensor.bedroom'] })).data['sensor.bedroom']).toEqual({ none: 'neither states nor statistics in this time' });
});

test('beyond what the recorder keeps statistics are used although some states are there', async () => {
  const operations = {
    ...historyOf('sensor.bedroom', wave),
    statistics: async () => new Map([['sensor.bedroom', hourly(3, () => ({ mean: 20 }))]]),
  };
  expect((await ask({ ids: ['sensor.bedroom'], start: '60d' }, operations)).data['sensor.bedroom']).toMatchObject({
    note: expect.stringContaining('10 days'),
    period: 'day',
  });
  const { data } = await ask({ ids: ['sensor.bedroom'], start: '60d' }, historyOf('sensor.bedroom', wave));
  expect(data['sensor.bedroom']).toMatchObject({ note: expect.stringContaining('Recorded only since') });
});

test('a meter tells how much it grew, whatever the source', async () => {
  const statistics = async () => new Map([['energy:grid', hourly(24, () => ({ sum: 5, change: 0.5 }))]]);
  const { data } = await ask({ ids: ['energy:grid'], kind: 'statistics', points: 6 }, { statistics });
  expect(data['energy:grid']).toMatchObject({ total: 12, columns: ['from', 'change'] });
  expect((data['energy:grid'] as { points: unknown[] }).points).toHaveLength(6);
});

test('the logbook keeps the newest, last, and the true total', async () => {
  const logbook = async () =>
    Array.from({ length: 300 }, (_, index) => ({ atMs: Date.now() - (index + 1) * 60_000, name: 'x'.repeat(300), state: String(index) }));
  const { data } = await ask({ kind: 'logbook', points: 200 }, { logbook });
  const rows = data['rows'] as string[][];
  expect(data).toMatchObject({ total: 300, shown: rows.length, note: expect.stringContaining('newest') });
  expect(rows[rows.length - 1]?.[2]).toBe('0');
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(20_000);
});

test('many entities share the points, and one chart shows them all', async () => {
  const history: HomeOperations['history'] = async (ids) => new Map(ids.map((id) => [id, wave]));
  const many = Array.from({ length: 5 }, (_, index) => ({ name: `S${index}`, state: stateNow(`sensor.s${index}`, '1') }));
  const reply = await historyTool.handler(
    historyTool.input.parse({ ids: many.map(({ name }) => name), points: 200, chart: true }),
    fakeContext(fakeHome(many, { history })),
  );
  expect(Buffer.byteLength(JSON.stringify(reply.data))).toBeLessThan(20_000);
  expect(reply.data).not.toHaveProperty('chart');
  expect(
    Buffer.from(reply.images?.[0]?.data ?? '', 'base64')
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
});
