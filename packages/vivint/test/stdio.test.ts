import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { connectLegacy, connectModern, connectV1, type Ending, endings, exitOf, spawnServer } from '@switchyard-mcp/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bin, type ServerCommand, type ServerPlace, serverPlace } from './server-command.ts';

let simulator: VivintSimulator;
let place: ServerPlace;
let command: ServerCommand;

beforeAll(async () => {
  place = await serverPlace();
  simulator = await startVivintSimulator();
  command = place.command(simulator, { args: ['--level', 'sensitive'] });
});
afterEach(() => simulator.faults.clear());
afterAll(async () => {
  await simulator.close();
  await place.remove();
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
  test('lists tools, reads, writes, reads resources and a picture', async () => {
    simulator.turnLock(31, false);
    const client = await connect(command);
    try {
      expect((await client.listTools()).map((tool) => tool.name)).toContain('vivint_disarm');
      const status = await client.call('vivint_status');
      expect(status.isError ?? false).toBe(false);
      expect(JSON.stringify(status.structuredContent)).toContain('Patio Door is open');
      const locked = await client.call('vivint_secure', { devices: ['home:31'] });
      expect(locked.structuredContent).toMatchObject({ done: 1, rows: [['home:31', 'Back Door', 'unlocked', 'locked']] });
      expect(simulator.device(31)['s']).toBe(true);
      expect(await client.readResource('vivint://devices/home%3A31')).toContain('locked');
      const picture = await client.call('vivint_snapshot', { camera: 'Driveway' });
      expect(picture.content.map((block) => block.type)).toContain('image');
      expect((await client.listPrompts()).length).toBe(4);
    } finally {
      await client.close();
    }
  });

  test('an unknown device is an error whose first text block stands alone', async () => {
    const client = await connect(command);
    try {
      const result = await client.call('vivint_secure', { devices: ['Bakc Door'] });
      expect(result.isError).toBe(true);
      expect(result.content[0]?.text).toMatch(/Bakc Door/);
      expect(result.content[0]?.text).toMatch(/home:31 Back Door/);
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
    simulator.turnLock(30, true);
    const no = await connect(command, 'decline');
    const refused = await no.call('vivint_open', { device: 'home:30' });
    await no.close();
    expect(refused.isError).toBe(true);
    expect(simulator.device(30)['s']).toBe(true);
    const yes = await connect(command, 'accept');
    const done = await yes.call('vivint_open', { device: 'home:30' });
    await yes.close();
    expect(done.structuredContent).toMatchObject({ done: 1 });
    expect(simulator.device(30)['s']).toBe(false);
  });

  test('a client that cannot ask gets a preview; its token works once, and not when the state has changed', async () => {
    simulator.turnLock(30, true);
    const client = await connectLegacy(command);
    const args = { device: 'home:30' };
    const first = (await client.call('vivint_open', args)).structuredContent as { confirm: string };
    expect(simulator.device(30)['s']).toBe(true);
    expect((await client.call('vivint_open', { device: 'home:32', confirm: first.confirm })).isError ?? false).toBe(false);
    expect((await client.call('vivint_open', { ...args, confirm: first.confirm })).structuredContent).toMatchObject({ done: 1 });
    expect((await client.call('vivint_open', { ...args, confirm: first.confirm })).isError ?? false).toBe(false);
    simulator.turnLock(30, true);
    expect((await client.call('vivint_open', { ...args, confirm: first.confirm })).isError).toBe(true);
    await client.close();
  });
});

describe('levels', () => {
  test('the default only reads; writes are neither listed nor let through', async () => {
    const client = await connectLegacy(place.command(simulator));
    const names = (await client.listTools()).map((tool) => tool.name);
    expect(names).toContain('vivint_status');
    expect(names.some((name) => /arm|secure|operate|open|bypass/.test(name))).toBe(false);
    expect((await client.call('vivint_secure', { all: true })).content[0]?.text).toContain('--level secure');
    await client.close();
  });
});

describe('what goes wrong on a wire', () => {
  test('a login that needs a code names the command, and lists tools all the same', async () => {
    await mkdir(join(place.folder, 'config', 'switchyard', 'vivint'), { recursive: true });
    await writeFile(join(place.folder, 'config', 'switchyard', 'vivint', 'ana.json'), '{"version":1}');
    const client = await connectLegacy(place.command(simulator, { account: 'sms', args: ['--profile', 'ana'] }));
    expect((await client.listTools()).length).toBeGreaterThan(5);
    const result = await client.call('vivint_status');
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toMatch(/node \S.*bin\.js'? login --profile ana/);
    await client.close();
  });
  test('a cloud that fails gives the last picture with its age, and says why', async () => {
    const client = await connectLegacy({ ...command, env: { ...command.env, VIVINT_LIVE: 'off' } });
    await client.call('vivint_status');
    simulator.faults.of.api.htmlError = true;
    // Without the stream a read older than ten seconds asks again; a write always does.
    const result = await client.call('vivint_secure', { devices: ['home:31'], wait_s: 0 });
    expect(JSON.stringify(result)).not.toContain('"done":1');
    simulator.faults.clear();
    await client.close();
  });
});

describe('the process', () => {
  test.each(Object.keys(endings) as Ending[])('%s ends it, with an open poll', async (ending) => {
    const server = spawnServer(command);
    server.send(initialize);
    await server.answer(1);
    server.send({ method: 'notifications/initialized' });
    server.send({ id: 2, method: 'tools/call', params: { name: 'vivint_status', arguments: {} } });
    await server.answer(2);
    endings[ending](server);
    expect(await exitOf(server.child)).toBe(0);
  });

  test('without an upstream it lists tools at once and says how to mend a call', async () => {
    const client = await connectLegacy({
      ...command,
      env: { ...command.env, VIVINT_USERNAME: '', VIVINT_PASSWORD: '', XDG_STATE_HOME: `${place.folder}/none` },
    });
    expect((await client.listTools()).length).toBeGreaterThan(8);
    const result = await client.call('vivint_status');
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toContain('login');
    await client.close();
  });

  test('the demo needs nothing at all', async () => {
    const env = { XDG_STATE_HOME: `${place.folder}/demo`, XDG_CONFIG_HOME: `${place.folder}/demo` };
    const client = await connectLegacy({ command: process.execPath, args: [bin, 'demo'], env });
    expect((await client.call('vivint_health')).structuredContent).toMatchObject({ offline: 2 });
    await client.close();
  });
});
