import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime } from '@switchyard-mcp/core';
import { homeAssistantServer } from '@switchyard-mcp/home-assistant';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { type BridgedClient, connectLegacy, leaksOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeEntry } from '../scenes/entry-scenes.ts';
import { type RealCore, startRealCore } from './real-core.ts';
import { answersOf, keysOf } from './same-shapes.ts';

/** Integrations, the system and raw requests, through the built bin against the real Core. */
const canary = 'canary-live-passw0rd-51';

type Data = Record<string, unknown>;
let core: RealCore;
let url: string;
let token: string;
let client: BridgedClient;
const command = (env: Record<string, string> = {}) => core.command(['--level', 'admin'], { HOMEASSISTANT_RAW: 'true', ...env });

beforeAll(async () => {
  core = await startRealCore();
  ({ url, token } = core);
  client = await connectLegacy(command());
});
afterAll(async () => {
  await client?.close();
  await core?.stop();
});

const call = async (name: string, args: Data): Promise<Data> => {
  const result = await client.call(name, args);
  if (result.isError) throw new Error(result.content[0]?.text);
  return result.structuredContent as Data;
};
const agree = async (name: string, args: Data): Promise<Data> => {
  const asked = await call(name, args);
  expect(asked['confirm'], JSON.stringify(asked)).toBeTruthy();
  return call(name, { ...args, confirm: asked['confirm'] });
};
const refusal = async (name: string, args: Data): Promise<string> => {
  const result = await client.call(name, args);
  expect(result.isError, JSON.stringify(result.structuredContent)).toBe(true);
  return result.content[0]?.text ?? '';
};
const send = async (method: string, path: string, body?: Data): Promise<{ status: number; body: unknown }> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  return { status: response.status, body: /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text };
};
const integration = 'ha_integration';
const submit = (flow: Data, values: Data): Promise<Data> => call(integration, { op: 'submit', flow_id: flow['flow_id'], values });

describe('flows', () => {
  test('a list: refused with names, set up, read back, a second one is a conflict', async () => {
    const form = await call(integration, { op: 'start', id: 'local_todo' });
    expect(form['rows']).toEqual([['todo_list_name', 'text', 'yes']]);
    expect(await refusal(integration, { op: 'submit', flow_id: form['flow_id'], values: { todo_list_nam: 'x' } })).toContain(
      'todo_list_name',
    );
    expect(await submit(form, { todo_list_name: 'Live plants' })).toMatchObject({
      done: true,
      verified: true,
      entities: ['todo.live_plants'],
    });
    const again = await call(integration, { op: 'start', id: 'local_todo' });
    expect(await refusal(integration, { op: 'submit', flow_id: again['flow_id'], values: { todo_list_name: 'Live plants' } })).toContain(
      'already_configured',
    );
  });
  test('a helper by menu, its options, off and on, reload, removed', async () => {
    const menu = await call(integration, { op: 'start', id: 'template' });
    expect(menu['menu']).toContain('sensor');
    const form = await submit(menu, { next_step_id: 'sensor' });
    const made = await submit(form, { name: 'Live two', state: '{{ 1 + 1 }}' });
    expect(made).toMatchObject({ verified: true, entities: ['sensor.live_two'] });
    expect((await send('GET', '/api/states/sensor.live_two')).body).toMatchObject({ state: '2' });
    const options = await call(integration, { op: 'start', id: 'Live two', flow: 'options' });
    expect(await submit(options, { state: '{{ 1 + 2 }}' })).toMatchObject({ verified: true });
    await expect.poll(async () => ((await send('GET', '/api/states/sensor.live_two')).body as Data)['state']).toBe('3');
    expect(await call(integration, { op: 'disable', id: 'Live two' })).toMatchObject({
      rows: [['template', 'loaded', 'disabled']],
      verified: true,
    });
    expect(await call(integration, { op: 'enable', id: 'Live two' })).toMatchObject({ verified: true });
    expect(await call(integration, { op: 'reload', id: 'Live two' })).toMatchObject({ verified: true });
    expect(await agree(integration, { op: 'remove', id: 'Live two' })).toMatchObject({
      rows: [['template', 'loaded', 'removed']],
      verified: true,
    });
    expect((await send('GET', '/api/states/sensor.live_two')).status).toBe(404);
  });
  test('what is left out of options stays as it is', async () => {
    const form = await call(integration, { op: 'start', id: 'min_max' });
    await submit(form, { name: 'Live mean', entity_ids: ['sensor.outside_temperature'], type: 'mean', round_digits: 1 });
    const options = await call(integration, { op: 'start', id: 'Live mean', flow: 'options' });
    expect(await submit(options, { type: 'max' })).toMatchObject({ verified: true });
    const after = await call(integration, { op: 'start', id: 'Live mean', flow: 'options' });
    expect(after['rows']).toEqual(
      expect.arrayContaining([
        expect.arrayContaining(['entity_ids', '["sensor.outside_temperature"]']),
        expect.arrayContaining(['type', 'max']),
        expect.arrayContaining(['round_digits', 1]),
      ]),
    );
    expect(await call(integration, { op: 'abort', flow_id: after['flow_id'] })).toHaveProperty('aborted');
    expect(await refusal(integration, { op: 'read', flow_id: after['flow_id'] })).toContain('no open flow');
  });
  test('a misspelt integration, a flow that there is not', async () => {
    expect(await refusal(integration, { op: 'start', id: 'local_tod' })).toContain('local_todo');
    expect(await refusal(integration, { op: 'start', id: 'Live plants', flow: 'options' })).toContain('has no options flow');
  });
  test('sections, parts, a repair and a new sign-in of kitchen_sink, where this Core has it', async () => {
    const list = JSON.stringify(await call(integration, { op: 'list' }));
    if (!list.includes('kitchen_sink')) return expect(core.own?.version ?? 'given').not.toBe('2025.4.4');
    const options = await call(integration, { op: 'start', id: 'kitchen_sink', flow: 'options' });
    expect(await refusal(integration, { op: 'submit', flow_id: options['flow_id'], values: { 'section_1.int': -5 } })).toContain(
      'at least 0',
    );
    expect(await submit(options, { 'section_1.int': 23 })).toMatchObject({ verified: true });
    const add = await call(integration, { op: 'start', id: 'kitchen_sink', flow: 'subentry', part: 'entity' });
    const added = await submit(add, { name: 'Live part', state: 7 });
    const [part] = added['parts'] as string[][];
    expect(part?.slice(1)).toEqual(['entity', 'Live part']);
    expect(await agree(integration, { op: 'remove', id: 'kitchen_sink', part: part?.[0] })).toMatchObject({ verified: true });
    const repair = await call(integration, { op: 'start', id: 'kitchen_sink/bad_psu', flow: 'repair' });
    expect(await submit(repair, {})).toEqual({ done: true, verified: true });
    expect(await refusal(integration, { op: 'start', id: 'kitchen_sink/cold_tea', flow: 'repair' })).toContain('not_tea_time');
    const reauth = await call(integration, { op: 'start', id: 'kitchen_sink', flow: 'reauth' });
    expect(await submit(reauth, {})).toMatchObject({ ended: 'reauth_successful' });
  });
  test('diagnostics come by part', async () => {
    expect(await call(integration, { op: 'diagnostics', id: 'backup', path: '/data/backup_agents/0' })).toMatchObject({
      value: { agent_id: 'backup.local' },
    });
  });
  test('a password typed into a form is in no reply and in no trail', async () => {
    const form = await call(integration, { op: 'start', id: 'local_todo' });
    const reply = await client.call(integration, {
      op: 'submit',
      flow_id: form['flow_id'],
      values: { password: canary, todo_list_name: 'x' },
    });
    await call(integration, { op: 'abort', flow_id: form['flow_id'] });
    const files = await readdir(core.folder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
    );
    expect(leaksOf(JSON.stringify(reply) + texts.join('\n'), [canary])).toEqual([]);
  });
});

describe('the system', () => {
  test('configuration, reload, users', async () => {
    expect(await call('ha_system', { op: 'check_config' })).toMatchObject({ valid: true });
    expect(await call('ha_system', { op: 'reload', id: 'automation' })).toMatchObject({ reloaded: 'automation' });
    expect(await call('ha_system', { op: 'reload', id: 'all' })).toMatchObject({ reloaded: 'all' });
    const users = JSON.stringify(await call('ha_system', { op: 'users' }));
    expect(users).toContain('owner');
    expect(leaksOf(users, [token])).toEqual([]);
  });
  test('without a Supervisor there are no apps', async () => {
    expect(await refusal('ha_system', { op: 'apps' })).toContain('no Supervisor here');
  });
  test('a backup is made, read back and listed', async () => {
    const made = await agree('ha_system', { op: 'create_backup', id: 'Live backup' });
    expect(made).toMatchObject({ state: 'completed', verified: true });
    const [row] = made['rows'] as string[][];
    expect(await call('ha_system', { op: 'backups', id: row?.[0] })).toMatchObject({
      total: 1,
      rows: [[row?.[0], expect.any(String), expect.stringMatching(/KB|MB/), 'Live backup', 'backup.local']],
    });
  });
  test('an update is installed and followed', async () => {
    const done = await agree('ha_system', { op: 'install_update', id: 'update.demo_update_with_progress' });
    expect(done).toMatchObject({ state: 'installed', verified: true });
    expect(await refusal('ha_system', { op: 'install_update', id: 'update.demo_update_no_install' })).toContain('by hand');
  });
  test('Assist: what it sees, a sentence', async () => {
    expect(JSON.stringify(await call('ha_search', { exposed: true, domain: 'light', limit: 100 }))).toContain('light.');
    expect(await call('ha_search', { exposed: false, domain: 'lock' })).toMatchObject({ total: expect.any(Number) });
    expect(
      JSON.stringify(await agree('ha_control', { action: 'conversation.process', data: { text: 'turn on the kitchen lights' } })),
    ).toContain('action_done');
  });
});

describe('raw requests', () => {
  test('a read, a write after consent, what is never sent', async () => {
    expect(await call('ha_raw', { command: 'GET /api/config', path: '/state' })).toMatchObject({ value: 'RUNNING' });
    expect(await agree('ha_raw', { command: 'config/label_registry/create', data: { name: 'Live raw' } })).toMatchObject({
      sent: true,
      verified: false,
    });
    expect(await refusal('ha_raw', { command: 'auth/long_lived_access_token', data: { client_name: 'x', lifespan: 1 } })).toContain(
      'never sent',
    );
  });
  test('the lists hold', async () => {
    const limited = await connectLegacy(command({ HOMEASSISTANT_DENY: 'lock' }));
    const answers = await Promise.all(
      ['get_states', 'GET /api/states', 'GET /api/states/lock.front_door'].map((sent) => limited.call('ha_raw', { command: sent })),
    );
    const area = await limited.call('ha_raw', { command: 'config/area_registry/list' });
    await limited.close();
    expect(answers.map(({ isError }) => isError)).toEqual([true, true, true]);
    expect(area.isError ?? false).toBe(false);
  });
});

describe('resources', () => {
  test('an automation that was written is listed and read', async () => {
    const before = JSON.parse(await client.readResource('ha://automations')) as { total: number };
    await send('POST', '/api/config/automation/config/1799999999999', { alias: 'Live resource', triggers: [], actions: [] });
    const total = async (): Promise<number> => (JSON.parse(await client.readResource('ha://automations')) as { total: number }).total;
    await expect.poll(total).toBe(before.total + 1);
    expect(JSON.parse(await client.readResource('ha://automations/live_resource'))).toMatchObject({ body: { alias: 'Live resource' } });
  });
  const saves: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    [
      'ha://automations',
      'ha://automations',
      () => send('POST', '/api/config/automation/config/1799999999998', { alias: 'Live one more', triggers: [], actions: [] }),
    ],
    [
      'ha://automations/{id}',
      'ha://automations/live_resource',
      () =>
        send('POST', '/api/config/automation/config/1799999999999', { alias: 'Live resource', mode: 'restart', triggers: [], actions: [] }),
    ],
    ['ha://scripts', 'ha://scripts', () => send('POST', '/api/config/script/config/live_new', { alias: 'Live new', sequence: [] })],
    [
      'ha://scripts/{id}',
      'ha://scripts/movie_night',
      () => send('POST', '/api/config/script/config/movie_night', { alias: 'Movie night', sequence: [] }),
    ],
    ['ha://scenes', 'ha://scenes', () => send('POST', '/api/config/scene/config/1799999999997', { name: 'Live scene', entities: {} })],
    [
      'ha://scenes/{id}',
      'ha://scenes/cosy_evening',
      () => send('POST', '/api/config/scene/config/1700000000101', { name: 'Cosy evening', entities: { 'light.bed_light': 'off' } }),
    ],
    [
      'ha://dashboards/{id}',
      'ha://dashboards/map',
      () => answersOf(url, token, [{ type: 'lovelace/config/save', url_path: 'map', config: { views: [] } }]),
    ],
    [
      'ha://dashboards',
      'ha://dashboards',
      () =>
        answersOf(url, token, [
          {
            type: 'lovelace/dashboards/create',
            url_path: 'live-board',
            mode: 'storage',
            title: 'Live',
            show_in_sidebar: false,
            require_admin: false,
          },
        ]),
    ],
  ];
  test.each(saves)('%s tells of %s when somebody else saves it', async (template, uri, save) => {
    const operations = homeAssistantServer.connect(
      { url, token, caFile: undefined, insecureTls: undefined, allow: undefined, deny: undefined, security: 'ask', raw: undefined },
      createRuntime({ level: 'read', command: 'live' }),
    );
    try {
      await operations.home(new AbortController().signal);
      let told = 0;
      const stop = homeAssistantServer.resources.find((one) => one.uri === template)?.watch?.(operations, uri, () => void (told += 1));
      // The subscription is on its way: what was saved before it stands is told by the first read.
      const toldAfterSave = async (): Promise<number> => {
        await save();
        return told;
      };
      await expect.poll(toldAfterSave, { interval: 500 }).toBeGreaterThan(0);
      stop?.();
    } finally {
      await operations.close();
    }
  });
});

test('our simulator answers the same requests with the same shapes', async () => {
  const commands = [
    { type: 'config_entries/get' },
    { type: 'config_entries/get_single', entry_id: 'nope' },
    { type: 'config_entries/disable', entry_id: 'nope', disabled_by: 'user' },
    { type: 'config_entries/subentries/delete', entry_id: 'nope', subentry_id: 'nope' },
    { type: 'config/auth/list' },
    { type: 'auth/refresh_tokens' },
    { type: 'backup/info' },
    { type: 'backup/agents/info' },
    { type: 'backup/config/info' },
    { type: 'backup/details', backup_id: 'nope' },
    { type: 'backup/generate', agent_ids: ['nope'] },
    { type: 'supervisor/api', endpoint: '/addons', method: 'get' },
    { type: 'repairs/list_issues' },
    { type: 'lovelace/resources' },
    { type: 'frontend/get_translations', language: 'en', category: 'config', integration: ['local_todo'], config_flow: true },
  ];
  const simulator = await startHomeAssistantSimulator();
  const flows = async (base: string, bearer: string) => {
    const ask = async (method: string, path: string, body?: Data) => {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
      const response = await fetch(`${base}/api/config/config_entries/${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      return {
        status: response.status,
        keys: /^\{/.test(text) ? keysOf(JSON.parse(text)) : [],
        body: /^\{/.test(text) ? (JSON.parse(text) as Data) : {},
      };
    };
    const form = await ask('POST', 'flow', { handler: 'local_todo' });
    const path = `flow/${String(form.body['flow_id'])}`;
    const answers = [
      form,
      await ask('POST', path, { nope: 1 }),
      await ask('POST', path, {}),
      await ask('GET', path),
      await ask('DELETE', path),
      await ask('GET', path),
    ];
    const menu = await ask('POST', 'flow', { handler: 'template' });
    answers.push(
      menu,
      await ask('DELETE', `flow/${String(menu.body['flow_id'])}`),
      await ask('POST', 'flow', { handler: 'nope' }),
      await ask('POST', 'flow', {}),
    );
    answers.push(await ask('POST', 'entry/nope/reload'), await ask('DELETE', 'entry/nope'), await ask('DELETE', 'options/flow/nope'));
    return answers.map(({ status, keys, body }) => ({
      status,
      keys,
      errors: Object.keys((body['errors'] as Data | null | undefined) ?? {}),
      message: typeof body['message'],
    }));
  };
  try {
    const [real, ours] = await Promise.all([answersOf(url, token, commands), answersOf(simulator.url, simulator.token, commands)]);
    for (const [index, sent] of commands.entries())
      expect(keysOf(real[index]), JSON.stringify(sent)).toEqual(expect.arrayContaining([...keysOf(ours[index])]));
    const codes = (answers: readonly unknown[]) => answers.map((answer) => (answer as { error?: unknown } | null)?.error ?? null);
    expect(codes(ours)).toEqual(codes(real));
    const [realFlows, ourFlows] = await Promise.all([flows(url, token), flows(simulator.url, simulator.token)]);
    for (const [index, answer] of ourFlows.entries()) {
      expect(realFlows[index]?.status, String(index)).toBe(answer.status);
      expect(realFlows[index]?.keys, String(index)).toEqual(expect.arrayContaining([...answer.keys]));
      expect(realFlows[index]?.errors, String(index)).toEqual(answer.errors);
      expect(realFlows[index]?.message, String(index)).toEqual(answer.message);
    }
  } finally {
    await simulator.close();
  }
});

test('a restart: checked, sent once, watched until Core runs again, and it really was one', async () => {
  const setup = async (): Promise<number> => ((await answersOf(url, token, [{ type: 'integration/setup_info' }]))[0] as unknown[]).length;
  const { own } = core;
  if (!own) return expect(core.url).toBe(process.env['SWITCHYARD_LIVE_URL']);
  const before = own.pid;
  const told = await agree('ha_system', { op: 'restart' });
  expect(own.pid).not.toBe(before);
  // On a slow machine Core needs longer than a call may last: then the answer must say so, and it must come true.
  if (told['restarted'] === true) expect(told['state']).toBe('running');
  else expect(told).toMatchObject({ restarted: 'under way', note: expect.stringContaining('went down') });
  const stateNow = async (): Promise<unknown> =>
    (await client.call('ha_raw', { command: 'GET /api/config', path: '/state' })).structuredContent;
  await expect.poll(stateNow, { timeout: 120_000, interval: 1000 }).toMatchObject({ value: 'RUNNING' });
  expect(await setup()).toBeGreaterThan(0);
  expect(JSON.stringify(await call('ha_get', { ids: ['light.kitchen_lights'] }))).toContain('light.kitchen_lights');
}, 240_000);

describeEntry(() => ({ url, token, callTool: client.call }));
