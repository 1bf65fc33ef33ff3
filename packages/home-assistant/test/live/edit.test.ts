import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirmed, data, refusal, rest } from '../scenes/bench.ts';
import { describeEditing } from '../scenes/edit-scenes.ts';
import { describeFlowHelpers } from '../scenes/flow-helper-scenes.ts';
import { describeObjects } from '../scenes/object-scenes.ts';
import { type RealCore, startRealCore } from './real-core.ts';

/** The built bin against the real Core: the scenes that the simulator is tested with, and what only the real one can show. */

let core: RealCore;
let url: string;
let token: string;
let client: BridgedClient;

beforeAll(async () => {
  core = await startRealCore();
  ({ url, token } = core);
  client = await connectLegacy(core.command(['--level', 'configure']));
});
afterAll(async () => {
  await client?.close();
  await core?.stop();
});

const bench = () => ({ url, token, callTool: client.call });
describeEditing(bench);
describeObjects(bench);
describeFlowHelpers(bench);

describe('only here', () => {
  test('a blueprint is imported from an address, and Home Assistant remembers it', async () => {
    const yaml =
      'blueprint:\n  name: Scene import\n  domain: automation\n  input:\n    lamp:\n      name: Lamp\ntriggers: []\nactions:\n  - action: light.toggle\n    target:\n      entity_id: !input lamp\n';
    const server = createServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end(yaml));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scene_import.yaml`;
      const made = await data(bench(), 'ha_edit', { id: 'blueprint', import_url: address });
      const id = String(made['created']);
      expect(id).toMatch(/^blueprint:automation\/.*scene_import\.yaml$/);
      expect((await data(bench(), 'ha_get_config', { id }))['config']).toMatchObject({
        blueprint: { source_url: address },
        actions: [{ target: { entity_id: { '!input': 'lamp' } } }],
      });
      await confirmed(bench(), 'ha_delete', { ids: [id] });
    } finally {
      server.close();
    }
  });

  test('Home Assistant restarts in the middle of an edit: the answer says what is true', async () => {
    const { own } = core;
    if (!own) return expect(core.url, 'a Core that is given is not restarted').toBe(process.env['SWITCHYARD_LIVE_URL']);
    const id = 'automation.scene_restart';
    await data(bench(), 'ha_edit', { id: 'automation', config: { alias: 'Scene restart', triggers: [], actions: [], mode: 'single' } });
    const restarting = own.restart();
    const results = [];
    // Edits one after the other while it goes down and comes back: some meet the open, some the closed door.
    for (const mode of ['restart', 'queued', 'parallel', 'single', 'restart', 'queued']) {
      const result = await client.call('ha_edit', { id, patch: [{ op: 'replace', path: '/mode', value: mode }] });
      results.push({ mode, isError: result.isError === true, text: result.content[0]?.text ?? '' });
    }
    await restarting;
    const last = results.filter(({ isError }) => !isError).at(-1);
    for (const { isError, text } of results) if (isError) expect(text).toMatch(/Nothing was (sent|changed)|Unknown|cannot be reached|lost/);
    const key = String(((await data(bench(), 'ha_get_config', { id }))['config'] as Record<string, unknown>)['id']);
    const stored = (await rest(bench(), 'GET', `config/automation/config/${key}`)).body['mode'];
    const unknown = results.filter(({ text }) => text.startsWith('Unknown'));
    expect([last?.mode ?? 'single', ...unknown.map(({ mode }) => mode)]).toContain(stored);
    await confirmed(bench(), 'ha_delete', { ids: [id] });
  });

  test('a user who is no administrator is told so', async () => {
    const guestToken = core.own?.nonAdminToken;
    if (!guestToken) return expect(core.url).toBe(process.env['SWITCHYARD_LIVE_URL']);
    const guest = await connectLegacy(core.command(['--level', 'configure'], { HOMEASSISTANT_TOKEN: guestToken }));
    try {
      const config = { alias: 'Scene guest', triggers: [], actions: [] };
      expect(await refusal({ url, token, callTool: guest.call }, 'ha_edit', { id: 'automation', config })).toMatch(/administrator/);
    } finally {
      await guest.close();
    }
  });
});
