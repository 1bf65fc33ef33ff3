import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '../src/index.ts';
import { type Client, connect, type Message } from './client.ts';

let simulator: HomeAssistantSimulator;
let client: Client;

beforeEach(async () => {
  simulator = await startHomeAssistantSimulator();
  client = await connect(simulator);
});
afterEach(() => simulator.close());

const call = (domain: string, service: string, target: Message, data: Message = {}): Promise<Message> =>
  client.ask({ type: 'call_service', domain, service, target, service_data: data });

test('the demo home has about two hundred entities, an unregistered lock and both injected and odd names', async () => {
  expect(simulator.home.states.size).toBeGreaterThan(180);
  expect(simulator.home.registries.areas.size).toBe(10);
  expect(simulator.home.registries.floors.size).toBe(3);
  expect(simulator.home.registries.entities.has('lock.front_door')).toBe(false);
  expect(simulator.getState('switch.kuche_spulmaschine')).toBeDefined();
});

test('a service changes states and subscribers see it with the context of the call', async () => {
  await client.ask({ type: 'subscribe_entities', entity_ids: ['light.bed_light'] });
  const answer = await call('light', 'turn_on', { entity_id: 'light.bed_light' }, { brightness_pct: 50 });
  const change = await client.until((frame) => JSON.stringify(frame).includes('"c":{"light.bed_light"'));
  const { context } = answer['result'] as { context: { id: string } };
  expect(JSON.stringify(change)).toContain(context.id);
  expect((simulator.getState('light.bed_light')?.['attributes'] as Message | undefined)?.['brightness']).toBe(128);
  expect(simulator.getState('light.evening_lights')?.['state']).toBe('on');
});

test('an area turns off what is in it and nothing else', async () => {
  await call('light', 'turn_on', { floor_id: 'ground_floor' });
  await call('light', 'turn_off', { area_id: 'kitchen' });
  expect(simulator.getState('light.kitchen_lights')?.['state']).toBe('off');
  expect(simulator.getState('light.hall_lights')?.['state']).toBe('on');
});

test('a cover takes its time and says so', async () => {
  await client.ask({ type: 'subscribe_entities', entity_ids: ['cover.garden_gate'] });
  await call('cover', 'open_cover', { entity_id: 'cover.garden_gate' });
  await client.until(() => client.statesOf('cover.garden_gate').includes('open'));
  expect(client.statesOf('cover.garden_gate')).toEqual(['opening', 'open']);
});

test('an unregistered lock unlocks over "unlocking"; a jammed one stays jammed and the call fails', async () => {
  await client.ask({ type: 'subscribe_entities', entity_ids: ['lock.front_door'] });
  expect((await call('lock', 'unlock', { entity_id: 'lock.front_door' }))['success']).toBe(true);
  expect(client.statesOf('lock.front_door')).toEqual(['unlocking', 'unlocked']);
  expect((await call('lock', 'lock', { entity_id: 'lock.shed_door' }))['success']).toBe(false);
  expect(simulator.getState('lock.shed_door')?.['state']).toBe('jammed');
});

test('history of a thermometer covers a day and ends in the present value', async () => {
  const start_time = new Date(Date.now() - 86_400_000).toISOString();
  const answer = await client.ask({
    type: 'history/history_during_period',
    start_time,
    entity_ids: ['sensor.outside_temperature', 'light.nope'],
  });
  const result = answer['result'] as Record<string, { s: string; lu: number }[]>;
  expect(Object.keys(result)).toEqual(['sensor.outside_temperature']);
  expect(result['sensor.outside_temperature']?.length).toBeGreaterThan(100);
  expect(result['sensor.outside_temperature']?.at(-1)?.s).toBe('8.6');
  const times = result['sensor.outside_temperature']?.map((point) => point.lu) ?? [];
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a template is rendered, listens and reports errors twice', async () => {
  await client.ask({ type: 'render_template', template: "{{ states('light.bed_light') }} {{ 1+1 }}", report_errors: true });
  const first = await client.until((frame) => frame['type'] === 'event');
  expect(first['event']).toEqual({ result: 'off 2', listeners: { all: false, entities: ['light.bed_light'], domains: [], time: false } });
  await client.ask({ type: 'render_template', template: '{{ states( }}', report_errors: true });
  const failed = await client.until((frame) => JSON.stringify(frame).includes('TemplateSyntaxError'));
  expect(failed['event']).toEqual({ error: "TemplateSyntaxError: unexpected '}', expected ')'", level: 'ERROR' });
});

test('a wrong token is refused and the socket closed', async () => {
  const stranger = await connect(simulator, 'wrong');
  expect(stranger.frames.at(-1)).toEqual({ type: 'auth_invalid', message: 'Invalid access token or password' });
});

test('a guest may not change the registries', async () => {
  const guest = await connect(simulator, simulator.guestToken);
  expect((await guest.ask({ type: 'config/area_registry/create', name: 'Z' }))['error']).toEqual({
    code: 'unauthorized',
    message: 'Unauthorized',
  });
});

test('faults: an ignored service, a dropped socket, a rate limit, cut JSON', async () => {
  simulator.faults.ignoreService('light.turn_on');
  expect((await call('light', 'turn_on', { entity_id: 'light.bed_light' }))['success']).toBe(true);
  expect(simulator.getState('light.bed_light')?.['state']).toBe('off');
  simulator.faults.dropSocketOnNext('get_states');
  const closed = new Promise((resolve) => client.socket.once('close', resolve));
  client.send({ id: 90, type: 'get_states' });
  await closed;
  const headers = { authorization: `Bearer ${simulator.token}` };
  simulator.faults.limitRate(7);
  const limited = await fetch(`${simulator.url}/api/`, { headers });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  simulator.faults.truncateJson = true;
  await expect(fetch(`${simulator.url}/api/config`, { headers }).then((answer) => answer.json())).rejects.toThrow(SyntaxError);
});

test('restart drops sockets and answers again on the same port', async () => {
  const closed = new Promise((resolve) => client.socket.once('close', resolve));
  const { port } = simulator;
  await simulator.restart();
  await closed;
  expect(simulator.port).toBe(port);
  expect((await (await connect(simulator)).ask({ type: 'ping' }))['type']).toBe('pong');
});

test('a camera gives a PNG', async () => {
  const answer = await fetch(`${simulator.url}/api/camera_proxy/camera.front_garden`, {
    headers: { authorization: `Bearer ${simulator.token}` },
  });
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
});

test('forty thousand entities are there, and are the same each time', async () => {
  const big = await startHomeAssistantSimulator({ seed: 40_000 });
  expect(big.home.states.size).toBe(40_000);
  const other = await connect(big);
  expect((await other.ask({ type: 'get_states' }))['result']).toHaveLength(40_000);
  await big.close();
});
