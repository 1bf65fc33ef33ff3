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
