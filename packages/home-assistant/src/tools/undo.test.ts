import { isToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type FakeObjects, type FakeOptions, fakeObjects } from '../../test/doubles/fake-objects.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { parseObjectRef } from '../domain/object-ref.ts';
import { undoTool } from './undo.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('nothing, then what was changed, shown and taken back', async () => {
    expect(await replies.reply('ha_undo')).toMatchSnapshot();
    await replies.data('ha_edit', { id: 'automation.evening_lights_at_sunset', patch: [{ op: 'remove', path: '/actions/0/data' }] });
    replies.pass(60_000);
    await replies.data('ha_edit', { id: 'script.stairs', config: { alias: 'Stairs', sequence: [{ delay: 5 }] } });
    for (const args of [{}, { mode: 'diff', since: '2h' }, { mode: 'restore', change: 'ch-1' }, {}])
      expect(await replies.reply('ha_undo', args)).toMatchSnapshot();
  });
  test('what unlocks by itself comes back only after a person agreed', async () => {
    const sequence = [{ action: 'lock.unlock', target: { entity_id: 'lock.front_door' } }];
    await replies.agreed('ha_edit', { id: 'script.guests', config: { alias: 'Guests', sequence } });
    await replies.agreed('ha_delete', { ids: ['script.guests'] });
    const [change] = (await replies.data('ha_undo'))['rows'] as readonly (readonly string[])[];
    const [preview, reply] = await replies.agreed('ha_undo', { mode: 'restore', change: change?.[0] });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('a change that is not there', async () => {
    expect(await replies.reply('ha_undo', { mode: 'restore', change: 'ch-99' })).toMatchSnapshot();
  });
});

const never = new AbortController().signal;
const undo = async (fake: FakeObjects, args: Record<string, unknown>, says: 'yes' | 'no' = 'no') => {
  const { context, asked } = houseContext({ ...fakeHouse(), objects: fake.objects, changes: fake.changes }, says);
  const { data } = await undoTool.handler(undoTool.input.parse(args), context);
  return { data, asked };
};
const refusal = async (fake: FakeObjects, args: Record<string, unknown>): Promise<string> => {
  const error: unknown = await undo(fake, args).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error('no refusal');
  return JSON.stringify(error.fields);
};
/** An edit, a creation and a deletion: ch-1, ch-2, ch-3. */
const start = async (options: FakeOptions = {}): Promise<FakeObjects> => {
  const fake = fakeObjects({ 'automation.a': { alias: 'A' }, 'script.gone': { alias: 'G' } }, options);
  const write = { expected: 'x', signal: never };
  await fake.objects.write(parseObjectRef('automation.a'), { alias: 'B' }, write);
  await fake.objects.write(parseObjectRef('script.made'), { alias: 'M' }, write);
  await fake.objects.remove(parseObjectRef('script.gone'), write);
  return fake;
};

describe('list and diff', () => {
  test('newest first, with what it was and what became of it', async () => {
    const fake = await start();
    await undo(fake, { mode: 'restore', change: 'ch-1' });
    const { data } = await undo(fake, {});
    expect((data['rows'] as unknown[][]).map(([id, , act, object, state]) => [id, act, object, state])).toEqual([
      ['ch-4', 'edit', 'automation.a', 'undoes ch-1'],
      ['ch-3', 'delete', 'script.gone', ''],
      ['ch-2', 'create', 'script.made', ''],
      ['ch-1', 'edit', 'automation.a', 'undone by ch-4'],
    ]);
  });
  test('a change that was refused is none', async () => {
    const fake = await start();
    const all = await fake.changes.list();
    const [first] = all;
    fake.changes.list = async () => all.map((change) => (change === first ? { ...change, state: 'failed' as const } : change));
    const { data } = await undo(fake, {});
    expect(data['total']).toBe(all.length - 1);
    expect(JSON.stringify(data['rows'])).not.toContain(`"${first?.id}"`);
  });
  test('the difference of one', async () => {
    const { data } = await undo(await start(), { mode: 'diff', change: 'ch-1' });
    expect(data['rows']).toEqual([['ch-1', 'edit', 'automation.a', 'alias: A → B']]);
  });
});

describe('restore', () => {
  test('each kind of change', async () => {
    const fake = await start();
    for (const change of ['ch-1', 'ch-2', 'ch-3'])
      expect((await undo(fake, { mode: 'restore', change })).data).toMatchObject({ undone: 1 });
    expect(Object.fromEntries(fake.bodies)).toEqual({ 'automation.a': { alias: 'A' }, 'script.gone': { alias: 'G' } });
  });
  test('all since a moment, newest first', async () => {
    const fake = await start();
    expect((await undo(fake, { mode: 'restore', since: '1h' })).data).toMatchObject({ undone: 3 });
    expect(Object.fromEntries(fake.bodies)).toEqual({ 'automation.a': { alias: 'A' }, 'script.gone': { alias: 'G' } });
  });
  test('twice is nothing to do', async () => {
    const fake = await start();
    await undo(fake, { mode: 'restore', change: 'ch-1' });
    expect((await undo(fake, { mode: 'restore', change: 'ch-1' })).data).toMatchObject({ undone: 0 });
  });
  test('what somebody else changed is refused, showing both; the others are undone all the same', async () => {
    const fake = await start();
    fake.bodies.set('automation.a', { alias: 'Theirs' });
    const text = await refusal(fake, { mode: 'restore', change: 'ch-1' });
    expect(text).toContain('A → B');
    expect(text).toContain('B → Theirs');
    const { data } = await undo(fake, { mode: 'restore', since: '1h' });
    expect(data).toMatchObject({ undone: 2, failed: 1 });
    expect(fake.bodies.get('automation.a')).toEqual({ alias: 'Theirs' });
  });
  test('an act of its own that would come back asks first', async () => {
    const fake = await start({ acts: ['lock.unlock lock.front_door'] });
    expect(await refusal(fake, { mode: 'restore', change: 'ch-3' })).toContain('said no');
    expect(fake.bodies.has('script.gone')).toBe(false);
    expect((await undo(fake, { mode: 'restore', change: 'ch-3' }, 'yes')).data).toMatchObject({ undone: 1 });
  });
  test('without saying what, nothing is undone', async () => {
    expect(await refusal(await start(), { mode: 'restore' })).toContain('since');
  });
});
