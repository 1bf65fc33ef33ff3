import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll } from 'vitest';
import { describeEditing } from './scenes/edit-scenes.ts';
import { describeObjects } from './scenes/object-scenes.ts';

/** The built bin against the simulator: the scenes that the live suite plays against the real Core. */
const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let client: BridgedClient;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-edit-'));
  simulator = await startHomeAssistantSimulator();
  const env = { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  client = await connectLegacy({ command: process.execPath, args: [bin, '--level', 'configure'], env });
});
afterAll(async () => {
  await client?.close();
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

const bench = () => ({ url: simulator.url, token: simulator.token, callTool: client.call });
describeEditing(bench);
describeObjects(bench);
