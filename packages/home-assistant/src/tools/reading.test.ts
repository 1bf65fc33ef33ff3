import { tokensOf } from '@switchyard-mcp/testkit';
import { expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import type { Entity } from '../domain/model.ts';
import { describeActionTool } from './describe-action.ts';
import { getTool } from './get.ts';
import { overviewTool } from './overview.ts';
import { setStateTool } from './set-state.ts';

const house = fakeHouse();
const { context } = houseContext(house);
const get = async (args: Record<string, unknown>) => (await getTool.handler(getTool.input.parse(args), context)).data;
const overview = async (args: Record<string, unknown>, operations = context.operations) =>
  (await overviewTool.handler(overviewTool.input.parse(args), { ...context, operations })).data;
const describeAction = async (args: Record<string, unknown>) =>
  (await describeActionTool.handler(describeActionTool.input.parse(args), context)).data;

test('states of many with chosen attributes; what is not there is listed beside them', async () => {
  const data = await get({ ids: ['light.kitchen_lights', 'Front door', 'light.nope', 'Reading lamp'], attributes: ['brightness'] });
  const rows = data['rows'] as unknown[][];
  expect(rows.map(([id]) => id)).toEqual(['light.kitchen_lights', 'lock.front_door']);
  expect(rows[0]).toContainEqual({ brightness: 180 });
  expect(JSON.stringify(data['missing'])).toMatch(/light\.nope.*light\.reading_lamp_2/);
});
test('in full: device, class, labels and what is in no registry', async () => {
  const data = await get({ ids: ['light.kitchen_lights', 'cover.blinds', 'lock.front_door', 'switch.kitchen_led'], detail: 'full' });
  expect(data['columns']).toEqual(['id', 'name', 'area', 'state', 'for', 'device', 'class', 'kind']);
  const rows = Object.fromEntries((data['rows'] as string[][]).map(([id, ...rest]) => [id, rest.slice(4)]));
  expect(rows).toEqual({
    'light.kitchen_lights': ['Kitchen switchboard', '', ''],
    'cover.blinds': ['', 'blind', ''],
    'lock.front_door': ['', '', 'in no registry'],
    'switch.kitchen_led': ['', '', 'config'],
  });
});
test('fields say how a value is written', async () => {
  const duration = { name: 'duration', required: false, selector: { text: null }, example: '00:01:00 or 60', description: 'How long.' };
  const at = { name: 'at', required: true, selector: { datetime: null } };
  const services = async () => [{ domain: 'timer', service: 'start', fields: [duration, at], response: 'none' as const }];
  const { data } = await describeActionTool.handler({ action: 'timer.start' }, { ...context, operations: { ...house, services } });
  expect(data['fields']).toEqual({
    duration: 'text, e.g. 00:01:00 or 60: How long.',
    'at*': 'datetime e.g. "2026-11-25 17:30:00"',
  });
});
test('only unknown ids are an error', async () => {
  await expect(get({ ids: ['light.nope'] })).rejects.toThrow('does not exist');
});

test('fields of one action, in full, by domain, or by target', async () => {
  const full = { actions: [{ action: 'climate.set_temperature' }] };
  expect(await describeAction({ action: 'light.turn_on' })).toMatchObject({ action: 'light.turn_on' });
  expect(await describeAction({ action: 'turn_on', domain: 'light' })).toMatchObject({ action: 'light.turn_on' });
  expect(await describeAction({ action: 'set_temperature', targets: ['climate.bedroom'] })).toMatchObject(full);
  expect(await describeAction({ action: 'turn_off' })).toEqual({ domains_with: ['light', 'switch'] });
  expect(await describeAction({ targets: ['Big lamp'] })).toHaveProperty('actions.light');
  await expect(describeAction({ action: 'light.tunr_on' })).rejects.toThrow('no action');
  await expect(describeAction({ action: 'frobnicate' })).rejects.toThrow('frobnicate');
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

test('overwriting a state says that no device was touched', async () => {
  const operations = { ...house, setState: async () => 'created' as const };
  const { data } = await setStateTool.handler({ entity_id: 'sensor.made_up', state: '5' }, { ...context, operations });
  expect(data).toMatchObject({ result: 'created', rows: [['sensor.made_up', 'none', '5']], note: expect.stringContaining('no device') });
});
