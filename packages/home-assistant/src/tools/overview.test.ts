import { tokensOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { Entity } from '../domain/model.ts';
import { overviewTool } from './overview.ts';

const house = fakeHouse();
const { context } = houseContext(house);
const overview = async (args: Record<string, unknown>, operations = context.operations) =>
  (await overviewTool.handler(overviewTool.input.parse(args), { ...context, operations })).data;

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('of the home, in full, of an area and of none', async () => {
    expect(await replies.reply('ha_overview', {})).toMatchSnapshot();
    expect(await replies.reply('ha_overview', { detail: 'full' })).toMatchSnapshot();
    expect(await replies.reply('ha_overview', { area: 'Kitchen' })).toMatchSnapshot();
    expect(await replies.reply('ha_overview', { floor: 'First Floor', detail: 'full' })).toMatchSnapshot();
    expect(await replies.reply('ha_overview', { area: 'Kichen' })).toMatchSnapshot();
  });
});

test('the overview names what is on, unlocked, gone or low; names are values, never keys', async () => {
  const data = await overview({});
  expect(data).toMatchObject({ entities: 16, unavailable: 1, unavailable_ids: ['light.porch'] });
  expect(data['low_battery']).toEqual(['sensor.battery 7 %', 'binary_sensor.remote_battery on']);
  expect(data['areas']).toContainEqual(['Kitchen', 5]);
  expect(data['floors']).toContainEqual(['Cellar', 1]);
  const cellar = await overview({ floor: 'Cellar' });
  expect(cellar['entities']).toBe(1);
  await expect(overview({ area: 'Kichen' })).rejects.toThrow('no area');
});

test('the overview in full counts devices and integrations too', async () => {
  const data = await overview({ detail: 'full' });
  expect(data).toMatchObject({ entities: 16, devices: 2, integrations: { unknown: 15, '(in no registry)': 1 } });
  expect(await overview({})).not.toHaveProperty('devices');
});

/** A home of so many entities, all on, among them sensors that tell of something. */
const bigHome = async (count: number) => {
  const domains = ['light', 'switch', 'fan', 'media_player', 'cover', 'lock', 'climate', 'vacuum', 'sensor', 'valve', 'binary_sensor'];
  const classes = ['window', 'smoke', 'motion', 'problem', 'door'];
  const big = new Map(
    Array.from({ length: count }, (_, index): [string, Entity] => {
      const domain = domains[index % domains.length] ?? '';
      const entityId = `${domain}.a_rather_long_name_of_number_${index}`;
      const attributes = domain === 'binary_sensor' ? { device_class: classes[index % classes.length] } : {};
      const place = { name: `Thing ${index}`, registered: true, areaId: `area_${index % 90}` };
      const rest = { labels: [], aliases: [], hidden: false, disabled: false };
      return [entityId, { entityId, domain, ...place, ...rest, state: stateNow(entityId, 'on', attributes) }];
    }),
  );
  const home = await house.home(context.signal);
  const areas = new Map(
    Array.from({ length: 90 }, (_, index) => [
      `area_${index}`,
      { areaId: `area_${index}`, name: `Area ${index}`, aliases: [], labels: [] },
    ]),
  );
  return { ...house, home: async () => ({ ...home, entities: big, areas }) };
};

test.each([2_000, 40_000])('the overview of %d entities is right and short, the gravest sensors first', async (count) => {
  const data = await overview({}, await bigHome(count));
  expect(data['entities']).toBe(count);
  expect((data['areas'] as [string, number][]).reduce((sum, [, several]) => sum + several, 0)).toBe(count);
  expect((data['now'] as Record<string, string[]>)['binary_sensor']?.[0]).toMatch(/ smoke 1m$/);
  expect(tokensOf(data)).toBeLessThanOrEqual(1500);
});

test('the overview tells of open windows and alarms in their words; garage doors and stuck locks come first', async () => {
  const long = Date.now() - 5 * 3_600_000;
  const sensor = (id: string, deviceClass: string, state = 'on') => ({
    name: id,
    state: stateNow(`binary_sensor.${id}`, state, { device_class: deviceClass }, long),
  });
  const cover = (id: string, deviceClass: string) => ({ name: id, state: stateNow(`cover.${id}`, 'open', { device_class: deviceClass }) });
  const lock = (id: string, state: string) => ({ name: id, state: stateNow(`lock.${id}`, state) });
  const things = [
    sensor('bathroom_window', 'window'),
    sensor('hall_window', 'window', 'off'),
    sensor('hall_motion', 'motion'),
    sensor('cellar_smoke', 'smoke'),
    sensor('washer_leak', 'moisture'),
    sensor('shed_lock', 'lock'),
    cover('blinds', 'blind'),
    cover('garage', 'garage'),
    cover('driveway', 'gate'),
    lock('front', 'unlocked'),
    lock('back', 'jammed'),
    lock('side', 'locked'),
  ];
  expect((await overview({}, fakeHome(things)))['now']).toEqual({
    binary_sensor: [
      'binary_sensor.cellar_smoke smoke 5h',
      'binary_sensor.washer_leak wet 5h',
      'binary_sensor.shed_lock unlocked 5h',
      'binary_sensor.bathroom_window open 5h',
    ],
    cover: ['cover.garage open', 'cover.driveway open', 'cover.blinds open'],
    lock: ['lock.back jammed', 'lock.front unlocked'],
  });
});
