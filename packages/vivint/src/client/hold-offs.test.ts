import { createRuntime, systemClock } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../test/doubles/failure.ts';
import { type TestCloud, tempStorage, testCloud } from '../../test/doubles/test-cloud.ts';
import { createApi } from './api.ts';
import { apiHoldOff, createApiHold } from './hold-offs.ts';

const signal = new AbortController().signal;
const minuteMs = 60_000;
let storage: Awaited<ReturnType<typeof tempStorage>>;
let cloud: TestCloud;
let shiftMs = 0;
beforeEach(async () => {
  shiftMs = 0;
  storage = await tempStorage();
  // Nothing is read in between by itself.
  const wait = (_ms: number, ended?: AbortSignal) => new Promise<void>((resolve) => ended?.addEventListener('abort', () => resolve()));
  const clock = () => ({ ...systemClock, now: () => Date.now() + shiftMs, wait });
  cloud = await testCloud({ storage, clock, settings: { live: 'off' } });
});
afterEach(async () => {
  await cloud.close();
  await storage.remove();
});
const asked = (): number => cloud.simulator.requests.filter(({ host }) => host === 'api').length;
const read = (operations = cloud.operations) => operations.house(signal, { maxAgeMs: 0 });

test('an address that the wall turns away asks nothing for a while, longer each time, not after a restart either', async () => {
  cloud.simulator.faults.of.api.wall = true;
  expect(await failureOf(read())).toMatchObject({ code: 'rate_limited', next: [expect.stringContaining('an hour')] });
  expect(await failureOf(read())).toMatchObject({ code: 'rate_limited', what: expect.stringContaining('nothing is sent for 15 min') });
  expect((await failureOf(read(cloud.another()))).code).toBe('rate_limited');
  expect(asked()).toBe(1);
  shiftMs += 16 * minuteMs;
  await failureOf(read());
  await failureOf(read());
  expect(asked()).toBe(2);
  shiftMs += 16 * minuteMs;
  await failureOf(read());
  expect(asked()).toBe(2);
  cloud.simulator.faults.clear();
  shiftMs += 16 * minuteMs;
  expect((await read()).systems).toHaveLength(2);
  // It is over: the next block begins at 15 minutes again.
  cloud.simulator.faults.of.api.wall = true;
  expect((await read()).stale?.why).toContain('refuses requests');
  shiftMs += 16 * minuteMs;
  cloud.simulator.faults.clear();
  expect((await read()).stale).toBeUndefined();
});

test('a refusal in data does not hold requests back, and a path that callers do without keeps nothing else away', async () => {
  const answers = [
    { status: 403, headers: {}, body: { msg: 'no' }, htmlPage: false },
    { status: 403, headers: {}, body: undefined, htmlPage: false },
    { status: 403, headers: {}, body: undefined, htmlPage: true },
    { status: 200, headers: {}, body: {}, htmlPage: false },
  ];
  const http = { request: async () => answers.shift() } as unknown as HttpClient;
  const session = {
    tokens: async () => ({ generation: 1, tokens: { accessToken: 'a', refreshToken: 'r', expiresAt: 0 } }),
    status: () => ({ state: 'live' as const }),
  };
  const api = createApi({
    http,
    session,
    clock: systemClock,
    writes: createRuntime().writes,
    hold: createApiHold(apiHoldOff(storage, 'x', systemClock), systemClock),
  });
  const request = { path: '/x', signal, doing: 'Reading' };
  expect((await failureOf(api.request(request))).code).toBe('permission_denied');
  expect((await failureOf(api.request(request))).code).toBe('permission_denied');
  expect((await failureOf(api.request({ ...request, dispensable: true }))).code).toBe('rate_limited');
  expect((await api.request(request)).status).toBe(200);
});
