import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll } from 'vitest';
import { describeInsight } from '../scenes/insight-scenes.ts';
import { type RealCore, startRealCore } from './real-core.ts';

let core: RealCore;
let url: string;
let token: string;
let client: BridgedClient;

beforeAll(async () => {
  core = await startRealCore();
  ({ url, token } = core);
  client = await connectLegacy(core.command(['--level', 'read']));
});
afterAll(async () => {
  await client?.close();
  await core?.stop();
});

describeInsight(() => ({ url, token, callTool: client.call }));
