import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definitionsOf } from '@switchyard-mcp/core/generate';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { connectLegacy, connectModern, connectV1 } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homeAssistantServer } from '../src/server.ts';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let folder: string;
let command: { command: string; args: string[]; env: Record<string, string> };

beforeAll(async () => {
  if (!existsSync(bin)) throw new Error('dist/bin.js is not built: run the build first');
  simulator = await startHomeAssistantSimulator();
  folder = await mkdtemp(join(tmpdir(), 'switchyard-'));
  const env = { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  command = { command: process.execPath, args: [bin, '--level', 'admin'], env };
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  ['the current SDK, 2025-11-25', connectLegacy],
  ['the current SDK, 2026-07-28', connectModern],
  ['SDK 1.x', connectV1],
] as const)('%s', (_name, connect) => {
  test('a template is completed with ids that begin with what was typed, then with those that contain it', async () => {
    const client = await connect(command);
    try {
      const found = await client.complete('ha://states/{entity_id}', 'entity_id', 'light.k');
      expect(found).toContain('light.kitchen_lights');
      expect(found.every((id) => id.startsWith('light.k'))).toBe(true);
      expect(await client.complete('ha://states/{entity_id}', 'entity_id', 'front_door')).toContain('lock.front_door');
      expect(await client.complete('ha://nothing/{x}', 'x', 'l')).toEqual([]);
    } finally {
      await client.close();
    }
  });

  test('a subscribed resource tells of its changes, of no others, and of none after the end', async () => {
    const uri = 'ha://states/light.kitchen_lights';
    const client = await connect(command);
    try {
      simulator.setState('light.kitchen_lights', 'off');
      expect(await client.readResource(uri)).toContain('off');
      const heard: string[] = [];
      let next: () => void = () => undefined;
      const updated = (what: string): void => {
        heard.push(what);
        next();
      };
      const stop = await client.watch(uri, updated);
      const told = new Promise<void>((resolve) => (next = resolve));
      simulator.setState('lock.front_door', 'unlocked');
      simulator.setState('light.kitchen_lights', 'on');
      await told;
      expect(new Set(heard)).toEqual(new Set([uri]));
      expect(await client.readResource(uri)).toContain('on');
      await stop();
      const before = heard.length;
      simulator.setState('light.kitchen_lights', 'off');
      // The server answers this when it knows of the change, so news of it would have come before.
      const seen = await client.call('ha_wait', { id: 'light.kitchen_lights', to: ['off'] });
      expect(seen.structuredContent).toMatchObject({ met: true });
      expect(heard.length).toBe(before);
    } finally {
      await client.close();
    }
  });
});

test('the built program lists the schemas that the definitions give', async () => {
  const client = await connectLegacy(command);
  try {
    const listed = (await client.listTools()).map(({ name, inputSchema }) => ({ name, inputSchema }));
    const given = definitionsOf(homeAssistantServer).tools.map(({ name, inputSchema }) => ({ name, inputSchema }));
    // Off until a setting switches it on.
    expect(listed).toEqual(given.filter(({ name }) => name !== 'ha_raw'));
  } finally {
    await client.close();
  }
});
