import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isToolError } from '@switchyard-mcp/core';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseObjectRef } from '../src/domain/object-ref.ts';
import { data, refusal, rest, rowsOf } from './scenes/bench.ts';
import { describeEntry } from './scenes/entry-scenes.ts';
import { type InProcess, startInProcess } from './scenes/in-process.ts';

let simulator: HomeAssistantSimulator;
let folder: string;
const started: InProcess[] = [];
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-edit-safety-'));
  simulator = await startHomeAssistantSimulator();
});
afterEach(async () => {
  for (const home of started.splice(0)) await home.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

const start = async (settings: Record<string, unknown> = {}, level?: string): Promise<InProcess> => {
  const home = await startInProcess(
    { url: simulator.url, token: simulator.token, stateFolder: join(folder, 'home-assistant') },
    settings,
    level,
  );
  started.push(home);
  return home;
};
const automation = 'automation.evening_lights_at_sunset';
const key = '1700000000001';
const setMode = (mode: string) => ({ id: automation, patch: [{ op: 'replace', path: '/mode', value: mode }] });
const storedMode = () => simulator.home.configs.automation.get(key)?.['mode'];
const writes = () =>
  simulator.requests.filter(({ what }) => /^(POST|DELETE) \/api\/config\/|\/(create|update|save|delete)$/.test(what)).length;
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (isToolError(error) ? error.fields.code : String(error)),
  );

describe('lists and levels hold below the tools', () => {
  test('a body that names what is hidden is neither shown, searched, changed nor deleted', async () => {
    const { bench } = await start({ deny: 'lock' });
    expect(await refusal(bench, 'ha_get_config', { id: 'script.good_night' })).not.toContain('lock');
    expect(await refusal(bench, 'ha_edit', { id: 'script.good_night', patch: [{ op: 'add', path: '/description', value: 'x' }] })).toMatch(
      /not shown/,
    );
    expect(await refusal(bench, 'ha_delete', { ids: ['script.good_night'] })).toMatch(/not shown/);
    expect(JSON.stringify(await data(bench, 'ha_search', { query: 'turn_off', in: 'configs' }))).not.toContain('good_night');
    expect(writes()).toBe(0);
  });
  test.each([
    ['a hidden entity', { action: 'homeassistant.toggle', target: { entity_id: 'lock.front_door' } }],
    ['an area', { action: 'light.turn_off', target: { area_id: 'kitchen' } }],
    ['a template', { action: 'notify.phone', data: { message: '{{ states.lock | list }}' } }],
    ['all', { action: 'light.turn_off', target: { entity_id: 'all' } }],
  ])('%s cannot be reached through a body', async (_what, action) => {
    const { bench } = await start({ deny: 'lock' });
    const text = await refusal(bench, 'ha_edit', {
      id: automation,
      patch: [{ op: 'add', path: '/actions/-', value: action }],
      allow_unknown: true,
    });
    expect(text).toMatch(/not saved|no entity|does not have/);
    expect(writes()).toBe(0);
  });
  test('a level below configure has no such tool, and the operations refuse', async () => {
    const { bench, operations } = await start({}, 'control');
    expect(await refusal(bench, 'ha_edit', setMode('queued'))).toContain('configure');
    const ref = parseObjectRef(automation);
    const { body, hash } = await operations.objects.read(ref, never);
    expect(await codeOf(operations.objects.write(ref, { ...body, mode: 'queued' }, { expected: hash, signal: never }))).toBe(
      'permission_denied',
    );
    expect(await codeOf(operations.objects.remove(ref, { expected: hash, signal: never }))).toBe('permission_denied');
    expect(writes()).toBe(0);
  });
  test('no approval, no key to the door: not even below the tools, and not by a blueprint', async () => {
    const { operations } = await start();
    const ref = parseObjectRef(automation);
    const { body, hash } = await operations.objects.read(ref, never);
    const actions = [{ action: 'lock.unlock', target: { entity_id: 'lock.front_door' } }];
    expect(await codeOf(operations.objects.write(ref, { ...body, actions }, { expected: hash, signal: never }))).toBe(
      'confirmation_required',
    );
    simulator.home.objects.blueprints['automation']?.set('evil.yaml', {
      blueprint: { name: 'Evil', domain: 'automation', input: { door: { name: 'Door' } } },
      triggers: [],
      actions: [{ action: 'lock.unlock', target: { entity_id: { '!input': 'door' } } }],
    });
    const use = { alias: 'Evil', use_blueprint: { path: 'evil.yaml', input: { door: 'lock.front_door' } } };
    expect(await codeOf(operations.objects.write(parseObjectRef('automation'), use, { expected: 'absent', signal: never }))).toBe(
      'confirmation_required',
    );
    expect(writes()).toBe(0);
  });
  test('what is nested too deep to look through is asked about, also where it was before', async () => {
    const { bench } = await start();
    const nested = (action: unknown): unknown => Array.from({ length: 31 }).reduce((inner: unknown) => ({ sequence: [inner] }), action);
    const body = simulator.home.configs.automation.get(key);
    simulator.home.configs.automation.set(key, { ...body, actions: [nested({ delay: 1 })] as never });
    const unlock = nested({ action: 'lock.unlock', target: { entity_id: 'lock.front_door' } });
    const patch = [{ op: 'replace', path: '/actions', value: [unlock] }];
    expect(await data(bench, 'ha_edit', { id: automation, patch })).toHaveProperty('confirm');
    expect(writes()).toBe(0);
  });
  test('what a template names may have become another act, unless nothing but words changed', async () => {
    const { bench } = await start();
    const action = { action: '{{ deed }}', target: { entity_id: 'light.bed_light' } };
    const body = simulator.home.configs.automation.get(key);
    simulator.home.configs.automation.set(key, { ...body, variables: { deed: 'light.turn_on' }, actions: [action] as never });
    const rename = { id: automation, patch: [{ op: 'replace', path: '/alias', value: 'Evening light' }] };
    expect(await data(bench, 'ha_edit', rename)).not.toHaveProperty('confirm');
    const patch = [{ op: 'replace', path: '/variables/deed', value: 'lock.unlock' }];
    expect(await data(bench, 'ha_edit', { id: automation, patch })).toHaveProperty('confirm');
  });
  describe('a blueprint that automations are made from', () => {
    const id = 'blueprint:automation/homeassistant/motion_light.yaml';
    const change = async (settings: Record<string, unknown>, action: unknown): Promise<string> => {
      const { operations } = await start(settings);
      const ref = parseObjectRef(id);
      const stored = simulator.home.objects.blueprints['automation']?.get('homeassistant/motion_light.yaml');
      simulator.home.objects.blueprints['automation']?.set('homeassistant/motion_light.yaml', { ...stored, triggers: [], actions: [] });
      const { body, hash } = await operations.objects.read(ref, never);
      return codeOf(operations.objects.write(ref, { ...body, actions: [action] }, { expected: hash, signal: never }));
    };
    test('does not unlock unasked', async () => {
      expect(await change({}, { action: 'lock.unlock', target: { entity_id: { '!input': 'light_target' } } })).toBe(
        'confirmation_required',
      );
      expect(writes()).toBe(0);
    });
    test.each([
      ['a template', { action: 'notify.phone', data: { message: '{{ states.lock | list }}' } }],
      ['an area', { action: 'light.turn_off', target: { area_id: 'kitchen' } }],
      ['an input as target', { action: 'light.turn_off', target: { entity_id: { '!input': 'light_target' } } }],
    ])('does not get %s where lists are in force', async (_what, action) => {
      expect(await change({ deny: 'lock' }, action)).toBe('permission_denied');
      expect(writes()).toBe(0);
    });
    test('still gets what names no more than it may', async () => {
      expect(await change({ deny: 'lock' }, { action: 'light.turn_off', target: { entity_id: 'light.bed_light' } })).toBe('ok');
    });
  });
  test('with security "never" nobody can agree', async () => {
    const { bench } = await start({ security: 'never' });
    const unlock = {
      id: automation,
      patch: [{ op: 'add', path: '/actions/-', value: { action: 'lock.unlock', target: { entity_id: 'lock.front_door' } } }],
    };
    // Nobody is asked for what would then be refused.
    expect(await refusal(bench, 'ha_edit', unlock)).toMatch(/set to never do such actions/);
    expect(writes()).toBe(0);
  });
});

describe('an entry of a registry obeys the same rules as an object', () => {
  const ids = ['light.bed_light', 'lock.back_door'] as const;
  const deviceOf = (entityId: string): string => {
    const device = simulator.home.registries.entities.get(entityId)?.device_id;
    if (!device) throw new Error(`${entityId} has no device`);
    return device;
  };
  const unchanged = () => expect(simulator.requests.filter(({ what }) => /_registry\/(update|delete|remove)/.test(what))).toEqual([]);

  test('a device all of whose entities are hidden is neither listed, read nor changed', async () => {
    const { bench, operations } = await start({ deny: 'lock' });
    const [seen, hidden] = ids.map(deviceOf);
    const listed = JSON.stringify((await operations.objects.list(parseObjectRef('device'), never)).map(({ ref }) => ref.key));
    expect(listed).toContain(seen);
    expect(listed).not.toContain(hidden);
    const name = simulator.home.registries.devices.get(hidden ?? '')?.name ?? '';
    for (const id of [`device:${hidden}`, `device:${name}`]) {
      expect(await refusal(bench, 'ha_get_config', { id })).toMatch(/does not exist/);
      expect(await refusal(bench, 'ha_edit', { id, patch: [{ op: 'add', path: '/name_by_user', value: 'X' }] })).toMatch(/does not exist/);
    }
    unchanged();
  });
  test('a device one of whose entities is hidden is read and not changed', async () => {
    const { bench } = await start({ deny: 'lock' });
    const [seen = ''] = ids.map(deviceOf);
    const lock = simulator.home.registries.entities.get(ids[1]);
    if (lock) lock.device_id = seen;
    const id = `device:${seen}`;
    expect(await data(bench, 'ha_get_config', { id })).toHaveProperty('hash');
    expect(await refusal(bench, 'ha_edit', { id, patch: [{ op: 'add', path: '/name_by_user', value: 'X' }] })).toMatch(
      /may not be changed/,
    );
    unchanged();
  });
  test('an area that something hidden is in is not deleted, and nobody is asked', async () => {
    const { bench, operations } = await start({ deny: 'lock' });
    const area = simulator.home.registries.devices.get(deviceOf(ids[1]))?.area_id;
    expect(await refusal(bench, 'ha_delete', { ids: [`area:${area}`] })).toMatch(/may not be removed/);
    const { ref, hash } = await operations.objects.read(parseObjectRef(`area:${area}`), never);
    expect(await codeOf(operations.objects.remove(ref, { expected: hash, signal: never }))).toBe('permission_denied');
    unchanged();
  });
});

describe('the answer says what is true', () => {
  test('the connection broke before: it is as it was, and may be tried again', async () => {
    const { bench, operations } = await start();
    simulator.faults.brokenWrites = { when: 'before', times: 1 };
    expect(await refusal(bench, 'ha_edit', setMode('queued'))).toMatch(/as before.*Nothing was changed/s);
    expect(storedMode()).toBe('single');
    expect((await operations.changes.list())[0]).toMatchObject({ state: 'failed' });
  });
  test('the connection broke after: reading back shows that it was done', async () => {
    const { bench } = await start();
    simulator.faults.brokenWrites = { when: 'after', times: 1 };
    const reply = await data(bench, 'ha_edit', setMode('queued'));
    expect(reply).toMatchObject({ changed: automation, notes: [expect.stringContaining('reading back')] });
    expect(storedMode()).toBe('queued');
    expect(await data(bench, 'ha_undo', { mode: 'restore', change: reply['undo'] })).toMatchObject({ undone: 1 });
  });
  test('a new one whose answer was lost is found by its key, not made twice', async () => {
    const { bench } = await start();
    simulator.faults.brokenWrites = { when: 'after', times: 1 };
    expect(await data(bench, 'ha_edit', { id: 'automation', config: { alias: 'Once', triggers: [], actions: [] } })).toMatchObject({
      created: 'automation.once',
    });
    expect([...simulator.home.configs.automation.values()].filter(({ alias }) => alias === 'Once')).toHaveLength(1);
  });
  test('a dashboard whose settings are refused keeps its views', async () => {
    const { bench, operations } = await start();
    const views = [{ title: 'One', cards: [] }];
    await data(bench, 'ha_edit', { id: 'dashboard:two-commands', config: { dashboard: { title: 'Two' }, views } });
    const ref = parseObjectRef('dashboard:two-commands');
    const { body, hash } = await operations.objects.read(ref, never);
    const wrong = { dashboard: { ...(body['dashboard'] as object), icon: 'no icon' }, views: [] };
    expect(await codeOf(operations.objects.write(ref, wrong, { expected: hash, signal: never }))).toBe('invalid_input');
    expect((await operations.objects.read(ref, never)).body).toEqual(body);
    expect((await operations.changes.list())[0]).toMatchObject({ state: 'failed' });
  });
  test('a removal whose answer was lost', async () => {
    const { bench } = await start();
    const preview = await data(bench, 'ha_delete', { ids: [automation] });
    simulator.faults.brokenWrites = { when: 'after', times: 1 };
    expect(await data(bench, 'ha_delete', { ids: [automation], confirm: preview['confirm'] })).toMatchObject({ deleted: 1 });
  });
});

describe('what is deleted comes back', () => {
  test('a category with those who had it, whose other categories stay', async () => {
    const { bench } = await start();
    const { created } = await data(bench, 'ha_edit', { id: 'category:automation/Lights', config: { name: 'Lights' } });
    const had = String(created).slice('category:automation/'.length);
    const entry = simulator.home.registries.entities.get(automation);
    if (!entry) throw new Error('no entry');
    entry.categories = { automation: had, helpers: 'other' };
    const asked = { ids: [created] };
    const { confirm } = await data(bench, 'ha_delete', asked);
    const [row] = rowsOf(await data(bench, 'ha_delete', { ...asked, confirm }));
    expect(entry.categories).toEqual({ helpers: 'other' });
    expect(await data(bench, 'ha_undo', { mode: 'restore', change: row?.[2] })).toMatchObject({ undone: 1 });
    const [back] = [...(simulator.home.registries.categories.get('automation')?.values() ?? [])].filter(({ name }) => name === 'Lights');
    expect(back).toBeDefined();
    expect(entry.categories).toEqual({ helpers: 'other', automation: back?.category_id });
  });
  test.each(['light.bed_light', 'entity:light.bed_light', 'device:'])('%s would not, and is not deleted here', async (id) => {
    const { bench, operations } = await start();
    const full = id === 'device:' ? `device:${simulator.home.registries.entities.get('light.bed_light')?.device_id}` : id;
    expect(await refusal(bench, 'ha_delete', { ids: [full] })).toMatch(/could not bring it back.*ha_organize/s);
    const { ref, hash } = await operations.objects.read(parseObjectRef(full), never);
    expect(await codeOf(operations.objects.remove(ref, { expected: hash, signal: never }))).toBe('unsupported');
    expect(simulator.requests.filter(({ what }) => /_registry\/remove/.test(what))).toEqual([]);
  });
});

describe('no snapshot, no edit', () => {
  test('a folder that cannot be written: nothing is sent', async () => {
    await writeFile(join(folder, 'home-assistant'), 'in the way');
    const { bench } = await start();
    expect(await refusal(bench, 'ha_edit', setMode('queued'))).toMatch(/previous version could not be saved.*Nothing was changed/s);
    expect([storedMode(), writes()]).toEqual(['single', 0]);
  });
  test('snapshots are their owner’s only; a token in a body is not written to disk', async () => {
    const { bench } = await start();
    await data(bench, 'ha_edit', setMode('queued'));
    const [home = ''] = await readdir(join(folder, 'home-assistant', 'changes'));
    const changes = join(folder, 'home-assistant', 'changes', home);
    for (const name of await readdir(changes)) expect((await stat(join(changes, name))).mode & 0o777).toBe(0o600);
    const secret = { action: 'notify.phone', data: { message: `Bearer ${'abc123'.repeat(5)}` } };
    simulator.home.configs.automation.set(key, { ...simulator.home.configs.automation.get(key), actions: [secret] });
    expect(await refusal(bench, 'ha_edit', setMode('single'))).toMatch(/password or a token/);
    for (const name of await readdir(changes)) expect(await readFile(join(changes, name), 'utf8')).not.toContain('abc123abc123');
  });
});

describe('what cannot be edited or must not come back', () => {
  test('an automation of a package is shown, and says where it lives', async () => {
    const { bench } = await start();
    expect((await data(bench, 'ha_get_config', { id: 'automation.package_heating' }))['read_only']).toMatch(/package/);
    expect(
      await refusal(bench, 'ha_edit', { id: 'automation.package_heating', patch: [{ op: 'add', path: '/mode', value: 'single' }] }),
    ).toMatch(/package/);
    expect(writes()).toBe(0);
  });
  test('a mask or a shortened text of an earlier reply', async () => {
    const { bench } = await start();
    const { hash, config } = await data(bench, 'ha_get_config', { id: automation });
    for (const description of ['[redacted]', 'Long… (120 more characters)'])
      expect(await refusal(bench, 'ha_edit', { id: automation, config: { ...(config as object), description }, hash })).toContain(
        'earlier reply',
      );
    expect(writes()).toBe(0);
  });
  test('changes of two at once do not get lost: one is told of the other', async () => {
    const { bench } = await start();
    const { hash } = await data(bench, 'ha_get_config', { id: automation });
    const results = await Promise.all(['queued', 'parallel'].map((mode) => bench.callTool('ha_edit', { ...setMode(mode), hash })));
    expect(results.map(({ isError }) => isError === true).sort()).toEqual([false, true]);
  });
});

test('2,000 automations: who uses what is found in seconds, then from memory, and again after a change of somebody else', async () => {
  const post = (number: number) =>
    rest({ url: simulator.url, token: simulator.token }, 'POST', `config/automation/config/9${String(number).padStart(8, '0')}`, {
      alias: `Many ${number}`,
      triggers: [{ trigger: 'state', entity_id: 'binary_sensor.hall_motion' }],
      actions: [{ action: 'light.turn_on', target: { entity_id: number % 100 === 0 ? 'light.bed_light' : 'light.hall_lights' } }],
    });
  for (let number = 0; number < 2000; number += 50) await Promise.all(Array.from({ length: 50 }, (_, index) => post(number + index)));
  const { bench } = await start();
  const find = async () => (await data(bench, 'ha_search', { query: 'light.bed_light', in: 'configs', kinds: ['automation'] }))['total'];
  expect(await find()).toBe(20);
  const asked = () => simulator.requests.filter(({ what }) => what === 'automation/config').length;
  const before = asked();
  expect(await find()).toBe(20);
  expect(asked()).toBe(before);
  const body = {
    ...simulator.home.configs.automation.get('900000001'),
    actions: [{ action: 'light.turn_on', target: { entity_id: 'light.bed_light' } }],
  };
  await rest(bench, 'POST', 'config/automation/config/900000001', body);
  await expect.poll(find).toBe(21);
  expect(rowsOf(await data(bench, 'ha_search', { query: 'many 1999', in: 'configs' }))).toHaveLength(1);
}, 600_000);

describe('an integration is a matter of the administrator', () => {
  let home: InProcess;
  const polling = { id: 'integration:demo', patch: [{ op: 'replace', path: '/pref_disable_polling', value: true }] };
  const updates = () => simulator.requests.filter(({ what }) => what === 'config_entries/update').length;

  describe('at the level admin', () => {
    beforeEach(async () => {
      home = await start();
    });
    describeEntry(() => home.bench);
  });
  test('a lower level reads it and does not change it', async () => {
    const { bench } = await start({}, 'configure');
    expect(await data(bench, 'ha_get_config', { id: 'integration:demo' })).toHaveProperty('hash');
    expect(await refusal(bench, 'ha_edit', polling)).toContain('admin');
    expect(updates()).toBe(0);
  });
  test('with lists in force it is not changed, since it has more than the lists let through', async () => {
    const { bench } = await start({ deny: 'lock' });
    expect(await refusal(bench, 'ha_edit', polling)).toContain('only some entities');
    expect(updates()).toBe(0);
  });
});
