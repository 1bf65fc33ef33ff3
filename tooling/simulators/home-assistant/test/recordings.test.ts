import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '../src/index.ts';
import { type Client, connect, type Message } from './client.ts';

interface Recordings {
  ws: Record<string, { sent: Message; received: Message }>;
  rest: Record<
    string,
    {
      request: { method: string; path: string; authorization?: string; body?: unknown; rawBody?: string };
      response: { status: number; body: unknown };
    }
  >;
}

const recordings = JSON.parse(readFileSync(new URL('../fixtures/core-2025.4.4.json', import.meta.url), 'utf8')) as Recordings;

let simulator: HomeAssistantSimulator;
let client: Client;

beforeAll(async () => {
  simulator = await startHomeAssistantSimulator();
  client = await connect(simulator);
});
afterAll(() => simulator.close());

/** Our home has other entities than the recorded one: the nearest of ours in the place of theirs. */
const OURS: Record<string, string> = {
  'select.speed': 'select.washer_program',
  'alarm_control_panel.security': 'alarm_control_panel.home',
  'weather.demo_weather_south': 'weather.home',
};

function translate(value: unknown): Message {
  const text = Object.entries(OURS).reduce((all, [theirs, mine]) => all.replaceAll(theirs, mine), JSON.stringify(value));
  return JSON.parse(text) as Message;
}

/** The keys of an object, or of the first row of a list. */
function keysOf(value: unknown): string[] {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null ? Object.keys(first).sort() : [];
}

const SHAPES = [
  'get-config',
  'current-user',
  'get-states',
  'call-service-ok',
  'entity-registry-list',
  'entity-registry-get',
  'device-registry-list',
  'area-list',
  'floor-list',
  'label-list',
  'config-entries',
  'list-statistic-ids',
];

test.each(SHAPES)('the answer of %s has the recorded keys', async (name) => {
  const recording = recordings.ws[`ws-${name}`];
  const { id: _id, ...sent } = translate(recording?.sent);
  const answer = await client.ask(sent);
  expect(answer['success']).toBe(true);
  expect(keysOf(answer['result'])).toEqual(keysOf(recording?.received['result']));
});

const REFUSALS = Object.entries(recordings.ws).filter(([, { received }]) => received['success'] === false);

test.each(REFUSALS.map(([name]) => name))('%s is refused with the recorded code', async (name) => {
  const recording = recordings.ws[name];
  const { id: _id, ...sent } = translate(recording?.sent);
  const answer = await client.ask(sent);
  const [error, wanted] = [answer['error'] as Message, recording?.received['error'] as Message];
  expect(keysOf(error)).toEqual(keysOf(wanted));
  expect(error['code']).toBe(wanted['code']);
  // What names the entities and options of the recorded home differs.
  if (!name.includes('validation-error')) expect(error['message']).toBe(translate(wanted['message']));
});

test.each(Object.keys(recordings.rest))('%s answers as recorded', async (name) => {
  const recording = recordings.rest[name];
  if (!recording) throw new Error('no recording');
  const { method, path, authorization, body, rawBody } = translate(recording.request) as typeof recording.request;
  const token = authorization === undefined ? { authorization: `Bearer ${simulator.token}` } : {};
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const here = path.replace('camera.demo_camera', 'camera.front_garden');
  const answer = await fetch(simulator.url + here, { method, headers: token, ...(sent === undefined ? {} : { body: sent }) });
  expect(answer.status).toBe(recording.response.status);
  const text = await answer.text();
  if (name === 'rest-state') expect(keysOf(JSON.parse(text))).toEqual(keysOf(recording.response.body));
  else expect(typeof recording.response.body === 'string' ? text : JSON.parse(text)).toEqual(recording.response.body);
});
