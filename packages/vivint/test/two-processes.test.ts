import { startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerPlace, serverPlace } from './server-command.ts';

const rounds = Number(process.env['SWITCHYARD_ROUNDS'] ?? 100);
let simulator: VivintSimulator;
let place: ServerPlace;
let clients: readonly BridgedClient[] = [];

beforeAll(async () => {
  place = await serverPlace();
  simulator = await startVivintSimulator();
  const command = place.command(simulator);
  // Every read asks the cloud, and a used refresh token ends the whole login: the strictest there is.
  const env = { ...command.env, VIVINT_LIVE: 'off' };
  clients = [await connectLegacy({ ...command, env }), await connectLegacy({ ...command, env })];
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await simulator.close();
  await place.remove();
});

test(`two servers with one login, ${rounds} times ended: none is lost, each refresh token is used once`, async () => {
  // Events are never cached, so each call sends something with the token.
  const ask = (client: BridgedClient) => client.call('vivint_events', { since: '5m' });
  for (const client of clients) expect((await ask(client)).isError ?? false).toBe(false);
  for (let round = 0; round < rounds; round += 1) {
    simulator.expireTokens();
    const results = await Promise.all(clients.map(ask));
    for (const result of results) {
      expect(result.isError ?? false, `round ${round}: ${result.content[0]?.text}`).toBe(false);
      expect((result.structuredContent as { coverage: { complete: boolean } }).coverage.complete, `round ${round}`).toBe(true);
    }
  }
  expect(simulator.tokens.refreshes.map(({ outcome }) => outcome)).toEqual(Array(rounds).fill('rotated'));
  expect(simulator.requests.filter(({ what }) => what === 'POST /idp/api/submit')).toHaveLength(1);
}, 600_000);
