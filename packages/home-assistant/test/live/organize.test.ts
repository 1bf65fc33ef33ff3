import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Probe } from '@switchyard-mcp/live/home-assistant/probe';
import { type BridgedClient, connectLegacy } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, confirmed, data, refusal } from '../scenes/bench.ts';
import { describeOrganizing } from '../scenes/organize-scenes.ts';
import { type RealCore, startRealCore } from './real-core.ts';

let core: RealCore;
let url: string;
let token: string;
let client: BridgedClient;
let probe: Probe;

beforeAll(async () => {
  core = await startRealCore();
  ({ url, token } = core);
  client = await connectLegacy(core.command(['--level', 'configure']));
  probe = new Probe({ url, token });
  await probe.connect();
});
afterAll(async () => {
  probe?.close();
  await client?.close();
  await core?.stop();
});

const bench = (): Bench => ({ url, token, callTool: client.call });
const ask = (type: string, fields: Record<string, unknown> = {}): Promise<unknown> => probe.command(type, fields);
describeOrganizing(bench, ask);

describe('YAML files', () => {
  const [from, to] = ['light.kitchen_lights', 'light.scene_kitchen'];
  const rename = { changes: [{ ids: [from], set: { new_id: to } }] };
  const reload = async (entityId: string): Promise<void> => {
    await ask('call_service', { domain: 'automation', service: 'reload' });
    const states = (await ask('get_states')) as { entity_id: string }[];
    expect(states.map((state) => state.entity_id)).toContain(entityId);
  };

  test('an automation outside automations.yaml is listed before, and keeps the old id', async () => {
    const { own } = core;
    if (!own) return expect(core.url).toBe(process.env['SWITCHYARD_LIVE_URL']);
    const yaml = `
automation scene_manual:
  - id: scene_manual
    alias: Scene manual
    triggers: [{ trigger: state, entity_id: ${from} }]
    actions: [{ action: light.turn_off, target: { entity_id: ${from} } }]
`;
    await appendFile(join(own.configDir, 'configuration.yaml'), yaml);
    await reload('automation.scene_manual');
    const { preview, reply } = await confirmed(bench(), 'ha_organize', rename);
    expect(JSON.stringify(preview['against'])).toMatch(/automation\.scene_manual keeps the old id/);
    expect(JSON.stringify(await data(bench(), 'ha_get_config', { id: 'automation.scene_manual' }))).toContain(from);
    expect(await data(bench(), 'ha_undo', { mode: 'restore', change: reply['undo'] })).not.toHaveProperty('failed');
  });
  test('a body that Core refuses takes everything back', async () => {
    const { own } = core;
    if (!own) return expect(core.url).toBe(process.env['SWITCHYARD_LIVE_URL']);
    const yaml = `- id: "scene_broken"
  alias: Scene broken
  triggers: [{ trigger: state, entity_id: ${from} }]
  actions: [{ delay: soon }]
`;
    await appendFile(join(own.configDir, 'automations.yaml'), yaml);
    await reload('automation.scene_broken');
    const entries = (await ask('config/entity_registry/list')) as { entity_id: string; modified_at: number }[];
    const bodies = async (): Promise<string> =>
      JSON.stringify([await data(bench(), 'ha_get_config', { id: 'automation.scene_broken' }), await ask('lovelace/dashboards/list')]);
    const before = await bodies();
    const preview = await data(bench(), 'ha_organize', rename);
    const text = await refusal(bench(), 'ha_organize', { ...rename, confirm: preview['confirm'] });
    expect(text).toMatch(/everything is as it was/);
    expect(text).toMatch(/scene_broken|automation/);
    expect(await bodies()).toBe(before);
    const after = (await ask('config/entity_registry/list')) as { entity_id: string }[];
    expect(after.map((entry) => entry.entity_id).sort()).toEqual(entries.map((entry) => entry.entity_id).sort());
  });
});
