import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeSystem, thermostat } from '../../test/doubles/fake-vivint.ts';
import { reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { deviceClasses } from '../domain/model.ts';
import { listDevicesTool } from './list-devices.ts';

const { data, refusal } = reader(listDevicesTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('of every class in short, and a page', async () => {
    expect(await replies.reply('vivint_list_devices', { limit: 200 })).toMatchSnapshot();
    expect(await replies.reply('vivint_list_devices', { only: 'problem', system: 'Home', limit: 3 })).toMatchSnapshot();
  });
  test.each(deviceClasses)('every field of class %s', async (name) => {
    expect(await replies.reply('vivint_list_devices', { class: name })).toMatchSnapshot();
  });
  test('a name that nothing has, a cursor of another list', async () => {
    expect(await replies.reply('vivint_list_devices', { query: 'attic window' })).toMatchSnapshot();
    expect(await replies.reply('vivint_list_devices', { cursor: 'c3-000000' })).toMatchSnapshot();
  });
});

test('a class gives its own fields', async () => {
  const locks = await data({ class: 'lock' });
  expect(locks['columns']).toEqual(['id', 'name', 'state', 'online', 'battery', 'changed']);
  expect(rowsOf(locks)).toEqual([
    ['30', 'Front door', 'locked', 'online', '70%', '2026-11-25T09:15'],
    ['31', 'Shed', 'unlocked', 'offline', '70% low, very low', '2026-11-25T09:15'],
  ]);
  expect(rowsOf(await data({ class: 'thermostat' }))[0]?.slice(0, 8)).toEqual(['60', 'Hall', 20, 'auto', 20, 25, 'heating', 'auto']);
});

test('Fahrenheit homes are shown in Fahrenheit', async () => {
  const system = fakeSystem([thermostat(60, 'Hall')], { temperatureUnit: 'F' });
  expect(rowsOf(await data({ class: 'thermostat' }, { systems: [system] }))[0]?.slice(2, 6)).toEqual([68, 'heat', 68, 77]);
});

test.each([
  ['open', ['12', '15', '31', '40']],
  ['on', ['50']],
  ['bypassed', ['12']],
  ['offline', ['31']],
  ['low_battery', ['12', '31']],
  ['problem', ['12', '31']],
])('only %s', async (only, ids) => expect(rowsOf(await data({ only })).map(([id]) => id)).toEqual(ids));

test('pages have the total of the whole, and a cursor that fits only its own list', async () => {
  const first = await data({ limit: 3 });
  expect(first).toMatchObject({ total: 10, shown: 3 });
  const second = await data({ limit: 3, cursor: first['next'] });
  expect(rowsOf(second)[0]?.[0]).toBe('30');
  expect((await refusal({ class: 'lock', cursor: first['next'] })).code).toBe('invalid_input');
});

test('a name that nothing has is an error, a condition that nothing meets an empty list', async () => {
  expect((await refusal({ query: 'cellar' })).code).toBe('not_found');
  expect(await data({ query: 'porch', only: 'offline' })).toMatchObject({ total: 0, rows: [] });
});
