import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '../src/index.ts';
import { type Client, connect, type Message } from './client.ts';

const recorded = JSON.parse(readFileSync(new URL('../fixtures/insight-2025.4.4.json', import.meta.url), 'utf8')) as Record<string, Message>;
const runs = recorded['trace-get'] as Record<string, Message>;

let simulator: HomeAssistantSimulator;
let client: Client;

beforeAll(async () => {
  simulator = await startHomeAssistantSimulator();
  client = await connect(simulator);
  simulator.setState('sensor.outside_temperature', '15.6');
});
afterAll(() => simulator.close());

const keysOf = (value: unknown): readonly string[] => Object.keys((Array.isArray(value) ? value[0] : value) as Message).sort();
const result = async (message: Message): Promise<unknown> => (await client.ask(message))['result'];

/** A trace without what differs from run to run. */
const plain = (trace: unknown): unknown =>
  JSON.parse(JSON.stringify(trace, (key, value) => (['timestamp', 'changed_variables', 'context'].includes(key) ? undefined : value)));

/** Stores the recorded automation and runs it, conditions included. */
const rerun = async (name: string): Promise<Message> => {
  const config = runs[name]?.['config'] as Message;
  const headers = { authorization: `Bearer ${simulator.token}` };
  const url = `${simulator.url}/api/config/automation/config/${String(config['id'])}`;
  await fetch(url, { method: 'POST', headers, body: JSON.stringify(config) });
  const entityId = [...simulator.home.states.values()].find((state) => state.attributes['id'] === config['id'])?.entityId;
  const data = { skip_condition: false };
  await client.ask({ type: 'call_service', domain: 'automation', service: 'trigger', service_data: data, target: { entity_id: entityId } });
  const [head] = (await result({ type: 'trace/list', domain: 'automation', item_id: config['id'] })) as Message[];
  return (await result({ type: 'trace/get', domain: 'automation', item_id: config['id'], run_id: head?.['run_id'] })) as Message;
};

test.each(['numeric-0', 'and-0', 'tmpltype-0', 'numnon-0', 'unknownent-0', 'unknownact-0'])(
  '%s leaves the trace that Core left',
  async (name) => {
    const trace = await rerun(name);
    const theirs = { ...runs[name] };
    expect(keysOf(trace)).toEqual(keysOf(theirs));
    expect(trace['script_execution']).toBe(theirs['script_execution']);
    expect(trace['last_step']).toBe(theirs['last_step']);
    expect(trace['error']).toBe(theirs['error']);
    // Ours was called, theirs had a trigger.
    const { trigger: _ours, ...steps } = plain(trace['trace']) as Message;
    const { 'trigger/0': _theirs, ...wanted } = plain(theirs['trace']) as Message;
    expect(steps).toEqual(wanted);
  },
);

test('a script leaves a trace as well', async () => {
  await client.ask({ type: 'call_service', domain: 'script', service: 'movie_night', service_data: { brightness: 30 } });
  const [head] = (await result({ type: 'trace/list', domain: 'script' })) as Message[];
  const trace = (await result({ type: 'trace/get', domain: 'script', item_id: 'movie_night', run_id: head?.['run_id'] })) as Message;
  expect(keysOf(trace)).toEqual(keysOf(runs['script-0']));
  expect(trace).toMatchObject({ script_execution: 'finished', last_step: 'sequence/0' });
});

test('five runs are kept, and one that was forgotten is refused as by Core', async () => {
  for (let run = 0; run < 6; run += 1) await rerun('numeric-0');
  const list = (await result({ type: 'trace/list', domain: 'automation', item_id: '1700000001001' })) as Message[];
  expect(list).toHaveLength(5);
  expect(keysOf(list)).toEqual(keysOf(recorded['trace-list']));
  const missing = await client.ask({ type: 'trace/get', domain: 'script', item_id: 'nope', run_id: 'x' });
  expect(missing['error']).toEqual(recorded['trace-get-missing']);
});

const conditions = Object.entries(recorded['test-condition'] as Record<string, { sent: Message; received: Message | null }>);

test.each(conditions.filter(([, { received }]) => received !== null))(
  'condition %s is answered as by Core',
  async (_name, { sent, received }) => {
    const answer = await client.ask(sent);
    expect(answer['result']).toEqual(received?.['result']);
    expect(answer['error']).toEqual(received?.['error']);
  },
);

test('a condition with an error is never answered, as in Core 2025.4', async () => {
  const silent = conditions.filter(([, { received }]) => received === null);
  expect(silent.length).toBeGreaterThan(0);
  const before = client.lastId;
  for (const [, { sent }] of silent) void client.ask(sent);
  await client.ask({ type: 'get_config' });
  const answered = client.frames.filter((frame) => Number(frame['id']) > before).map((frame) => frame['id']);
  expect(answered).toEqual([client.lastId]);
});

test('log, repairs, recorder, open dialogs, health and logbook have the keys that Core gives', async () => {
  expect(keysOf(await result({ type: 'system_log/list' }))).toEqual(keysOf(recorded['system-log']));
  const issues = ((await result({ type: 'repairs/list_issues' })) as Message)['issues'];
  expect(keysOf(issues)).toEqual(keysOf(recorded['repairs']));
  expect(await result({ type: 'recorder/info' })).toEqual(recorded['recorder-info']);
  expect(keysOf(await result({ type: 'config_entries/flow/progress' }))).toEqual(keysOf(recorded['flow-progress']));
  await client.ask({ type: 'system_health/info' });
  const id = client.lastId;
  await client.until((frame) => frame['id'] === id && JSON.stringify(frame['event']) === '{"type":"finish"}');
  const first = client.frames.find((frame) => frame['id'] === id && frame['type'] === 'event')?.['event'] as {
    type: string;
    data: Message;
  };
  expect(first.type).toBe('initial');
  expect(keysOf(first.data['recorder'])).toEqual(keysOf((recorded['system-health'] as { initial: Message }).initial['recorder']));
});

test('the logbook names the automation behind a change', async () => {
  await rerun('unknownact-0');
  const start_time = new Date(Date.now() - 60_000).toISOString();
  const config = {
    id: '1800000000009',
    alias: 'Lamp',
    triggers: [],
    conditions: [],
    actions: [{ action: 'light.toggle', target: { entity_id: 'light.bed_light' } }],
  };
  const headers = { authorization: `Bearer ${simulator.token}` };
  await fetch(`${simulator.url}/api/config/automation/config/${config.id}`, { method: 'POST', headers, body: JSON.stringify(config) });
  await client.ask({ type: 'call_service', domain: 'automation', service: 'trigger', target: { entity_id: 'automation.lamp' } });
  const entries = (await result({ type: 'logbook/get_events', start_time, entity_ids: ['light.bed_light'] })) as Message[];
  const theirs = (recorded['logbook'] as unknown as Message[])[1] ?? {};
  expect(Object.keys(entries.at(-1) ?? {}).sort()).toEqual(keysOf(theirs));
  expect(entries.at(-1)).toMatchObject({ context_event_type: 'automation_triggered', context_entity_id: 'automation.lamp' });
});
