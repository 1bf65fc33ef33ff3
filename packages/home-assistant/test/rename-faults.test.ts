import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { data } from './scenes/bench.ts';
import { type InProcess, startInProcess } from './scenes/in-process.ts';

let simulator: HomeAssistantSimulator;
let folder: string;
let home: InProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-rename-'));
  simulator = await startHomeAssistantSimulator();
  home = await startInProcess({ url: simulator.url, token: simulator.token, stateFolder: folder });
});
afterEach(async () => {
  await home.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const [from, to] = ['light.kitchen_lights', 'light.scene_kitchen'];
const rename = { changes: [{ ids: [from], set: { new_id: to } }] };

/** Every body that names the light, and the id that the light itself has. */
const everything = (): string => {
  const { configs, objects, registries } = simulator.home;
  const bodies = [...Object.values(configs), objects.views].flatMap((items) => [...(items as Map<string, unknown>)]);
  const ids = [...registries.entities.keys()].filter((id) => id === from || id === to);
  return JSON.stringify([ids, ...bodies.filter(([, body]) => /kitchen_lights|scene_kitchen/.test(JSON.stringify(body)))]);
};
const mentions = (id: string): number => everything().split(id).length - 1;

/** Four kinds of objects that name the light, and the token of a preview. */
const prepare = async (): Promise<unknown> => {
  const { bench } = home;
  const action = { action: 'light.turn_on', target: { entity_id: from } };
  await data(bench, 'ha_edit', {
    id: 'automation',
    config: { alias: 'Uses', triggers: [], conditions: [], actions: [action], mode: 'single' },
  });
  await data(bench, 'ha_edit', { id: 'script.uses', config: { alias: 'Uses', sequence: [action] } });
  await data(bench, 'ha_edit', {
    id: 'dashboard:uses-it',
    config: {
      dashboard: { title: 'Uses', show_in_sidebar: true, require_admin: false },
      views: [{ title: 'One', cards: [{ type: 'entities', entities: [from] }] }],
    },
  });
  return (await data(bench, 'ha_organize', rename))['confirm'];
};
const attempt = async (confirm: unknown) => home.bench.callTool('ha_organize', { ...rename, confirm });

const faults: readonly (readonly [string, () => void])[] = [
  ['the rename is lost on its way', () => simulator.faults.dropSocketOnNext('config/entity_registry/update')],
  ['the dashboard is lost on its way', () => simulator.faults.dropSocketOnNext('lovelace/config/save')],
  [
    'an automation, script or scene is lost on its way',
    () => {
      simulator.faults.brokenWrites = { when: 'before', times: 1 };
    },
  ],
  [
    'the answer to an automation, script or scene is lost',
    () => {
      simulator.faults.brokenWrites = { when: 'after', times: 1 };
    },
  ],
];

test.each(faults)('%s: everything is renamed, or nothing is, and the reply says which', async (_what, inject) => {
  const confirm = await prepare();
  const before = everything();
  inject();
  const result = await attempt(confirm);
  if (result.isError) {
    expect(result.content[0]?.text).toMatch(/everything is as it was/);
    expect(everything()).toBe(before);
  } else {
    expect(mentions(from)).toBe(0);
    expect(mentions(to)).toBe(before.split(from).length - 1);
  }
});

describe('with lists in force', () => {
  beforeEach(async () => {
    await home.close();
    home = await startInProcess(simulator, { deny: 'lock' });
  });
  test('a rename is undone, though the bodies name what is not there yet', async () => {
    const confirm = await prepare();
    const before = everything();
    const reply = (await attempt(confirm)).structuredContent as Record<string, unknown>;
    expect(mentions(to)).toBeGreaterThan(1);
    expect(await data(home.bench, 'ha_undo', { mode: 'restore', change: reply['undo'] })).not.toHaveProperty('failed');
    expect(everything()).toBe(before);
  });
  test('one that breaks in the middle is taken back', async () => {
    const confirm = await prepare();
    const before = everything();
    simulator.faults.dropSocketOnNext('lovelace/config/save');
    const result = await attempt(confirm);
    expect(result.content[0]?.text).toMatch(/everything is as it was/);
    expect(everything()).toBe(before);
  });
  test('a body that reaches further than the lists is left as it is, and named before', async () => {
    const action = { action: 'light.turn_on', target: { entity_id: from }, data: { brightness: '{{ 1 + 1 }}' } };
    simulator.home.configs.script.set('movie_night', { ...simulator.home.configs.script.get('movie_night'), sequence: [action] });
    await prepare();
    const asked = await data(home.bench, 'ha_organize', rename);
    expect(JSON.stringify(asked)).toMatch(/script\.movie_night[^\]]*a template can reach others/);
    const reply = await data(home.bench, 'ha_organize', { ...rename, confirm: asked['confirm'] });
    expect(reply).toMatchObject({ failed: 0 });
    expect(simulator.home.configs.script.get('movie_night')?.['sequence']).toEqual([action]);
  });
});

test('somebody changes a body after the preview: the token is not taken, and nothing is renamed', async () => {
  const confirm = await prepare();
  const [key] = [...simulator.home.configs.scene].find(([, body]) => JSON.stringify(body).includes(from)) ?? [];
  const body = simulator.home.configs.scene.get(key ?? '');
  simulator.home.configs.scene.set(key ?? '', { ...body, name: 'By another' });
  const before = everything();
  const result = await attempt(confirm);
  expect(result.isError).toBe(true);
  expect(everything()).toBe(before);
});

test('a rename and its undo leave every body to the letter, and a second undo finds nothing to do', async () => {
  const confirm = await prepare();
  const before = everything();
  const reply = (await attempt(confirm)).structuredContent as Record<string, unknown>;
  expect(mentions(from)).toBe(0);
  await data(home.bench, 'ha_undo', { mode: 'restore', change: reply['undo'] });
  expect(everything()).toBe(before);
  expect(await data(home.bench, 'ha_undo', { mode: 'restore', change: reply['undo'] })).toMatchObject({ undone: 0 });
  expect(everything()).toBe(before);
});

test('a person’s tracker follows', async () => {
  const [old, next] = ['device_tracker.phone', 'device_tracker.pocket'];
  const trackers = async () => JSON.stringify(await data(home.bench, 'ha_get_config', { id: 'person.scene_guest' }));
  await data(home.bench, 'ha_edit', { id: 'person', config: { name: 'Scene guest', device_trackers: [old] } });
  const changes = [{ ids: [old], set: { new_id: next } }];
  const { confirm } = await data(home.bench, 'ha_organize', { changes });
  expect(await data(home.bench, 'ha_organize', { changes, confirm })).toMatchObject({ failed: 0 });
  expect(await trackers()).toContain(next);
  expect(await trackers()).not.toContain(old);
});
