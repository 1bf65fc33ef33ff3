import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, house } from '../../test/doubles/acting-house.ts';
import { type FakeOptions, fakePartition, garage, lock, obeys } from '../../test/doubles/fake-vivint.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { openTool } from './open.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a lock after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('vivint_open', { device: '30', system: 'Home' });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('open already, offline, and no lock', async () => {
    expect(await replies.reply('vivint_open', { device: 'Back Door', system: 'Home' })).toMatchSnapshot();
    expect(await replies.reply('vivint_open', { device: 'Shed' })).toMatchSnapshot();
    expect(await replies.reply('vivint_open', { device: 'Kitchen Window' })).toMatchSnapshot();
  });
});

test('what shows that it cannot be is a failure: a bolt that sticks, a door that stops', async () => {
  const sticks: FakeOptions['react'] = (_act, fake) => fake.change(lock(30, 'Front door', { jammedAt: 5 }));
  const stops: FakeOptions['react'] = (_act, fake) => fake.change(garage(40, 'Garage', 'stopped'));
  expect((await call(openTool, house({ react: sticks }), { device: '30' }, 'yes')).data).toMatchObject({ failed: 1 });
  const closed = house({ react: stops });
  closed.change(garage(40, 'Garage', 'closed'));
  expect((await call(openTool, closed, { device: '40' }, 'yes')).data).toMatchObject({ failed: 1 });
});

test('the question says what speaks against it', async () => {
  const armed = fakePartition({ state: 'armed_away' });
  const { asked } = await call(openTool, house({ react: obeys }, armed), { device: '30' }, 'yes');
  expect(asked[0]).toMatchObject({ summary: 'Unlock lock 30', will: [['unlock', '30 Front door', 'locked → unlocked']] });
  expect(asked[0]?.against?.[0]).toContain('armed away');
});

test('what is so already is not asked for, and what is offline not sent', async () => {
  expect((await call(openTool, house(), { device: '31' })).data).toMatchObject({ unchanged: 1 });
  expect((await call(openTool, house(), { device: '32' })).data).toMatchObject({ failed: 1 });
});
