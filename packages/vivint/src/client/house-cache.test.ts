import { ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import type { Api } from './api.ts';
import { systemClock } from './clock.ts';
import { createHouseCache } from './house-cache.ts';
import { memoryJournal } from './journal.ts';
import { createPolicy } from './policy.ts';

const signal = new AbortController().signal;
const gone = (): never => {
  throw new ToolError({ code: 'not_found', what: 'Vivint does not know it', sideEffects: 'none' });
};
/** A cloud that answers paths with bodies. */
const cacheOf = (user: unknown, systems: Readonly<Record<string, () => unknown>>) => {
  const api: Api = {
    request: async ({ path }) => {
      const body = path === '/authuser' ? { u: user } : { system: systems[path.split('/')[2] ?? '']?.() };
      return { status: 200, headers: {}, body, htmlPage: false };
    },
  };
  return createHouseCache({ api, clock: systemClock, policy: createPolicy({ level: 'read' }), openJournal: memoryJournal });
};
const empty = () => ({ par: [{ parid: 1, s: 0, d: [] }] });

test('numbers as text, a panel listed twice, names that are missing, and what is no system at all', async () => {
  const user = {
    _id: 7,
    mbc: 12,
    system: [{ panid: '1000000000000001', sn: 'Home', ad: '1' }, { panid: 1000000000000001, sn: 'Home' }, { panid: 2, sn: null }, {}, null],
  };
  const cache = cacheOf(user, { 1000000000000001: empty, 2: empty });
  const house = await cache.house(0, signal);
  expect(house.systems.map(({ systemId, name }) => [systemId, name])).toEqual([
    ['home', 'Home'],
    ['system', 'System'],
  ]);
  expect(cache.account).toMatchObject({ userId: '7', channel: '12' });
});

test('one system of two that cannot be read is named, with the way on', async () => {
  const user = {
    _id: 'a',
    system: [
      { panid: 1, sn: 'Home' },
      { panid: 2, sn: 'Old house' },
    ],
  };
  const cache = cacheOf(user, { 1: empty, 2: gone });
  await expect(cache.house(0, signal)).rejects.toMatchObject({
    fields: {
      code: 'not_found',
      what: 'The system old-house cannot be read. Vivint does not know it',
      next: ['name the other systems in VIVINT_SYSTEMS to go on without old-house.'],
    },
  });
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
