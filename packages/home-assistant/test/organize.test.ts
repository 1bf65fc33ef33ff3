import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Probe } from '@switchyard-mcp/live/home-assistant/probe';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll } from 'vitest';
import { describeOrganizing } from './scenes/organize-scenes.ts';

/** The built bin against the simulator: the scenes that the live suite plays against the real Core. */
const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let client: BridgedClient;
let probe: Probe;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-organize-'));
  simulator = await startHomeAssistantSimulator();
  const env = { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  client = await connectLegacy({ command: process.execPath, args: [bin, '--level', 'configure'], env });
  probe = new Probe({ url: simulator.url, token: simulator.token });
  await probe.connect();
});
afterAll(async () => {
  probe?.close();
  await client?.close();
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

describeOrganizing(
  () => ({ url: simulator.url, token: simulator.token, callTool: client.call }),
  (type, fields = {}) => probe.command(type, fields),
);
