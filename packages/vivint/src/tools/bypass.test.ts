import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, house, refusal } from '../../test/doubles/acting-house.ts';
import { door } from '../../test/doubles/fake-vivint.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { bypassTool } from './bypass.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('two sensors after a person agreed, and the end of a bypass', async () => {
    const [preview, reply] = await replies.agreed('vivint_bypass', { sensors: ['Kitchen Window', '12'], system: 'Home' });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
    expect(await replies.reply('vivint_bypass', { sensors: ['Kitchen Window'], bypass: false })).toMatchSnapshot();
  });
  test('a garage door is not a sensor', async () => {
    expect(await replies.reply('vivint_bypass', { sensors: ['Garage'] })).toMatchSnapshot();
  });
});

test('ending a bypass needs no question; a sensor that cannot be bypassed is refused', async () => {
  const fake = house();
  fake.change(door(12, 'Window', { active: true, bypass: 'manual' }));
  expect((await call(bypassTool, fake, { sensors: ['12'], bypass: false })).data).toMatchObject({ done: 1 });
  fake.change(door(10, 'Front door', { canBypass: false }));
  expect((await refusal(bypassTool, fake, { sensors: ['10'] }, 'yes')).code).toBe('unsupported');
});
