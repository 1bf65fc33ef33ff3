import { createRuntime } from '@switchyard-mcp/core';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { HomeOperations } from '../domain/operations.ts';
import { createHomeOperations } from './home-operations.ts';

let simulator: HomeAssistantSimulator;
const opened: HomeOperations[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  simulator = await startHomeAssistantSimulator();
});
afterEach(async () => {
  simulator.faults.clear();
  for (const operations of opened.splice(0)) await operations.close();
});
afterAll(() => simulator.close());

const runtime = createRuntime({ level: 'read', command: 'home-assistant-mcp' });
const connect = ({ deny, token = simulator.token }: { readonly deny?: string; readonly token?: string } = {}): HomeOperations => {
  const rest = { caFile: undefined, insecureTls: undefined, allow: undefined, security: 'ask' as const, raw: undefined };
  const operations = createHomeOperations({ url: simulator.url, token, deny, ...rest }, runtime);
  opened.push(operations);
  return operations;
};
const night = { domain: 'automation' as const, itemId: '1700000000003' };

test('a run whole: its steps in order, its trigger, the body of that time', async () => {
  const { insight } = connect();
  const [summary] = await insight.runs('automation', night.itemId, signal);
  expect(summary).toMatchObject({ outcome: 'failed_conditions', trigger: 'state of input_select.house_mode', lastStep: 'condition/0' });
  const run = await insight.run(summary ?? { ...night, runId: '' }, signal);
  expect(run.steps.map(({ path }) => path)).toEqual(['trigger/0', 'condition/0']);
  expect(run.body).toMatchObject({ alias: 'Broken night lock' });
  expect(run.finishedAt).toBeGreaterThan(run.startedAt);
});

test('a run that was forgotten is an error that says so', async () => {
  await expect(connect().insight.run({ ...night, runId: 'gone' }, signal)).rejects.toMatchObject({ fields: { code: 'not_found' } });
});

test('what the lists hide: the run is told of without its trigger, and shown no further', async () => {
  const { insight } = connect({ deny: 'input_select' });
  const [summary] = await insight.runs('automation', night.itemId, signal);
  expect(summary).toMatchObject({ outcome: 'failed_conditions' });
  expect(summary).not.toHaveProperty('trigger');
  const refusal = { fields: { code: 'permission_denied' } };
  await expect(insight.run(summary ?? { ...night, runId: '' }, signal)).rejects.toMatchObject(refusal);
  await expect(insight.runningBody('automation.broken_night_lock', signal)).rejects.toMatchObject(refusal);
});

test('who called a run is told only where that is not hidden itself', async () => {
  const { traces } = simulator.home;
  const parent = traces.find((trace) => trace['item_id'] === night.itemId);
  const parentId = (parent?.['context'] as { id: string } | undefined)?.id ?? '';
  const called = { run_id: 'called', domain: 'script', item_id: 'good_night', trigger: null, trace: {}, config: {} };
  traces.push({ ...parent, ...called, context: { id: 'called', parent_id: parentId, user_id: null } });
  try {
    const callerFor = async (deny?: string) =>
      (await connect(deny === undefined ? {} : { deny }).insight.run({ domain: 'script', itemId: 'good_night', runId: 'called' }, signal))
        .calledBy;
    expect(await callerFor()).toBe(`automation.${night.itemId}`);
    expect(await callerFor('light.bed_light')).toBe(`automation.${night.itemId}`);
    expect(await callerFor('automation.broken_night_lock')).toBeUndefined();
  } finally {
    traces.pop();
  }
});

test('an automation that is hidden itself has no runs', async () => {
  const { insight } = connect({ deny: 'automation' });
  expect(await insight.runs('automation', undefined, signal)).toEqual([]);
  await expect(insight.runningBody('automation.broken_night_lock', signal)).rejects.toMatchObject({ fields: { code: 'not_found' } });
});

test.each([
  ['a hidden entity', { condition: 'state', entity_id: 'lock.front_door', state: 'locked' }],
  ['a template, which may read anything', '{{ states | list | count > 3 }}'],
  ['a device, whose state nobody named', { condition: 'device', device_id: 'd1', domain: 'lock', type: 'is_locked' }],
  ['an area', { condition: 'lock.is_locked', target: { area_id: 'hall' } }],
  ['a device as target', { condition: 'lock.is_locked', target: { device_id: ['d1'] } }],
  ['a label deep inside', { condition: 'and', conditions: [{ not: [{ condition: 'lock.is_locked', target: { label_id: 'doors' } }] }] }],
  ['a floor', { or: [{ condition: 'lock.is_locked', target: { floor_id: 'ground' } }] }],
  ['all', { condition: 'state', entity_id: 'all', state: 'on' }],
])('with lists in force a condition on %s is not evaluated', async (_what, condition) => {
  const before = simulator.requests.length;
  await expect(connect({ deny: 'lock' }).insight.testCondition(condition, signal)).rejects.toMatchObject({
    fields: { code: 'permission_denied' },
  });
  expect(simulator.requests.slice(before).map(({ what }) => what)).not.toContain('test_condition');
});

test('conditions are evaluated by Home Assistant', async () => {
  const { insight } = connect();
  const mode = (state: string) => insight.testCondition({ condition: 'state', entity_id: 'input_select.house_mode', state }, signal);
  expect(await mode('Home')).toBe(true);
  expect(await mode('Night')).toBe(false);
  await expect(insight.testCondition({ condition: 'nope' }, signal)).rejects.toMatchObject({ fields: { code: 'invalid_input' } });
});

test('log lines that name a hidden entity are left out', async () => {
  simulator.home.warn('homeassistant.components.lock', 'lock.back_door does not answer');
  const texts = async (deny?: string) => JSON.stringify(await connect(deny === undefined ? {} : { deny }).insight.logs(signal));
  expect(await texts()).toContain('lock.back_door');
  expect(await texts('lock.back_door')).not.toContain('back_door');
  expect(await texts('lock.back_door')).toContain('broken_cloud');
});

test('an integration all of whose entities are hidden is not told of', async () => {
  const domains = async (deny?: string) =>
    (await connect(deny === undefined ? {} : { deny }).insight.integrations(signal)).map(({ domain }) => domain);
  expect(await domains()).toContain('somfy');
  expect(await domains('cover')).not.toContain('somfy');
});

test('an ordinary user is refused as such', async () => {
  const { insight } = connect({ token: simulator.guestToken });
  await expect(insight.runs('automation', undefined, signal)).rejects.toMatchObject({ fields: { code: 'permission_denied' } });
  await expect(insight.logs(signal)).rejects.toMatchObject({ fields: { code: 'permission_denied' } });
});

test('check of the configuration, recorder, health', async () => {
  const { insight } = connect();
  expect(await insight.checkConfig(signal)).toEqual({ valid: true });
  expect(await insight.recorder(signal)).toMatchObject({ recording: true, running: true });
  expect(await insight.health(signal)).toContainEqual({ domain: 'recorder', key: 'estimated_db_size', value: '12.40 MiB', failed: false });
});
