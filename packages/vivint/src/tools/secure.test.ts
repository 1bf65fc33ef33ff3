import { ToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, house, noAnswer, refusal } from '../../test/doubles/acting-house.ts';
import { type FakeOptions, fakeContext, lock, obeys } from '../../test/doubles/fake-vivint.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { cloudError } from '../client/cloud-error.ts';
import { secureTool } from './secure.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('one by name, then all', async () => {
    expect(await replies.reply('vivint_secure', { devices: ['31'] })).toMatchSnapshot();
    expect(await replies.reply('vivint_secure', { all: true })).toMatchSnapshot();
  });
  test('two of one name, and nothing to secure', async () => {
    expect(await replies.reply('vivint_secure', { devices: ['Front Door'] })).toMatchSnapshot();
    expect(await replies.reply('vivint_secure')).toMatchSnapshot();
  });
});

test('is seen before it is called done', async () => {
  const { data } = await call(secureTool, house(), { devices: ['Back door', '40'] });
  expect(data).toEqual({
    done: 2,
    rows: [
      ['31', 'Back door', 'unlocked', 'locked'],
      ['40', 'Garage', 'open', 'closed'],
    ],
  });
});
test('all: only what is open; what is offline is told, not sent', async () => {
  const fake = house();
  const { data } = await call(secureTool, fake, { all: true });
  expect(data).toMatchObject({ done: 2, failed: 1, already_secure: 1 });
  expect(JSON.stringify(data)).toContain('offline, so nothing was sent');
  expect(fake.acts).toHaveLength(2);
});
test('all: an offline lock is not counted as secure', async () => {
  const fake = house();
  fake.change(lock(32, 'Shed', { locked: true, online: false }));
  expect((await call(secureTool, fake, { all: true })).data).toMatchObject({
    already_secure: 1,
    offline: [['32', 'Shed', 'locked: as last known, look at it']],
  });
});
test.each([0, 8])('accepted, and not seen within %d s, is unknown and no failure: it may still happen', async (wait) => {
  const { data } = await call(secureTool, house({}), { devices: ['31'], wait_s: wait });
  expect(data).toEqual({
    done: 0,
    unknown: 1,
    rows: [['31', 'Back door', 'unlocked', 'unlocked', 'accepted, not seen yet; it may still happen. Read again before repeating']],
  });
});
test('a stuck bolt is told at once', async () => {
  const react: FakeOptions['react'] = (_act, fake) => fake.change(lock(31, 'Back door', { locked: false, jammedAt: 5 }));
  const { data } = await call(secureTool, house({ react }), { devices: ['31'] });
  expect(data).toMatchObject({ failed: 1, rows: [['31', 'Back door', 'unlocked', 'unlocked, jammed', expect.any(String)]] });
});
test('no answer: what is seen afterwards counts, what is not seen is unknown', async () => {
  const seen: FakeOptions['react'] = (act, fake) => {
    obeys(act, fake);
    noAnswer();
  };
  expect((await call(secureTool, house({ react: seen }), { devices: ['31'] })).data).toMatchObject({ done: 1 });
  const { data } = await call(secureTool, house({ react: noAnswer }), { devices: ['31'] });
  expect(data).toMatchObject({ done: 0, unknown: 1 });
});
test('two of one name, a ghost and the wrong kind are refused before anything is sent', async () => {
  const fake = house();
  expect((await refusal(secureTool, fake, { devices: ['31', 'Bakc door'] })).didYouMean).toEqual(['31 Back door (lock)']);
  expect((await refusal(secureTool, fake, { devices: ['12'] })).code).toBe('invalid_input');
  expect((await refusal(secureTool, fake, {})).code).toBe('invalid_input');
  expect(fake.acts).toEqual([]);
});

describe('sent, and then not to be read', () => {
  /** The caller gives up, or the deadline comes, right after the command went out. */
  const cut = (fields: ConstructorParameters<typeof ToolError>[0]) => {
    const caller = new AbortController();
    const fake = house({
      react: () => {
        caller.abort();
        Object.assign(fake, {
          house: async () => {
            throw new ToolError(fields);
          },
        });
      },
    });
    const { context } = fakeContext(fake, 'yes');
    return { fake, context: { ...context, signal: caller.signal } };
  };
  test.each([
    ['the call ended', { code: 'cancelled', what: 'The call was cancelled', sideEffects: 'none' }],
    ['the cloud went away', { code: 'unreachable', what: 'no connection', sideEffects: 'none' }],
    ['the login ended', { code: 'auth_failed', what: 'no login', sideEffects: 'none' }],
  ] as const)('%s: never "nothing was changed"', async (_what, fields) => {
    const { fake, context } = cut(fields as ConstructorParameters<typeof ToolError>[0]);
    const { data } = await secureTool.handler(secureTool.input.parse({ devices: ['31'] }), context);
    expect(fake.acts).toHaveLength(1);
    expect(data).toMatchObject({
      done: 0,
      unknown: 1,
      rows: [['31', 'Back door', 'unlocked', 'unknown', 'Vivint accepted it, and the state could not be read back. Read before repeating']],
    });
  });
});

test('once the call is over nothing more is sent, and it is said', async () => {
  const caller = new AbortController();
  const fake = house();
  // As the client while its picture is fresh: it answers without looking at the signal.
  Object.assign(fake, {
    perform: async (act: (typeof fake.acts)[number]) => {
      fake.acts.push(act);
      caller.abort();
    },
  });
  const { context } = fakeContext(fake);
  const reply = await secureTool.handler(secureTool.input.parse({ devices: ['31', '40'] }), { ...context, signal: caller.signal });
  expect(fake.acts).toHaveLength(1);
  expect(reply.data).toMatchObject({
    rows: [
      ['31', 'Back door', 'unlocked', 'unknown', expect.any(String)],
      ['40', 'Garage', 'open', 'open', 'not sent: the call was cancelled'],
    ],
  });
});

test('on an old picture nothing is sent', async () => {
  const fake = house({ react: obeys, stale: { since: 0, why: 'Vivint answered 503' } });
  expect(await refusal(secureTool, fake, { devices: ['31'] })).toMatchObject({
    code: 'upstream_unavailable',
    why: 'Vivint answered 503',
    sideEffects: 'none',
  });
  expect(fake.acts).toEqual([]);
});

test('everything locked is not said of a home that could not be read', async () => {
  const fake = house();
  const look = fake.house;
  Object.assign(fake, {
    house: async (...given: Parameters<typeof look>) => ({ ...(await look(...given)), gaps: [{ systemId: 'cabin', why: 'gone.' }] }),
  });
  expect((await call(secureTool, fake, { all: true })).data).toMatchObject({
    missing: ['cabin could not be read (gone); nothing of it is here'],
  });
});

test('a refusal of the cloud that leaves it open is told in its words', async () => {
  const busy = (): never => {
    throw cloudError({ status: 503, body: { msg: 'Panel is busy' } }, 'Locking lock 31', true);
  };
  const { data } = await call(secureTool, house({ react: busy }), { devices: ['31'] });
  expect(data).toMatchObject({
    unknown: 1,
    rows: [[expect.anything(), expect.anything(), 'unlocked', 'unlocked', expect.stringContaining('answered 503: Panel is busy')]],
  });
  expect(cloudError({ status: 423, body: { msg: 'Panel is busy' } }, 'Locking lock 31', true).fields).toMatchObject({
    code: 'conflict',
    why: 'Panel is busy',
    sideEffects: 'none',
  });
});
