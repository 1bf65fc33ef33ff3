import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '../src/index.ts';
import { type Client, connect } from './client.ts';

let simulator: HomeAssistantSimulator;
let client: Client;

beforeEach(async () => {
  simulator = await startHomeAssistantSimulator();
  client = await connect(simulator);
});
afterEach(() => simulator.close());

test('an id that does not grow is refused', async () => {
  client.send({ id: 5, type: 'ping' });
  client.send({ id: 3, type: 'ping' });
  const refused = await client.until((frame) => frame['id'] === 3);
  expect(refused['error']).toEqual({ code: 'id_reuse', message: 'Identifier values have to increase.' });
});

test("subscribe_entities adds, changes and removes in Core's compressed words", async () => {
  await client.ask({ type: 'subscribe_entities', entity_ids: ['sensor.made_up'] });
  simulator.setState('sensor.made_up', '1', { unit_of_measurement: 'x' });
  simulator.setState('sensor.made_up', '2');
  simulator.home.remove('sensor.made_up');
  await client.until((frame) => JSON.stringify(frame['event']) === '{"r":["sensor.made_up"]}');
  const events = client.frames.map((frame) => frame['event']).filter((event) => event !== undefined);
  expect(events).toMatchObject([
    { a: {} },
    { a: { 'sensor.made_up': { s: '1', a: { unit_of_measurement: 'x' }, c: expect.any(String), lc: expect.any(Number) } } },
    { c: { 'sensor.made_up': { '+': { s: '2', c: expect.any(String) } } } },
    { r: ['sensor.made_up'] },
  ]);
});

test('search/related finds the automation, the area and the group of a light', async () => {
  const answer = await client.ask({ type: 'search/related', item_type: 'entity', item_id: 'light.living_room_lights' });
  expect(answer['result']).toMatchObject({
    area: ['living_room'],
    floor: ['ground_floor'],
    script: ['script.movie_night'],
    scene: ['scene.cosy_evening'],
  });
});

test('statistics of a meter have a change and of a thermometer a mean', async () => {
  const start_time = new Date(Date.now() - 6 * 3_600_000).toISOString();
  const answer = await client.ask({
    type: 'recorder/statistics_during_period',
    start_time,
    period: 'hour',
    statistic_ids: ['sensor.grid_energy', 'sensor.outside_temperature', 'nope:nope'],
  });
  const result = answer['result'] as Record<string, Record<string, unknown>[]>;
  expect(Object.keys(result)).toEqual(['sensor.grid_energy', 'sensor.outside_temperature']);
  expect(result['sensor.grid_energy']?.[0]?.['change']).toBeGreaterThan(0);
  expect(result['sensor.outside_temperature']?.[0]?.['mean']).toEqual(expect.any(Number));
});

test('days begin at local midnight, and the one under way is among them', async () => {
  const answer = await client.ask({
    type: 'recorder/statistics_during_period',
    start_time: new Date(Date.now() - 3 * 86_400_000).toISOString(),
    period: 'day',
    statistic_ids: ['sensor.grid_energy'],
  });
  const rows = (answer['result'] as Record<string, { start: number; end: number }[]>)['sensor.grid_energy'] ?? [];
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Amsterdam', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  expect(new Set(rows.map(({ start }) => clock.format(start)))).toEqual(new Set(['00:00']));
  expect(rows.at(-1)?.end).toBeGreaterThan(Date.now() - 3_600_000);
});

test('an automation made over REST appears, triggers and goes', async () => {
  const url = `${simulator.url}/api/config/automation/config/1800000000001`;
  const headers = { authorization: `Bearer ${simulator.token}` };
  await client.ask({ type: 'subscribe_entities', include: { domains: ['automation'] } });
  await client.ask({ type: 'subscribe_events', event_type: 'entity_registry_updated' });
  const config = { alias: 'Made by API', triggers: [], actions: [{ action: 'light.turn_on', target: { entity_id: 'light.bed_light' } }] };
  expect(await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(config) })).json()).toEqual({ result: 'ok' });
  await client.until((frame) => JSON.stringify(frame).includes('"a":{"automation.made_by_api"'));
  await client.until((frame) => JSON.stringify(frame).includes('"action":"create","entity_id":"automation.made_by_api"'));
  await client.ask({ type: 'call_service', domain: 'automation', service: 'trigger', target: { entity_id: 'automation.made_by_api' } });
  expect(simulator.getState('light.bed_light')?.['state']).toBe('on');
  await fetch(url, { method: 'DELETE', headers });
  expect(simulator.getState('automation.made_by_api')).toBeUndefined();
});
