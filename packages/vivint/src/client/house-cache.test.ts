import { systemClock, ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import type { Api } from './api.ts';
import { createHouseCache } from './house-cache.ts';
import { memoryJournal } from './journal.ts';
import { createPolicy } from './policy.ts';

const signal = new AbortController().signal;
/** A cloud that answers paths with bodies. */
const cacheOf = (user: unknown, systems: Readonly<Record<string, () => unknown>>, visible?: string) => {
  const api: Api = {
    request: async ({ path }) => {
      const body = path === '/authuser' ? { u: user } : { system: systems[path.split('/')[2] ?? '']?.() };
      return { status: 200, headers: {}, body, htmlPage: false };
    },
  };
  return createHouseCache({
    api,
    clock: systemClock,
    policy: createPolicy({ level: 'read', systems: visible }),
    openJournal: memoryJournal,
  });
};
const empty = () => ({ par: [{ parid: 1, s: 0, d: [] }] });
const withLock = () => ({ par: [{ parid: 1, s: 0, d: [{ _id: 30, t: 'door_lock_device', n: 'Front', s: true }] }] });

test('numbers as text, a panel listed twice, names that are missing, and what is no system at all', async () => {
  const user = {
    _id: 7,
    mbc: 12,
    system: [{ panid: '1000000000000001', sn: 'Home', ad: '1' }, { panid: 1000000000000001, sn: 'Home' }, { panid: 2, sn: null }, {}, null],
  };
  const cache = cacheOf(user, { 1000000000000001: empty, 2: empty });
  const house = await cache.house(-1, signal);
  expect(house.systems.map(({ systemId, name }) => [systemId, name])).toEqual([
    ['home', 'Home'],
    ['system', 'System'],
  ]);
  expect(cache.account).toMatchObject({ userId: '7', channel: '12' });
});

const two = {
  _id: 'a',
  system: [
    { panid: 1, sn: 'Home' },
    { panid: 2, sn: 'Old house' },
  ],
};
const failed = (code: 'not_found' | 'upstream_unavailable' | 'auth_failed') => (): never => {
  throw new ToolError({ code, what: `failed: ${code}`, sideEffects: 'none' });
};

test.each(['not_found', 'upstream_unavailable'] as const)(
  'one system of two that cannot be read (%s) takes nothing from the other',
  async (code) => {
    let second: () => unknown = failed(code);
    const cache = cacheOf(two, { 1: withLock, 2: () => second() });
    const house = await cache.house(-1, signal);
    expect(house.systems.map(({ systemId }) => systemId)).toEqual(['home']);
    expect(house.stale).toBeUndefined();
    expect(house.gaps).toEqual([{ systemId: 'old-house', why: `failed: ${code}` }]);
    second = withLock;
    const whole = await cache.house(-1, signal);
    expect(whole.systems.map(({ systemId }) => systemId)).toEqual(['home', 'old-house']);
    expect(whole.gaps).toBeUndefined();
    second = failed(code);
    // What was read before is shown, with its time.
    const later = await cache.house(-1, signal);
    expect(later.systems).toHaveLength(2);
    expect(later.gaps).toEqual([{ systemId: 'old-house', why: `failed: ${code}`, since: expect.any(Number) }]);
  },
);

test('when none can be read, or the login is lost, that is the failure', async () => {
  await expect(cacheOf(two, { 1: failed('not_found'), 2: failed('not_found') }).house(0, signal)).rejects.toThrow();
  await expect(cacheOf(two, { 1: withLock, 2: failed('auth_failed') }).house(0, signal)).rejects.toMatchObject({
    fields: { code: 'auth_failed' },
  });
});

test.each([
  ['missing', () => ({ par: [{ parid: 1, s: 0 }] })],
  ['an object', () => ({ par: [{ parid: 1, s: 0, d: {} }] })],
  ['empty', empty],
])('a device list that is %s is no house in which all is closed', async (_how, unlisted) => {
  let answer: () => unknown = unlisted;
  const cache = cacheOf({ _id: 'a', system: [{ panid: 1, sn: 'Home' }] }, { 1: () => answer() });
  expect((await cache.house(-1, signal)).gaps).toEqual([{ systemId: 'home', partitionId: 1, why: '' }]);
  answer = withLock;
  expect((await cache.house(-1, signal)).gaps).toBeUndefined();
  answer = unlisted;
  const later = await cache.house(-1, signal);
  expect(later.systems[0]?.devices.map(({ name }) => name)).toEqual(['Front']);
  expect(later.gaps).toEqual([{ systemId: 'home', partitionId: 1, why: '', since: expect.any(Number) }]);
});

test('a system without partitions is no quiet home', async () => {
  const house = await cacheOf({ _id: 'a', system: [{ panid: 1, sn: 'Home' }] }, { 1: () => ({ par: [] }) }).house(-1, signal);
  expect(house.gaps).toEqual([{ systemId: 'home', why: 'the cloud gave no partition of it' }]);
});

test('an empty partition beside one with devices is what it says', async () => {
  const document = {
    par: [
      { parid: 1, s: 0, d: withLock().par[0]?.d },
      { parid: 2, s: 0, d: [] },
    ],
  };
  expect((await cacheOf({ _id: 'a', system: [{ panid: 1, sn: 'Home' }] }, { 1: () => document }).house(0, signal)).gaps).toBeUndefined();
});

test('a system whose number is too long is named, and one is meant by the id that replies show', async () => {
  const user = {
    _id: 'a',
    system: [
      { panid: 1, sn: 'Home' },
      { panid: '99999999999999999999', sn: 'Far away' },
    ],
  };
  expect((await cacheOf(user, { 1: withLock }).house(0, signal)).gaps).toMatchObject([{ systemId: 'far-away' }]);
  const house = await cacheOf(two, { 1: withLock, 2: withLock }, 'old-house').house(0, signal);
  expect(house.systems.map(({ name }) => name)).toEqual(['Old house']);
});

test('a read whose time runs out gives what is known, with its age; an act, a first read and one that was cancelled get nothing', async () => {
  let hangs = false;
  const hang = () => new Promise<never>(() => undefined);
  const api: Api = {
    request: async ({ path }) => {
      if (hangs) return hang();
      const body = path === '/authuser' ? { u: { _id: 'a', system: [{ panid: 1, sn: 'Home' }] } } : { system: empty() };
      return { status: 200, headers: {}, body, htmlPage: false };
    },
  };
  let now = 1_000_000;
  const clock = { ...systemClock, now: () => now };
  const make = () => createHouseCache({ api, clock, policy: createPolicy({ level: 'read' }), openJournal: memoryJournal });
  const cache = make();
  const outOfTime = AbortSignal.abort(new DOMException('over', 'TimeoutError'));
  await cache.house(0, signal);
  hangs = true;
  now += 60_000;
  expect(await cache.house(10_000, outOfTime)).toMatchObject({
    systems: [{ systemId: 'home' }],
    stale: { since: 1_000_000, why: 'the cloud did not answer in time' },
  });
  await expect(cache.house(0, outOfTime)).rejects.toMatchObject({ fields: { code: 'timeout' } });
  await expect(cache.house(10_000, AbortSignal.abort())).rejects.toMatchObject({ fields: { code: 'cancelled' } });
  await expect(make().house(10_000, outOfTime)).rejects.toMatchObject({ fields: { code: 'timeout', sideEffects: 'none' } });
});
