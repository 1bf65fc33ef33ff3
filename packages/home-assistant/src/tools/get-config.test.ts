import { isToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { fakeObjects } from '../../test/doubles/fake-objects.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { getConfigTool } from './get-config.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a body, a part, YAML, and one that is only in YAML', async () => {
    expect(await replies.reply('ha_get_config', { id: 'automation.evening_lights_at_sunset' })).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'script.good_night', path: '/sequence/1' })).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'scene.cosy_evening', as: 'yaml' })).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'automation.package_heating' })).toMatchSnapshot();
  });
  test('an outline, and lists', async () => {
    expect(
      await replies.reply('ha_get_config', { id: 'blueprint:automation/homeassistant/motion_light.yaml', path: '/blueprint/input' }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'automation' })).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'dashboard' })).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'area:Kitchen' })).toMatchSnapshot();
  });
  test('what is not there', async () => {
    expect(await replies.reply('ha_get_config', { id: 'automation.evening_light_at_sunset' })).toMatchSnapshot();
    expect(await replies.reply('ha_get_config', { id: 'script.good_night', path: '/sequenc' })).toMatchSnapshot();
  });
});

const cards = Array.from({ length: 200 }, (_, index) => ({ type: 'markdown', title: `Card ${index}`, content: 'x'.repeat(60) }));
const fake = fakeObjects({
  'automation.a': { alias: 'A', actions: [{ delay: 'on' }], 'x/y': 1 },
  'dashboard:big': {
    views: [
      { title: 'One', cards },
      { title: 'Two', cards: [] },
    ],
  },
  'script.long': { sequence: [], description: `${'word '.repeat(1000)}end` },
});
const get = async (args: Record<string, unknown>) => {
  const { context } = houseContext({ ...fakeHouse(), objects: fake.objects });
  return (await getConfigTool.handler(getConfigTool.input.parse(args), context)).data;
};

describe('a body', () => {
  test('whole, with its hash', async () => {
    expect(await get({ id: 'automation.a' })).toMatchObject({
      id: 'automation.a',
      hash: expect.stringMatching(/^[0-9a-f]{8}$/),
      config: { alias: 'A' },
    });
  });
  test('a part by its pointer, escaped keys too', async () => {
    expect((await get({ id: 'automation.a', path: '/actions/0' }))['config']).toEqual({ delay: 'on' });
    expect((await get({ id: 'automation.a', path: '/x~1y' }))['config']).toBe(1);
  });
  test('as YAML', async () => {
    expect((await get({ id: 'automation.a', as: 'yaml' }))['yaml']).toEqual(['alias: A\nactions:\n  - delay: "on"\nx/y: 1\n']);
  });
  test('a pointer to nothing names what is there', async () => {
    const error: unknown = await get({ id: 'automation.a', path: '/action' }).catch((thrown: unknown) => thrown);
    expect(isToolError(error) && error.fields.didYouMean).toEqual(['actions']);
  });
});

describe('what is too large for one reply', () => {
  test('an outline with pointers that lead on', async () => {
    const outline = await get({ id: 'dashboard:big' });
    expect(JSON.stringify(outline).length).toBeLessThan(6000);
    expect((outline['rows'] as unknown[][]).map(([path]) => path)).toContain('/views/0/cards');
    const deeper = await get({ id: 'dashboard:big', path: '/views/0/cards/7' });
    expect(deeper['config']).toMatchObject({ title: 'Card 7' });
  });
  test('a long text comes in pieces, none of them cut', async () => {
    const { text } = await get({ id: 'script.long', path: '/description' });
    expect((text as string[]).every((piece) => piece.length <= 2000)).toBe(true);
    expect((text as string[]).join('')).toBe(`${'word '.repeat(1000)}end`);
  });
});

test('a kind alone is listed', async () => {
  expect(await get({ id: 'automation' })).toMatchObject({ total: 3 });
});
