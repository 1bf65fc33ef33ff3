import { startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VivintOperations } from '../domain/operations.ts';
import { createVivintOperations } from './vivint-operations.ts';

let simulator: VivintSimulator;
let operations: VivintOperations;
const signal = new AbortController().signal;

beforeEach(async () => {
  simulator = await startVivintSimulator();
  const { username, password } = simulator.account('none');
  operations = createVivintOperations(
    {
      username,
      password,
      loginUrl: simulator.urls.login,
      apiUrl: simulator.urls.api,
      streamUrl: simulator.urls.stream,
      tokenStore: 'memory',
      security: 'ask',
      live: 'on',
      imageHosts: '',
      refreshTokenFile: undefined,
      systems: undefined,
      allow: undefined,
      deny: undefined,
    },
    { level: 'sensitive', log: () => undefined, keepSecret: () => undefined, command: 'vivint-mcp' },
  );
});
afterEach(async () => {
  await operations.close();
  await simulator.close();
});

test('reads', async () => {
  const house = await operations.house(signal);
  console.log(JSON.stringify(house.systems.map((s) => [s.systemId, s.name, s.partitions, s.users, s.alerts, s.leftOut, s.timeZone])));
  for (const d of house.systems[0]?.devices ?? []) console.log(JSON.stringify(d));
  const now = operations.now();
  const list = await operations.events({ startMs: now - 86_400_000, endMs: now }, signal);
  console.log(list.coverage, list.events.length, JSON.stringify(list.events.slice(0, 12), null, 0));
  expect(house.systems).toHaveLength(2);
});
