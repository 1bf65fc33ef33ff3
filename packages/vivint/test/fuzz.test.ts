import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { argumentsFor, type BridgedClient, connectLegacy, leaksOf } from '@switchyard-mcp/testkit';
import { vivintServer } from '@switchyard-mcp/vivint';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerPlace, serverPlace } from './server-command.ts';

const capBytes = 24 * 1024;
const runs = Number(process.env['SWITCHYARD_FUZZ_RUNS'] ?? 1000);

let simulator: VivintSimulator;
let client: BridgedClient;
let place: ServerPlace;
let canaries: readonly string[];

beforeAll(async () => {
  place = await serverPlace();
  simulator = await startVivintSimulator();
  canaries = [...simulator.secrets, ...simulator.accounts.map(({ password }) => password)];
  client = await connectLegacy(place.command(simulator, { args: ['--level', 'sensitive'] }));
});
afterAll(async () => {
  await client.close();
  await simulator.close();
  await place.remove();
});

/** Waiting is a feature of these tools, not of this test. */
const brief: Readonly<Record<string, Record<string, unknown>>> = Object.fromEntries(
  vivintServer.tools.filter(({ effect }) => effect !== 'read').map(({ name }) => [name, { wait_s: 0 }]),
);

test.each(vivintServer.tools.map((tool) => [tool.name, tool] as const))(
  '%s answers whatever it is given, and gives nothing away',
  async (name, tool) => {
    const property = fc.asyncProperty(argumentsFor(tool.input), async (drawn) => {
      const result = await client.call(name, { ...drawn, ...brief[name] });
      const bytes = JSON.stringify(result.content.filter((block) => block.type === 'text'));
      expect(bytes.length).toBeLessThan(capBytes);
      expect(leaksOf(JSON.stringify(result), canaries)).toEqual([]);
      const error = (result.structuredContent as { error?: { code?: string } } | undefined)?.error;
      expect(error?.code, JSON.stringify(drawn)).not.toBe('internal');
    });
    await fc.assert(property, { numRuns: runs });
  },
  600_000,
);

test('honest calls and resources give no code, serial, address, login or token away', async () => {
  const calls: readonly (readonly [string, Record<string, unknown>])[] = [
    ['vivint_status', {}],
    ['vivint_health', {}],
    ['vivint_users', {}],
    ['vivint_events', { since: '20d', limit: 200 }],
    ['vivint_changes', { since: '20d' }],
    ...['sensor', 'lock', 'camera', 'panel', 'thermostat', 'other'].map(
      (name) => ['vivint_list_devices', { class: name, limit: 200 }] as const,
    ),
  ];
  for (const [name, args] of calls) {
    const result = await client.call(name, args);
    expect(result.isError ?? false, name).toBe(false);
    expect(leaksOf(JSON.stringify(result), canaries), name).toEqual([]);
  }
  for (const uri of await client.listResources()) expect(leaksOf(await client.readResource(uri), canaries), uri).toEqual([]);
});

test('what is kept on disk holds no secret either', async () => {
  const files = await readdir(place.folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(files.filter((f) => f.isFile()).map((f) => readFile(join(f.parentPath, f.name), 'utf8')));
  expect(texts.length).toBeGreaterThan(2);
  expect(leaksOf(texts.join('\n'), canaries)).toEqual([]);
});
