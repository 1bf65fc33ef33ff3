import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInsight } from './scenes/insight-scenes.ts';

/** The built bin against the simulator: the scenes that the live suite plays against the real Core. */
const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let client: BridgedClient;
let folder: string;

const connect = (args: readonly string[], token = simulator.token): Promise<BridgedClient> => {
  const env = { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  return connectLegacy({ command: process.execPath, args: [bin, ...args], env });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-insight-'));
  simulator = await startHomeAssistantSimulator();
  client = await connect(['--level', 'read']);
});
afterAll(async () => {
  await client?.close();
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

describeInsight(() => ({ url: simulator.url, token: simulator.token, callTool: client.call }));

test('what the lists hide is neither shown nor named: bodies, runs, causes', async () => {
  const careful = await connect(['--level', 'read', '--deny', 'lock,input_select']);
  try {
    const night = await careful.call('ha_explain', { id: 'automation.broken_night_lock' });
    expect(JSON.stringify(night)).not.toMatch(/input_select|house_mode/);
    expect(JSON.stringify(night)).toMatch(/outside those this server may use/);
    expect(JSON.stringify(night)).not.toMatch(/never triggered/);
    const lamp = await careful.call('ha_explain', { id: 'light.bed_light' });
    expect(lamp.isError ?? false).toBe(false);
    expect((await careful.call('ha_explain', { id: 'lock.front_door' })).content[0]?.text).toContain('does not exist');
  } finally {
    await careful.close();
  }
});

test('a user without rights is told so, and nothing is called absent', async () => {
  const guest = await connect(['--level', 'read'], simulator.guestToken);
  try {
    const reply = await guest.call('ha_explain', { id: 'automation.broken_night_lock' });
    expect(JSON.stringify(reply.structuredContent)).toMatch(/runs may not be seen/);
  } finally {
    await guest.close();
  }
});
