import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningCore, startCore } from '@switchyard-mcp/live/home-assistant/start-core';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll } from 'vitest';
import { describeInsight } from '../scenes/insight-scenes.ts';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../../dist/bin.js');
const {
  SWITCHYARD_LIVE_URL: givenUrl,
  SWITCHYARD_LIVE_TOKEN: givenToken,
  SWITCHYARD_LIVE_PYTHON: python,
  SWITCHYARD_LIVE_VERSION: version,
} = process.env;

let core: RunningCore | undefined;
let url: string;
let token: string;
let client: BridgedClient;
let folder: string;

beforeAll(async () => {
  if (!existsSync(bin)) throw new Error('dist/bin.js is not built: run the build first');
  folder = await mkdtemp(join(tmpdir(), 'switchyard-live-'));
  if (givenUrl && givenToken) [url, token] = [givenUrl, givenToken];
  else {
    core = await startCore({ python, version, log: (line) => process.stderr.write(`${line}\n`) });
    ({ url, token } = core);
  }
  const env = { HOMEASSISTANT_URL: url, HOMEASSISTANT_TOKEN: token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  client = await connectLegacy({ command: process.execPath, args: [bin, '--level', 'read'], env });
});
afterAll(async () => {
  await client?.close();
  await core?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

describeInsight(() => ({ url, token, callTool: client.call }));
