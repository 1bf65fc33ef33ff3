import { isToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { Findable } from '../domain/search-index.ts';
import { buildSearchIndex } from '../domain/search-index.ts';
import { searchTool } from './search.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a name, a filter, a page of all', async () => {
    expect(await replies.reply('ha_search', { query: 'kithcen lites', limit: 4 })).toMatchSnapshot();
    expect(await replies.reply('ha_search', { domain: 'lock' })).toMatchSnapshot();
    expect(await replies.reply('ha_search', { limit: 3 })).toMatchSnapshot();
    expect(
      await replies.reply('ha_search', { kinds: ['area', 'floor', 'label', 'device'], limit: 100, area: 'Kitchen' }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_search', { domain: 'light', state: 'onn' })).toMatchSnapshot();
  });
  test('what uses an entity', async () => {
    expect(await replies.reply('ha_search', { in: 'configs', query: 'light.living_room_lights' })).toMatchSnapshot();
    expect(await replies.reply('ha_search', { in: 'configs', query: 'Night', kinds: ['automation'] })).toMatchSnapshot();
  });
  test('an area that is not there, and configs with a filter', async () => {
    expect(await replies.reply('ha_search', { area: 'Kichen' })).toMatchSnapshot();
    expect(await replies.reply('ha_search', { in: 'configs', query: 'x', domain: 'light' })).toMatchSnapshot();
  });
});

const search = async (args: Record<string, unknown>) => {
  const { data } = await searchTool.handler(searchTool.input.parse(args), houseContext(fakeHouse()).context);
  return { ...data, ids: (data['rows'] as string[][]).map(([id]) => id), data };
};
const refusal = async (args: Record<string, unknown>): Promise<string> => {
  const error: unknown = await search(args).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error('no refusal');
  return JSON.stringify(error.fields);
};

test('a list of more than a page says what it is made of; a page of it, or one domain, does not', async () => {
  const all = await search({ limit: 1 });
  const counts = String(all.data['domains']).split(', ');
  expect(counts.every((count) => /^[a-z_]+ [1-9]\d*$/.test(count))).toBe(true);
  expect(counts.reduce((sum, count) => sum + Number(count.split(' ')[1]), 0)).toBe(all.data['total']);
  expect((await search({ limit: 1, cursor: all.data['next'] })).data).not.toHaveProperty('domains');
  expect((await search({ domain: 'light', limit: 1 })).data).not.toHaveProperty('domains');
});

describe('finding', () => {
  test.each([
    ['kithcen lites', 'light.kitchen_lights'],
    ['Kitchen light', 'light.kitchen_lights'],
    ['light.hall', 'light.hall'],
    ['big lamp', 'light.hall'],
    ['kuche', 'kitchen'],
    ['front dor', 'lock.front_door'],
    ['garage door', 'cover.garage_door'],
  ])('%s', async (query, id) => {
    expect((await search({ query })).ids[0]).toBe(id);
  });
  test('nothing is found for nonsense', async () => {
    expect((await search({ query: 'zzqqxx' })).data).toEqual({ total: 0, columns: ['id'], rows: [] });
  });
});

describe('filters', () => {
  test('an area by name or alias gives that area alone', async () => {
    const { ids } = await search({ area: 'Küche' });
    expect(ids).toEqual(['light.kitchen_lights', 'switch.coffee', 'switch.kitchen_led', 'switch.kitchen_hidden', 'cover.blinds']);
  });
  test('a floor of areas, a domain of services, a label through its area', async () => {
    expect((await search({ kinds: ['area'], floor: 'downstairs' })).ids).toEqual(['kitchen', 'hall']);
    expect((await search({ kinds: ['service'], domain: 'lock' })).ids).toEqual(['lock.lock', 'lock.unlock']);
    expect((await search({ label: 'Night', domain: 'climate' })).ids).toEqual(['climate.bedroom']);
    expect((await search({ kinds: ['device'], area: 'Kitchen' })).ids).toEqual(['d1']);
  });
  test('totals are true, and the cursor goes on', async () => {
    const first = await search({ domain: 'light', limit: 2 });
    expect(first.data).toMatchObject({ total: 6, shown: 2 });
    const second = await search({ domain: 'light', limit: 2, cursor: first.data['next'] });
    expect(new Set([...first.ids, ...second.ids]).size).toBe(4);
  });
  test('a word that nothing has is an error with near ones', async () => {
    expect(await refusal({ area: 'Kichen' })).toContain('Kitchen');
    expect(await refusal({ domain: 'ligth' })).toContain('light');
    expect(await refusal({ device_class: 'batery' })).toContain('battery');
  });
  test('a state that nothing is in tells which there are', async () => {
    expect((await search({ domain: 'lock', state: 'unlokced' })).data).toMatchObject({ total: 0, states_there: ['locked'] });
  });
});

test('among 40,000 things, a misspelt query finds the one that is meant', () => {
  const rooms = ['Kitchen', 'Bedroom', 'Office', 'Garden', 'Hall'];
  const items: Findable[] = Array.from({ length: 40_000 }, (_, index) => {
    const name = `${rooms[index % rooms.length]} ${index % 3 === 0 ? 'Light' : 'Temperature sensor'} ${index}`;
    return { id: `sensor.thing_${index}`, kind: 'entity', texts: [name, `thing ${index}`], context: ['sensor'], minor: false };
  });
  items[31_337] = { id: 'light.aquarium', kind: 'entity', texts: ['Aquarium lights'], context: ['light'], minor: false };
  const index = buildSearchIndex(items);
  expect(index.search('aqaurium lites', () => true)[0]?.item.id).toBe('light.aquarium');
  expect(index.search('kithcen lites', () => true).length).toBeGreaterThan(1000);
});
