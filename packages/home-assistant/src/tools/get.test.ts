import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { getTool } from './get.ts';

const { context } = houseContext(fakeHouse());
const get = async (args: Record<string, unknown>) => (await getTool.handler(getTool.input.parse(args), context)).data;

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('attributes, one that is not there, and everything of a place in full', async () => {
    expect(
      await replies.reply('ha_get', { ids: ['light.kitchen_lights', 'Front Door', 'light.nope'], attributes: ['*'] }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_get', { ids: ['area:Garage'], attributes: ['current_position'], detail: 'full' })).toMatchSnapshot();
    expect(
      await replies.reply('ha_get', { ids: ['light.cellar_light', 'sensor.loft_climate_sensor_battery', 'timer.laundry'] }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_get', { ids: ['light.nope'] })).toMatchSnapshot();
  });
});

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
test('only unknown ids are an error', async () => {
  await expect(get({ ids: ['light.nope'] })).rejects.toThrow('does not exist');
});
