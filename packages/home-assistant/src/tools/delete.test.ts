import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { fakeObjects } from '../../test/doubles/fake-objects.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { deleteTool } from './delete.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('two things after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('ha_delete', { ids: ['script.movie_night', 'area:Kids Room'] });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('what is not there', async () => {
    expect(await replies.reply('ha_delete', { ids: ['script.movie_nigh'] })).toMatchSnapshot();
  });
});

const references = [
  { id: 'script.user', kind: 'script', name: 'User', at: ['/sequence/0/target/entity_id'] },
  { id: 'automation.b', kind: 'automation', name: 'B', at: [] },
];
const start = () => fakeObjects({ 'automation.a': { alias: 'A' }, 'automation.b': { alias: 'B' } }, { references });
const run = async (fake: ReturnType<typeof start>, ids: readonly string[], says: 'yes' | 'no') => {
  const { context, asked } = houseContext({ ...fakeHouse(), objects: fake.objects, changes: fake.changes }, says);
  const reply = deleteTool.handler(deleteTool.input.parse({ ids }), context);
  return { reply, asked };
};

test('everything that refers to it is shown first, but what goes as well; a no deletes nothing', async () => {
  const fake = start();
  const { reply, asked } = await run(fake, ['automation.a', 'automation.b'], 'no');
  await expect(reply).rejects.toThrow('said no');
  expect(asked[0]?.will).toEqual([
    ['delete', 'automation.a', 'A'],
    ['delete', 'automation.b', 'B'],
  ]);
  expect(asked[0]?.against).toEqual([
    'script.user uses automation.a at /sequence/0/target/entity_id',
    'script.user uses automation.b at /sequence/0/target/entity_id',
  ]);
  expect(fake.bodies.size).toBe(2);
});
test('what undo could not bring back is said before', async () => {
  const fake = fakeObjects({ 'sensor.mean': { helper: 'statistics' } }, { lost: ['entity_id'] });
  const { reply, asked } = await run(fake, ['sensor.mean'], 'no');
  await expect(reply).rejects.toThrow('said no');
  expect(asked[0]?.against).toEqual(['ha_undo may not bring sensor.mean back: Home Assistant does not tell its entity_id']);
});
test('a yes deletes, one row and one handle each', async () => {
  const fake = start();
  const { reply } = await run(fake, ['automation.a', 'automation.a'], 'yes');
  expect((await reply).data).toEqual({ deleted: 1, columns: ['id', 'result', 'undo'], rows: [['automation.a', 'deleted', 'ch-1']] });
  expect([...fake.bodies.keys()]).toEqual(['automation.b']);
});
test('one that does not exist: nothing is asked and nothing is deleted', async () => {
  const fake = start();
  const { reply, asked } = await run(fake, ['automation.a', 'automation.nope'], 'yes');
  await expect(reply).rejects.toThrow('automation.nope does not exist');
  expect(asked).toEqual([]);
  expect(fake.bodies.size).toBe(2);
});
