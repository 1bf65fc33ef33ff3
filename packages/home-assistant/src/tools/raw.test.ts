import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcess, type InProcessOptions, startInProcess } from '../../test/in-process.ts';
import { type Replies, startReplies } from '../../test/replies.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies({ settings: { raw: true } });
  });
  afterAll(() => replies.close());

  test('a command, a part of a request, what is inside of a large answer', async () => {
    expect(await replies.reply('ha_raw', { command: 'config/floor_registry/list', path: '/0' })).toMatchSnapshot();
    expect(await replies.reply('ha_raw', { command: 'GET /api/config', path: '/unit_system' })).toMatchSnapshot();
    expect(await replies.reply('ha_raw', { command: 'GET /api/services', path: '/0/services' })).toMatchSnapshot();
  });
  test('an event after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('ha_raw', { command: 'POST /api/events/my_event', data: { a: 1 } });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('what is not there', async () => {
    expect(await replies.reply('ha_raw', { command: 'config/floor_registry/list', path: '/9' })).toMatchSnapshot();
  });
});

const open: InProcess[] = [];
const start = async (options: InProcessOptions = {}): Promise<InProcess> => {
  const made = await startInProcess({ ...options, settings: { raw: true, ...options.settings } });
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const tool = 'ha_raw';
const labels = (home: InProcess): readonly string[] => [...home.simulator.home.registries.labels.values()].map(({ name }) => name);

test('is switched off unless the settings say so, and says how to switch it on', async () => {
  const home = await start({ settings: { raw: undefined } });
  expect(await home.refusal(tool, { command: 'get_config' })).toMatch(/switched off.*"raw"/s);
});

describe('reads', () => {
  test('a command, a request, a part of a large answer', async () => {
    const home = await start();
    expect(await home.call(tool, { command: 'config/floor_registry/list', path: '/0/name' })).toEqual({
      path: '/0/name',
      value: expect.any(String),
    });
    expect(await home.call(tool, { command: 'GET /api/config', path: '/version' })).toEqual({ path: '/version', value: '2025.4.4' });
    expect(await home.call(tool, { command: 'get_states' })).toMatchObject({ note: expect.stringContaining('by path') });
    const history = await home.call(tool, {
      command: 'GET /api/history/period?filter_entity_id=light.kitchen_lights',
      path: '/0/0/entity_id',
    });
    expect(history['value']).toBe('light.kitchen_lights');
    expect(await home.call(tool, { command: 'GET /api/error_log' })).toMatchObject({ value: expect.stringContaining('broken_cloud') });
  });
  test('a template is never sent, by whatever path', async () => {
    const home = await start();
    for (const command of ['POST /api/template', 'POST /api/%74emplate', 'template/start_preview'])
      expect(await home.refusal(tool, { command, data: { template: '{{ 1 }}' } })).toMatch(/never sent/);
    expect(home.simulator.requests.filter(({ what }) => what.includes('emplate'))).toEqual([]);
  });
  test('what stands under names of secrets is masked, in the answer and in the trail', async () => {
    const home = await start();
    const all = await home.call(tool, { command: 'get_states' });
    const at = (all['rows'] as string[][]).findIndex((_row, index) => [...home.simulator.home.states.keys()][index]?.startsWith('camera.'));
    const camera = await home.call(tool, { command: 'get_states', path: `/${at}/attributes` });
    expect(camera['value']).toMatchObject({ access_token: '[hidden]', entity_picture: '[hidden]' });
    await home.refusal(tool, { command: 'config/auth_provider/x', data: { password: 'canary-raw-secret' } });
    expect(home.written()).not.toContain('canary-raw-secret');
  });
});

describe('writes', () => {
  test('what is not known to read asks first, once, and says that nothing is verified', async () => {
    const home = await start();
    const { asked, data } = await home.agree(tool, { command: 'config/label_registry/create', data: { name: 'Raw' } });
    expect(asked['will']).toEqual([['config/label_registry/create', '{"name":"Raw"}', 'not verified, not undone']]);
    expect(data).toMatchObject({ sent: true, verified: false, value: { label_id: 'raw' } });
    expect(labels(home)).toContain('Raw');
    expect(await home.call(tool, { command: 'some/future_command' })).toHaveProperty('confirm');
    expect(await home.call(tool, { command: 'GET /api/some_future_path' })).toHaveProperty('confirm');
  });
  test('a service call goes through the same guard as any other', async () => {
    const home = await start();
    const wide = { command: 'call_service', data: { domain: 'light', service: 'turn_off', target: { area_id: 'kitchen' } } };
    expect(await home.refusal(tool, wide)).toContain('area_id');
    const ghost = { command: 'POST /api/services/light/turn_off', data: { entity_id: 'light.nope' } };
    expect(await home.refusal(tool, ghost)).toContain('no entity light.nope');
    const unlock = { command: 'call_service', data: { domain: 'lock', service: 'unlock', target: { entity_id: 'lock.front_door' } } };
    await home.agree(tool, unlock);
    expect(home.simulator.getState('lock.front_door')?.['state']).toBe('unlocked');
  });
  test.each([
    'auth/long_lived_access_token',
    'auth/sign_path',
    'config/auth/create',
    'subscribe_events',
    'render_template',
    'POST /auth/token',
    'GET /api/websocket',
  ])('%s is never sent', async (command) => {
    const home = await start();
    const before = home.simulator.requests.length;
    expect(await home.refusal(tool, { command })).toContain('never sent');
    expect(home.simulator.requests.slice(before).map((request) => request.what)).not.toContain(command);
  });
  test('below the level they are refused, reads are not', async () => {
    const home = await start({ level: 'read' });
    expect(await home.refusal(tool, { command: 'get_config' })).toContain('level "admin"');
  });
});

describe('with lists in force', () => {
  const denied = { settings: { deny: 'lock' } };
  test.each([
    ['an answer that names hidden entities', 'get_states', {}],
    ['a request that does', 'config/entity_registry/get', { entity_id: 'lock.back_door' }],
    ['a template in disguise', 'test_condition', { condition: "{{ states['lock']['front_door'].state == 'locked' }}" }],
    ['a path that does', 'GET /api/states/lock.front_door', {}],
  ])('%s is refused', async (_what, command, data) => {
    expect(await (await start(denied)).refusal(tool, { command, data })).toContain('The request was refused');
  });
  test('what cannot reach them is answered', async () => {
    expect(await (await start(denied)).call(tool, { command: 'config/area_registry/list', path: '/0/name' })).toHaveProperty('value');
  });
  test('writes are refused, but for calls on what may be seen', async () => {
    const home = await start(denied);
    const label = { command: 'config/label_registry/create', data: { name: 'Raw' } };
    expect(await home.refusal(tool, label)).toContain('The request was refused');
    expect(labels(home)).not.toContain('Raw');
    await home.agree(tool, { command: 'POST /api/services/light/turn_on', data: { entity_id: 'light.kitchen_lights' } });
    expect(home.simulator.getState('light.kitchen_lights')?.['state']).toBe('on');
    const unlock = { command: 'call_service', data: { domain: 'lock', service: 'unlock', target: { entity_id: 'lock.front_door' } } };
    expect(await home.refusal(tool, unlock)).toContain('refused');
    expect(home.simulator.getState('lock.front_door')?.['state']).toBe('locked');
  });
});

describe('Assist', () => {
  test('what it may see is a filter, and what it may not too', async () => {
    const home = await start();
    const lamp = home.simulator.home.registries.entities.get('light.kitchen_lights');
    if (lamp) lamp.options = { conversation: { should_expose: false } };
    const ids = async (exposed: boolean): Promise<readonly unknown[]> =>
      ((await home.call('ha_search', { exposed, domain: 'light', limit: 100 }))['rows'] as unknown[][]).map(([id]) => id);
    expect(await ids(false)).toContain('light.kitchen_lights');
    expect(await ids(true)).not.toContain('light.kitchen_lights');
    expect((await ids(true)).length).toBeGreaterThan(0);
  });
  test('a sentence is said after consent, and what was understood is told', async () => {
    const home = await start();
    const say = { action: 'conversation.process', data: { text: 'turn on the kitchen lights' } };
    const { data } = await home.agree('ha_control', say);
    expect(JSON.stringify(data)).toContain('light.kitchen_lights');
    expect(home.simulator.getState('light.kitchen_lights')?.['state']).toBe('on');
    const odd = await home.agree('ha_control', { action: 'conversation.process', data: { text: 'sing' } });
    expect(JSON.stringify(odd.data)).toContain('no_intent_match');
  });
});
