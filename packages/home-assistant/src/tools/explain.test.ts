import { ToolError } from '@switchyard-mcp/core';
import { tokensOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeContext, fakeHome, quietInsight, stateNow } from '../../test/doubles/fake-home.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { InsightOperations, Run } from '../domain/insight-operations.ts';
import { explainTool } from './explain.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('an automation that was stopped, its run, and one that never ran', async () => {
    expect(await replies.reply('ha_explain', { id: 'automation.broken_night_lock' })).toMatchSnapshot();
    expect(await replies.reply('ha_explain', { id: 'automation.broken_night_lock', run: '29924f' })).toMatchSnapshot();
    expect(await replies.reply('ha_explain', { id: 'automation.evening_lights_at_sunset' })).toMatchSnapshot();
  });
  test('another entity, and one that gives no state', async () => {
    expect(await replies.reply('ha_explain', { id: 'light.kitchen_lights' })).toMatchSnapshot();
    expect(await replies.reply('ha_explain', { id: 'light.cellar_light' })).toMatchSnapshot();
  });
  test('what is not there', async () => {
    expect(await replies.reply('ha_explain', { id: 'light.kitchn' })).toMatchSnapshot();
  });
});

const nowMs = Date.now();
const body = {
  alias: 'Night lock',
  triggers: [{ trigger: 'state', entity_id: 'input_select.mode', to: 'Night' }],
  conditions: [
    { condition: 'numeric_state', entity_id: 'sensor.warm', above: 22 },
    { condition: 'template', value_template: "{{ states('sensor.warm') > 20 }}" },
  ],
  actions: [{ action: 'lock.lokc', target: { entity_id: 'lock.front_dor' } }],
};
const stopped: Run = {
  domain: 'automation',
  itemId: '17',
  runId: 'a1b2c3d4',
  startedAt: nowMs - 120_000,
  finishedAt: nowMs - 120_000,
  outcome: 'failed_conditions',
  trigger: 'state of input_select.mode',
  lastStep: 'condition/0/entity_id/0',
  steps: [
    { path: 'trigger/0', at: 0 },
    { path: 'condition/0', at: 0, result: { result: false } },
    { path: 'condition/0/entity_id/0', at: 0, result: { result: false, state: 21.5, wanted_state_above: 22 } },
  ],
  body,
};
const finished: Run = {
  ...stopped,
  runId: 'ffff0000',
  outcome: 'finished',
  lastStep: 'trigger/0',
  startedAt: nowMs - 60_000,
  steps: stopped.steps.slice(0, 1),
};

const ask = async (args: Record<string, unknown>, insight: Partial<InsightOperations>, state = 'on'): Promise<Record<string, unknown>> => {
  const things = [
    { name: 'Night lock', state: stateNow('automation.night_lock', state, { id: '17', mode: 'single', current: 0, last_triggered: null }) },
    { name: 'Sun', state: stateNow('sun.sun', 'above_horizon', { next_setting: new Date(nowMs + 3_600_000).toISOString() }) },
    { name: 'Mode', state: stateNow('input_select.mode', 'Home', { options: ['Home', 'Night'] }) },
    { name: 'Warm', state: stateNow('sensor.warm', '21.5') },
    { name: 'Just now', state: stateNow('binary_sensor.just_now', 'on', {}, Date.now()) },
    { name: 'Front door', state: stateNow('lock.front_door', 'locked', {}, nowMs - 60_000) },
  ];
  const operations = fakeHome(things, {
    services: async () => [{ domain: 'lock', service: 'lock', fields: [], response: 'none' }],
    renderTemplate: async () => {
      throw new ToolError({ code: 'invalid_input', what: 'no', why: "TypeError: '>' not supported between instances of 'str' and 'int'" });
    },
    insight: {
      ...quietInsight,
      runningBody: async () => body,
      testCondition: async () => false,
      runs: async () => [stopped],
      run: async ({ runId }) => (runId === finished.runId ? finished : stopped),
      ...insight,
    },
  });
  return (await explainTool.handler(explainTool.input.parse(args), fakeContext(operations))).data;
};

test('a run that a condition stopped: the value that decided, what is so now, and what is wrong in the body', async () => {
  const reply = await ask({ id: 'automation.night_lock' }, {});
  expect(reply['answer']).toBe(
    'Started 2m ago by state of input_select.mode, stopped by a condition: condition/0 numeric_state sensor.warm above 22 → false, is 21.5. ' +
      'Now 2 conditions stop it: condition/0 numeric_state sensor.warm above 22 → false, is 21.5.',
  );
  expect(reply['triggers']).toEqual(['trigger/0 state input_select.mode to Night → is Home for 1m']);
  expect(reply['problems']).toEqual([
    ['broken /actions/0/action', 'action lock.lokc does not exist; near: lock.lock'],
    ['broken /actions/0/target/entity_id', 'lock.front_dor does not exist; near: lock.front_door'],
    ['wrong type /conditions/1/value_template', expect.stringContaining("'21.5' > 20 compares text with a number")],
  ]);
  expect(tokensOf(reply)).toBeLessThanOrEqual(500);
});

test('a run that went well is told, and nothing is evaluated for it', async () => {
  const testCondition = async (): Promise<boolean> => Promise.reject(new Error('not asked for'));
  const reply = await ask({ id: 'automation.night_lock' }, { runs: async () => [finished, stopped], testCondition });
  expect(reply['answer']).toBe('Started 1m ago by state of input_select.mode, finished.');
  expect(reply).not.toHaveProperty('conditions_now');
  expect((reply['runs'] as { rows: unknown[] }).rows).toHaveLength(2);
  const other = await ask({ id: 'automation.night_lock', run: 'a1b2' }, { runs: async () => [finished, stopped], testCondition });
  expect(other['steps']).toContain('condition/0 numeric_state sensor.warm above 22 → false, is 21.5');
});

test('never triggered, switched off, refused by Core: each is said', async () => {
  const none = { runs: async () => [] };
  expect((await ask({ id: 'automation.night_lock' }, none))['answer']).toMatch(/^It was never triggered, as far as/);
  expect((await ask({ id: 'automation.night_lock' }, none, 'off'))['answer']).toMatch(/^It cannot run: switched off 1m ago\./);
  const log = { logger: 'homeassistant.components.automation', level: 'ERROR', count: 1, firstAt: 0, lastAt: 0 };
  const messages = ["Automation with alias 'Night lock' could not be validated: bad trigger", "Automation with alias 'Other' could not"];
  const gone = await ask({ id: 'automation.night_lock' }, { ...none, logs: async () => [{ ...log, messages }] }, 'unavailable');
  expect(gone['answer']).toMatch(/^It cannot run: Home Assistant could not set it up/);
  expect(gone['problems']).toContainEqual(['log', "Automation with alias 'Night lock' could not be validated: bad trigger"]);
});

test('what a user may not see is said to be unseen, never to be absent', async () => {
  const refused = async (): Promise<never> => {
    throw new ToolError({ code: 'permission_denied', what: 'no', why: 'Unauthorized' });
  };
  const reply = await ask({ id: 'automation.night_lock' }, { runs: refused, logs: refused, runningBody: refused });
  expect(reply['problems']).toEqual([
    ['body unread', 'Unauthorized'],
    ['not looked at', 'runs: Unauthorized'],
    ['not looked at', 'log: Unauthorized'],
  ]);
  expect(reply['answer']).toBe('Its runs may not be seen.');
});

test('an unknown run is an error that names the ones there are', async () => {
  await expect(ask({ id: 'automation.night_lock', run: 'nope' }, {})).rejects.toMatchObject({
    fields: { code: 'not_found', didYouMean: ['a1b2c3'] },
  });
  await expect(ask({ id: 'automation.nigth_lock' }, {})).rejects.toThrow('does not exist');
});

test('triggers of sun and time tell when they are due, and since when it listens', async () => {
  const timed = {
    ...body,
    triggers: [
      { trigger: 'sun', event: 'sunset' },
      { trigger: 'time', at: '18:00' },
    ],
    conditions: [],
  };
  const reply = await ask({ id: 'automation.night_lock' }, { runs: async () => [], runningBody: async () => timed });
  const moment = String.raw`\d{4}-\d\d-\d\dT`;
  expect(reply['on_since']).toMatch(new RegExp(`^${moment}`));
  expect((reply['triggers'] as string[])[0]).toMatch(
    new RegExp(`sun sunset → next ${moment}.*, last about ${moment}.*, before it was on$`),
  );
  expect((reply['triggers'] as string[])[1]).toMatch(new RegExp(`time 18:00 → next ${moment}18:00, last ${moment}18:00`));
});

test('who changed an entity, with the automation to ask next', async () => {
  const changes: InsightOperations['changes'] = async () => [
    { at: nowMs - 3_600_000, state: 'unlocked', userName: 'Ada', service: 'lock.unlock' },
    { at: nowMs - 60_000, state: 'locked', causeId: 'automation.night_lock', source: 'state of input_select.mode' },
  ];
  const reply = await ask({ id: 'lock.front_door' }, { changes });
  expect(reply['answer']).toBe('It has been locked for 1m. Last change by automation.night_lock (state of input_select.mode).');
  expect((reply['changes'] as { rows: unknown[][] }).rows.map((row) => row.slice(1))).toEqual([
    ['locked', 'automation.night_lock (state of input_select.mode)'],
    ['unlocked', 'Ada with lock.unlock'],
  ]);
  expect(reply['next']).toBe('ha_explain id="automation.night_lock"');
});

test('a change that the recorder has not written yet, or never will, is not laid on the one before', async () => {
  const changes: InsightOperations['changes'] = async () => [{ at: nowMs - 3_600_000, state: 'unlocked', userName: 'Ada' }];
  expect((await ask({ id: 'binary_sensor.just_now' }, { changes }))['answer']).toMatch(
    /not in the logbook: not yet.*The one before: by Ada\.$/,
  );
  expect((await ask({ id: 'lock.front_door' }, { changes }))['answer']).toMatch(
    /not in the logbook: Home Assistant started then.*The one before: by Ada\.$/,
  );
});
