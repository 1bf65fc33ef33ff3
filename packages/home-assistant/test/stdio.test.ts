import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { connectLegacy, connectModern, connectV1, type Ending, endings, exitOf, spawnServer } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let folder: string;
let command: { command: string; args: string[]; env: Record<string, string> };

beforeAll(async () => {
  if (!existsSync(bin)) throw new Error('dist/bin.js is not built: run the build first');
  simulator = await startHomeAssistantSimulator();
  folder = await mkdtemp(join(tmpdir(), 'switchyard-'));
  command = {
    command: process.execPath,
    args: [bin],
    env: { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
  };
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const initialize = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

describe.each([
  ['the current SDK, 2025-11-25', connectLegacy],
  ['the current SDK, 2026-07-28', connectModern],
  ['SDK 1.x', connectV1],
] as const)('%s', (_name, connect) => {
  test('lists tools, reads, writes and reads resources', async () => {
    const client = await connect(command);
    try {
      expect((await client.listTools()).map((tool) => tool.name)).toContain('ha_control');
      const found = await client.call('ha_search', { query: 'kithcen lites' });
      expect(found.isError ?? false).toBe(false);
      expect(JSON.stringify(found.structuredContent)).toContain('light.kitchen_lights');
      const off = await client.call('ha_control', { action: 'turn_off', targets: ['light.kitchen_lights'] });
      expect(off.structuredContent).toMatchObject({ failed: 0 });
      expect(simulator.getState('light.kitchen_lights')?.state).toBe('off');
      expect(await client.readResource('ha://states/light.kitchen_lights')).toContain('off');
      // A picture goes over HTTP, all else over the WebSocket: both must work in the bundle.
      const picture = await client.call('ha_snapshot', { id: 'camera.front_garden' });
      expect(picture.content.map((block) => block.type)).toContain('image');
      expect((await client.listPrompts()).length).toBeGreaterThan(2);
    } finally {
      await client.close();
    }
  });

  test('an unknown target is an error whose first text block stands alone', async () => {
    const client = await connect(command);
    try {
      const result = await client.call('ha_control', { action: 'turn_on', targets: ['light.nope_lamp'] });
      expect(result.isError).toBe(true);
      expect(result.content[0]?.text).toMatch(/light\.nope_lamp.*\n?.*Nothing was/s);
    } finally {
      await client.close();
    }
  });
});

describe('asking the person', () => {
  test.each([
    ['legacy', connectLegacy],
    ['modern', connectModern],
  ] as const)('%s: a declined unlock changes nothing, an accepted one is verified', async (_era, connect) => {
    simulator.setState('lock.front_door', 'locked');
    const no = await connect(command, 'decline');
    const refused = await no.call('ha_control', { action: 'unlock', targets: ['lock.front_door'] });
    await no.close();
    expect(refused.isError).toBe(true);
    expect(simulator.getState('lock.front_door')?.state).toBe('locked');
    const yes = await connect(command, 'accept');
    const done = await yes.call('ha_control', { action: 'unlock', targets: ['lock.front_door'] });
    await yes.close();
    expect(done.structuredContent).toMatchObject({ done: 1 });
    expect(simulator.getState('lock.front_door')?.state).toBe('unlocked');
  });

  test('a client that cannot ask gets a preview; its token works once', async () => {
    simulator.setState('lock.front_door', 'locked');
    const client = await connectLegacy(command);
    const args = { action: 'unlock', targets: ['lock.front_door'] };
    const preview = (await client.call('ha_control', args)).structuredContent as { confirm: string };
    expect(simulator.getState('lock.front_door')?.state).toBe('locked');
    const other = await client.call('ha_control', { ...args, targets: ['lock.back_door'], confirm: preview.confirm });
    expect(other.isError ?? false).toBe(true);
    const done = await client.call('ha_control', { ...args, confirm: preview.confirm });
    expect(done.structuredContent).toMatchObject({ done: 1 });
    const again = await client.call('ha_control', { ...args, confirm: preview.confirm });
    expect(again.isError).toBe(true);
    await client.close();
  });
});

describe('the process', () => {
  test.each(Object.keys(endings) as Ending[])('%s ends it, with a live socket', async (ending) => {
    const server = spawnServer(command);
    server.send(initialize);
    await server.answer(1);
    server.send({ method: 'notifications/initialized' });
    server.send({ id: 2, method: 'tools/call', params: { name: 'ha_overview', arguments: {} } });
    await server.answer(2);
    endings[ending](server);
    expect(await exitOf(server.child)).toBe(0);
  });

  test('the death of the parent ends it', async () => {
    const script = `const{spawn}=require('node:child_process');const c=spawn(process.execPath,[${JSON.stringify(bin)}],{stdio:['pipe','pipe','ignore']});console.log(c.pid);setInterval(()=>{},1000)`;
    const parent = spawnServer({ command: process.execPath, args: ['-e', script], env: command.env });
    const pid = await new Promise<number>((resolve) =>
      parent.child.stdout?.once('data', (chunk: Buffer) => resolve(Number(String(chunk)))),
    );
    parent.child.kill('SIGKILL');
    const alive = (): boolean => {
      try {
        process.kill(pid, 0);
        // Who adopts orphans may take a while to collect them: what has ended is no longer alive.
        return !(existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
      } catch {
        return false;
      }
    };
    await vi.waitFor(() => expect(alive()).toBe(false));
  });

  test('without an upstream it lists tools at once and says how to mend a call', async () => {
    const client = await connectLegacy({ ...command, env: { ...command.env, HOMEASSISTANT_URL: '', HOMEASSISTANT_TOKEN: '' } });
    expect((await client.listTools()).length).toBeGreaterThan(8);
    const result = await client.call('ha_overview');
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toContain('login');
    await client.close();
  });

  test.each([
    ['', false],
    ['false', false],
    ['true', true],
  ])('raw requests are offered only when switched on (HOMEASSISTANT_RAW=%s)', async (raw, offered) => {
    const client = await connectLegacy({ ...command, args: [bin, '--level', 'admin'], env: { ...command.env, HOMEASSISTANT_RAW: raw } });
    expect((await client.listTools()).some((tool) => tool.name === 'ha_raw')).toBe(offered);
    expect((await client.call('ha_raw', { command: 'get_config' })).isError ?? false).toBe(!offered);
    await client.close();
  });

  test('read-only neither lists writes nor lets them through', async () => {
    const client = await connectLegacy({ ...command, args: [bin, '--read-only'] });
    const names = (await client.listTools()).map((tool) => tool.name);
    expect(names).toContain('ha_search');
    expect(names).not.toContain('ha_control');
    expect((await client.call('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] })).isError).toBe(true);
    await client.close();
  });
});
