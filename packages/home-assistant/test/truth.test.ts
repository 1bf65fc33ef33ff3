import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { type BridgedClient, connectLegacy, leaksOf } from '@switchyard-mcp/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

/** What the best-known servers of the field get wrong, and what goes wrong on a wire; each is a test of the built bin. */
const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let client: BridgedClient;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-truth-'));
  simulator = await startHomeAssistantSimulator();
  env = { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  client = await connectLegacy({ command: process.execPath, args: [bin, '--deadline', '8'], env });
});
afterEach(() => simulator.faults.clear());
afterAll(async () => {
  await client.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const data = async (name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const result = await client.call(name, args);
  if (result.isError) throw new Error(result.content[0]?.text);
  return result.structuredContent as Record<string, unknown>;
};
const refusal = async (name: string, args: Record<string, unknown>): Promise<string> => {
  const result = await client.call(name, args);
  expect(result.isError, JSON.stringify(result.structuredContent)).toBe(true);
  return result.content[0]?.text ?? '';
};
const rowsOf = (reply: Record<string, unknown>): readonly (readonly string[])[] => reply['rows'] as string[][];
const sent = (what: string): number => simulator.requests.filter((request) => request.what.includes(what)).length;

describe('finding', () => {
  test.each([
    ['kithcen lites', 'light.kitchen_lights'],
    ['Kuche Spulmaschine', 'kuche'],
    ['kitchen lights', 'light.kitchen_lights'],
  ])('%s', async (query, id) => {
    expect(JSON.stringify(rowsOf(await data('ha_search', { query }))[0])).toContain(id);
  });
  test('a misspelt area, domain or device class is an error with near names, never an empty list', async () => {
    expect(await refusal('ha_search', { area: 'Kichen' })).toContain('Kitchen');
    expect(await refusal('ha_search', { domain: 'ligth' })).toContain('light');
    expect(await refusal('ha_search', { device_class: 'temprature' })).toContain('temperature');
  });
  test('an area filter gives that area alone, and the total is the whole, not the page', async () => {
    const first = await data('ha_search', { area: 'Kitchen', limit: 5 });
    const all = await data('ha_search', { area: 'Kitchen', limit: 100 });
    expect(first['total']).toBe(all['total']);
    expect(rowsOf(all)).toHaveLength(all['total'] as number);
    expect(new Set(rowsOf(all).map((row) => row[2]))).toEqual(new Set(['Kitchen']));
    const second = await data('ha_search', { area: 'Kitchen', limit: 5, cursor: first['next'] });
    expect(rowsOf(second)[0]).not.toEqual(rowsOf(first)[0]);
    expect(await refusal('ha_search', { area: 'Hall', cursor: first['next'] })).toMatch(/cursor/);
  });
  test('an entity that is in no registry is found and read', async () => {
    expect(JSON.stringify(await data('ha_get', { ids: ['lock.front_door', 'light.nope'] }))).toMatch(
      /lock\.front_door.*missing.*light\.nope/,
    );
  });
});

describe('acting', () => {
  test('a ghost, alone, in a list, and inside data: nothing is sent', async () => {
    const before = sent('call_service');
    await refusal('ha_control', { action: 'turn_on', targets: ['light.nope'] });
    await refusal('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights', 'light.nope'] });
    await refusal('ha_control', { action: 'light.turn_on', data: { entity_id: 'light.nope' } });
    await refusal('ha_control', { action: 'turn_on', targets: ['area:Nowhere'] });
    await refusal('ha_control', { action: 'light.turn_onn', targets: ['light.kitchen_lights'] });
    expect(sent('call_service')).toBe(before);
  });
  test('of two things of one name neither is taken', async () => {
    const name = (await data('ha_get', { ids: ['light.reading_lamp'] }))['rows'] as string[][];
    expect(await refusal('ha_control', { action: 'turn_on', targets: [name[0]?.[1] ?? ''] })).toMatch(/reading_lamp\b.*reading_lamp_2/);
  });
  test('already so is told from done', async () => {
    await data('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] });
    expect(await data('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] })).toMatchObject({ done: 0, unchanged: 1 });
  });
  test('a service that is accepted and does nothing is a failure', async () => {
    await data('ha_control', { action: 'turn_off', targets: ['light.kitchen_lights'] });
    simulator.faults.ignoreService('light.turn_on');
    expect(await data('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'], wait_s: 0.3 })).toMatchObject({
      done: 0,
      failed: 1,
    });
  });
  test('a device that is asked only now and then is not confirmed yet, not failed', async () => {
    const polled = [...simulator.home.registries.entities.values()].find(({ platform }) => platform === 'tado')?.entity_id ?? '';
    simulator.faults.ignoreService('climate.*');
    const args = { action: 'climate.set_temperature', targets: [polled], data: { temperature: 17 }, wait_s: 0.3 };
    const reply = await data('ha_control', args);
    expect(reply).toMatchObject({ done: 0, failed: 0, pending: 1 });
    expect(JSON.stringify(reply)).toContain('not confirmed yet');
  });
  test('a slow cover is pending, and done when waited for', async () => {
    simulator.home.slowness = 1000;
    expect(await data('ha_control', { action: 'close', targets: ['cover.kitchen_blinds'], wait_s: 0.1 })).toMatchObject({
      pending: 1,
      done: 0,
    });
    simulator.home.slowness = 1;
    simulator.home.finish('cover.kitchen_blinds');
    expect(await data('ha_wait', { id: 'cover.kitchen_blinds', to: ['closed'], timeout_s: 45 })).toMatchObject({ met: true });
    expect(await data('ha_control', { action: 'open', targets: ['cover.kitchen_blinds'], wait_s: 30 })).toMatchObject({ done: 1 });
  });
  test('a garage door asks, whatever the act is called', async () => {
    for (const action of ['open', 'cover.open_cover', 'toggle', 'homeassistant.turn_on'])
      expect(await data('ha_control', { action, targets: ['cover.garage_door'] })).toHaveProperty('confirm');
    expect(simulator.getState('cover.garage_door')?.['state']).toBe('closed');
  });
  test('a jammed lock is not locked', async () => {
    const result = await client.call('ha_control', { action: 'lock', targets: ['lock.shed_door'], wait_s: 1 });
    expect(result.isError === true || (result.structuredContent as { failed: number }).failed === 1).toBe(true);
  });
});

describe('the wire', () => {
  test('a socket that drops in mid call: unknown, one effect at most, and the next call works', async () => {
    await data('ha_control', { action: 'turn_off', targets: ['light.kitchen_lights'] });
    const before = sent('call_service');
    simulator.faults.dropSocketOnNext('call_service');
    const result = await client.call('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] });
    expect(JSON.stringify(result)).toMatch(/unknown/i);
    expect(sent('call_service')).toBe(before + 1);
    expect(await data('ha_get', { ids: ['light.kitchen_lights'] })).toHaveProperty('rows');
  });
  test('a home that restarts is found again', async () => {
    await simulator.restart();
    await vi.waitFor(async () => expect(await data('ha_get', { ids: ['light.kitchen_lights'] })).toHaveProperty('rows'));
  });
  test.each([
    ['refuses connections', 'refuseConnections', /reach|refused|connect/i],
    ['never answers', 'hang', /answer|time/i],
  ] as const)('a home that %s: tools are listed at once, a call says the cause', async (_what, fault, words) => {
    const other = await startHomeAssistantSimulator();
    other.faults[fault] = true;
    const lonely = await connectLegacy({
      command: process.execPath,
      args: [bin, '--deadline', '6'],
      env: { ...env, HOMEASSISTANT_URL: other.url, HOMEASSISTANT_TOKEN: other.token },
    });
    try {
      expect((await lonely.listTools()).length).toBeGreaterThan(5);
      const result = await lonely.call('ha_overview');
      expect(result.isError).toBe(true);
      expect(result.content[0]?.text).toMatch(words);
      expect(leaksOf(JSON.stringify(result), [other.token])).toEqual([]);
    } finally {
      await lonely.close();
      await other.close();
    }
  });
  test('foreign text that reads like an order stays in its data field', async () => {
    const reply = await data('ha_get', { ids: ['sensor.mailbox_note'] });
    expect(Object.keys(reply)).toEqual(['columns', 'rows']);
  });
});
