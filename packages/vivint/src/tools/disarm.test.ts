import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, house } from '../../test/doubles/acting-house.ts';
import { fakeContext, fakePartition, obeys } from '../../test/doubles/fake-vivint.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { Partition } from '../domain/model.ts';
import { disarmTool } from './disarm.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('disarmed already, asked, done, and no partition named', async () => {
    const where = { system: 'Home', partition: 1 };
    expect(await replies.reply('vivint_disarm', where)).toMatchSnapshot();
    await replies.reply('vivint_arm', { mode: 'stay', ...where });
    await replies.simulator.clock.advance(120_000);
    const [preview, reply] = await replies.agreed('vivint_disarm', where);
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
    expect(await replies.reply('vivint_disarm')).toMatchSnapshot();
  });
});

test('an exit delay that ends meanwhile leaves the question as it was; another mode does not', async () => {
  const boundTo = async (state: Partition['state']) =>
    JSON.stringify((await call(disarmTool, house({ react: obeys }, fakePartition({ state })), {}, 'yes')).asked[0]?.state);
  expect(await boundTo('arming_stay')).toBe(await boundTo('armed_stay'));
  expect(await boundTo('armed_away')).not.toBe(await boundTo('armed_stay'));
});

test('what is so already is not asked for', async () => {
  expect((await call(disarmTool, house())).data).toMatchObject({ unchanged: 1 });
});

test('it is looked at no longer than the call lasts', async () => {
  const fake = house({}, fakePartition({ state: 'armed_stay' }));
  const { context } = fakeContext(fake, 'yes');
  const end = fake.clock.now() + 10_000;
  const { data } = await disarmTool.handler(disarmTool.input.parse({ wait_s: 30 }), {
    ...context,
    remainingMs: () => end - fake.clock.now(),
  });
  expect(data).toMatchObject({ done: 0, unknown: 1 });
  expect(fake.clock.now()).toBeLessThan(end);
});
