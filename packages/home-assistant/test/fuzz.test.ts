import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeAssistantServer } from '@switchyard-mcp/home-assistant';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { argumentsFor, type BridgedClient, connectLegacy, leaksOf, makeCanary } from '@switchyard-mcp/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
const canary = makeCanary('token', { odd: true });
const capBytes = 24 * 1024;
const runs = Number(process.env['SWITCHYARD_FUZZ_RUNS'] ?? 1000);

let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let client: BridgedClient;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-fuzz-'));
  simulator = await startHomeAssistantSimulator({ token: canary });
  client = await connectLegacy({
    command: process.execPath,
    args: [bin, '--level', 'admin'],
    env: {
      HOMEASSISTANT_URL: simulator.url,
      HOMEASSISTANT_TOKEN: canary,
      HOMEASSISTANT_RAW: 'true',
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
  });
});
afterAll(async () => {
  await client.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

/** Waiting is a feature of these tools, not of this test. */
const brief: Readonly<Record<string, Record<string, unknown>>> = { ha_wait: { timeout_s: 0 }, ha_control: { wait_s: 0 } };

test.each(homeAssistantServer.tools.map((tool) => [tool.name, tool] as const))(
  '%s answers whatever it is given, and gives nothing away',
  async (name, tool) => {
    const property = fc.asyncProperty(argumentsFor(tool.input), async (drawn) => {
      const result = await client.call(name, { ...drawn, ...brief[name] });
      const bytes = JSON.stringify(result.content.filter((block) => block.type === 'text'));
      expect(bytes.length).toBeLessThan(capBytes);
      expect(leaksOf(JSON.stringify(result), [canary])).toEqual([]);
      const error = (result.structuredContent as { error?: { code?: string } } | undefined)?.error;
      expect(error?.code, JSON.stringify(drawn)).not.toBe('internal');
    });
    await fc.assert(property, { numRuns: runs });
  },
  600_000,
);

test('the audit trail holds no secret either', async () => {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(files.filter((f) => f.isFile()).map((f) => readFile(join(f.parentPath, f.name), 'utf8')));
  expect(texts.length).toBeGreaterThan(0);
  expect(leaksOf(texts.join('\n'), [canary])).toEqual([]);
});
