import { isToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type FakeObjects, type FakeOptions, fakeObjects } from '../../test/doubles/fake-objects.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { editTool } from './edit.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('would change, changed, unchanged', async () => {
    const patch = [{ op: 'replace', path: '/actions/0/data/brightness_pct', value: 40 }];
    expect(await replies.reply('ha_edit', { id: 'automation.evening_lights_at_sunset', patch, dry_run: true })).toMatchSnapshot();
    expect(await replies.reply('ha_edit', { id: 'automation.evening_lights_at_sunset', patch })).toMatchSnapshot();
    expect(await replies.reply('ha_edit', { id: 'automation.evening_lights_at_sunset', patch })).toMatchSnapshot();
  });
  test('created', async () => {
    expect(
      await replies.reply('ha_edit', {
        id: 'script.stairs',
        config: { alias: 'Stairs', sequence: [{ action: 'light.turn_on', target: { entity_id: 'light.hall_lights' } }] },
      }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_edit', { id: 'input_number', config: { name: 'Boost', min: 0, max: 60, step: 5 } })).toMatchSnapshot();
  });
  test('what unlocks by itself, after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('ha_edit', {
      id: 'script.guests',
      config: { alias: 'Guests', sequence: [{ action: 'lock.unlock', target: { entity_id: 'lock.front_door' } }] },
    });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('a name that is not there, and an old hash', async () => {
    expect(
      await replies.reply('ha_edit', {
        id: 'script.landing',
        config: { alias: 'Stairs', sequence: [{ action: 'light.turn_on', target: { entity_id: 'light.hall_light' } }] },
      }),
    ).toMatchSnapshot();
    expect(
      await replies.reply('ha_edit', {
        id: 'automation.evening_lights_at_sunset',
        patch: [{ op: 'remove', path: '/description' }],
        hash: '123456',
      }),
    ).toMatchSnapshot();
  });
});

const night = { id: '1', alias: 'Night', triggers: [], actions: [{ action: 'light.turn_off', target: { entity_id: 'light.hall' } }] };
const start = (options: FakeOptions = {}): FakeObjects => fakeObjects({ 'automation.night': night }, options);
const edit = async (fake: FakeObjects, args: Record<string, unknown>, says: 'yes' | 'no' = 'no') => {
  const { context, asked } = houseContext({ ...fakeHouse(), objects: fake.objects, changes: fake.changes }, says);
  const { data } = await editTool.handler(editTool.input.parse({ id: 'automation.night', ...args }), context);
  return { data, asked };
};
const refusal = async (fake: FakeObjects, args: Record<string, unknown>): Promise<string> => {
  const error: unknown = await edit(fake, args).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error('no refusal');
  return JSON.stringify(error.fields);
};
const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];

describe('the reply', () => {
  test('what changed, the hash before and after, the handle to undo; nothing is repeated', async () => {
    const { data } = await edit(start(), { patch: replace('/actions/0/target/entity_id', 'light.porch') });
    expect(data).toEqual({
      changed: 'automation.night',
      hash: expect.stringMatching(/^[0-9a-f]{8}→[0-9a-f]{8}$/),
      diff: ['actions[0].target.entity_id: light.hall → light.porch'],
      undo: 'ch-1',
    });
  });
  test('nothing to change is said, and nothing is written', async () => {
    const fake = start();
    expect((await edit(fake, { patch: replace('/alias', 'Night') })).data).toMatchObject({ unchanged: 'automation.night' });
    expect(await fake.changes.list()).toEqual([]);
  });
  test('created from YAML text', async () => {
    const { data } = await edit(start(), {
      id: 'script.goodbye',
      config: 'sequence:\n  - action: light.turn_off\n    target: {entity_id: light.hall}',
    });
    expect(data).toMatchObject({ created: 'script.goodbye', undo: 'ch-1' });
  });
  test('a blueprint automation becomes a plain one', async () => {
    const fake = fakeObjects({ 'automation.night': { id: '1', alias: 'Night', use_blueprint: { path: 'x' } } });
    await edit(fake, { take_control: true });
    expect(fake.bodies.get('automation.night')).toEqual({ id: '1', alias: 'Night', actions: [] });
  });
});

test('a helper that is there already is named by its id', async () => {
  const fake = fakeObjects({});
  const house = fakeHome([{ name: 'Guest mode', state: stateNow('input_boolean.guest_mode', 'off') }], fake);
  const answer = editTool.handler(editTool.input.parse({ id: 'input_boolean', config: { name: 'Guest mode' } }), fakeContext(house));
  await expect(answer).rejects.toThrow('exists already as input_boolean.guest_mode; nothing to do');
  expect(await fake.changes.list()).toEqual([]);
});

describe('refused, and nothing is written', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['neither config nor patch', {}, 'nothing to do'],
    ['both', { config: night, patch: [] }, 'not both'],
    ['replacing without a hash', { config: night }, 'exists already'],
    ['patching what is not there', { id: 'automation.nope', patch: [] }, 'cannot be patched'],
    ['an unknown entity', { patch: replace('/actions/0/target/entity_id', 'light.hal') }, 'light.hall'],
    ['an unknown action', { patch: replace('/actions/0/action', 'light.turn_of') }, 'light.turn_off'],
    ['the id of another', { patch: replace('/id', '2') }, 'id in the body'],
    ['a placeholder', { id: 'script.new', config: { sequence: [] } }, 'placeholder'],
    ['a name that is taken', { id: 'script', config: { alias: 'Morning', sequence: [] } }, 'script.morning'],
    ['a text that is no body', { id: 'script.x', config: 'just words' }, 'not an object'],
    ['control of a plain one', { take_control: true }, 'uses no blueprint'],
  ])('%s', async (_name, args, words) => {
    const fake = start();
    expect(await refusal(fake, args)).toContain(words);
    expect(await fake.changes.list()).toEqual([]);
  });
  test('what Home Assistant would refuse', async () => {
    const fake = start({ issues: [{ path: '/actions/0', got: '{}', expected: 'what Home Assistant takes; it says: no' }] });
    expect(await refusal(fake, { patch: replace('/alias', 'N') })).toContain('it says: no');
  });
  test('an unknown entity is saved when that is meant, and said', async () => {
    const { data } = await edit(start(), { patch: replace('/actions/0/target/entity_id', 'light.later'), allow_unknown: true });
    expect(data['notes']).toEqual(['unknown here: light.later']);
  });
});

describe('consent', () => {
  test('an act of its own asks; a no writes nothing', async () => {
    const fake = start({ acts: ['lock.unlock lock.front_door'] });
    expect(await refusal(fake, { patch: replace('/alias', 'N') })).toContain('said no');
    expect(await fake.changes.list()).toEqual([]);
    const { asked } = await edit(fake, { patch: replace('/alias', 'N') }, 'yes');
    expect(asked[0]?.will[0]).toContain('lock.unlock lock.front_door');
  });
  test('a dry run does not ask', async () => {
    const { data, asked } = await edit(start({ acts: ['x'] }), { patch: replace('/alias', 'N'), dry_run: true });
    expect(asked).toEqual([]);
    expect(data).toMatchObject({ would: 'change', diff: ['alias: Night → N'] });
  });
});
