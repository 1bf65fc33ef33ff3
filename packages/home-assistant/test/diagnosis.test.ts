import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type ToolContext } from '@switchyard-mcp/core';
import {
  type Finding,
  type HomeAssistantSimulator,
  PLANTED_FAULTS,
  type SimulatorOptions,
  startHomeAssistantSimulator,
} from '@switchyard-mcp/simulator-home-assistant';
import { tokensOf } from '@switchyard-mcp/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createHomeOperations } from '../src/client/home-operations.ts';
import type { HomeOperations } from '../src/domain/operations.ts';
import { diagnoseTool } from '../src/tools/diagnose.ts';

type Row = readonly [section: string, subject: string, detail: string];

let folder: string;
let simulator: HomeAssistantSimulator | undefined;
let operations: HomeOperations | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-diagnosis-'));
});
afterEach(async () => {
  await operations?.close();
  await simulator?.close();
  operations = undefined;
  simulator = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const runtime = createRuntime({ level: 'read', command: 'home-assistant-mcp' });

const contextOf = (home: HomeOperations): ToolContext<HomeOperations> => ({
  operations: home,
  signal: new AbortController().signal,
  remainingMs: () => 45_000,
  progress: () => undefined,
  writes: createRuntime().writes,
  confirm: () => Promise.reject(new Error('a diagnosis asks nothing')),
});

/** Starts a home and gives what a diagnosis of it answers. */
const diagnosed = async (seed: SimulatorOptions['seed'], { token, deny }: { token?: 'guest'; deny?: string } = {}) => {
  simulator = await startHomeAssistantSimulator(seed === undefined ? {} : { seed });
  const key = token === 'guest' ? simulator.guestToken : simulator.token;
  const settings = {
    url: simulator.url,
    token: key,
    caFile: undefined,
    insecureTls: undefined,
    allow: undefined,
    deny,
    security: 'ask' as const,
    raw: undefined,
  };
  operations = createHomeOperations(settings, runtime);
  const context = contextOf(operations);
  return async (args: Record<string, unknown> = {}): Promise<Record<string, unknown>> =>
    (await diagnoseTool.handler(diagnoseTool.input.parse(args), context)).data;
};
type Ask = Awaited<ReturnType<typeof diagnosed>>;

const allRows = async (ask: Ask): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let cursor: unknown;
  for (let page = 0; page < 10; page += 1) {
    const reply = await ask({ limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...(reply['rows'] as Row[]));
    cursor = reply['next'];
    if (cursor === undefined) break;
  }
  return rows;
};
const fits = ([section, subject, detail]: Row, finding: Finding): boolean =>
  section === finding.section && subject === finding.subject && finding.words.test(detail);
const expected = PLANTED_FAULTS.flatMap(({ finds }) => finds);

test('a home without faults has an empty diagnosis, whatever looks wrong in it', async () => {
  const reply = await (await diagnosed('healthy'))();
  expect(reply['rows']).toEqual([]);
  expect(reply).toMatchObject({ total: 0, database_mib: 12.4 });
  expect(reply).not.toHaveProperty('counts');
  expect(reply).not.toHaveProperty('not_checked');
});

test('all planted faults are found and none is invented', async () => {
  expect(PLANTED_FAULTS.length).toBeGreaterThanOrEqual(20);
  const rows = await allRows(await diagnosed('faults'));
  expect(expected.filter((finding) => rows.filter((row) => fits(row, finding)).length !== 1)).toEqual([]);
  expect(rows.filter((row) => !expected.some((finding) => fits(row, finding)))).toEqual([]);
});

test.each(PLANTED_FAULTS.map((fault) => [fault.name, fault] as const))('alone: %s', async (name, { finds }) => {
  const rows = await allRows(await diagnosed({ faults: [name] }));
  expect(rows).toHaveLength(finds.length);
  for (const finding of finds)
    expect(
      rows.some((row) => fits(row, finding)),
      JSON.stringify(rows),
    ).toBe(true);
});

test('the first reply is short: counts, the worst, and the way on; a section gives all of its own', async () => {
  const ask = await diagnosed('faults');
  const reply = await ask();
  expect(tokensOf(reply)).toBeLessThanOrEqual(1500);
  expect(reply).toMatchObject({
    total: expected.length,
    shown: 15,
    next: expect.any(String),
    counts: { references: 8, types: 3, batteries: 2 },
  });
  const batteries = await ask({ section: 'batteries' });
  expect(batteries).toMatchObject({ total: 2 });
  expect(new Set((batteries['rows'] as Row[]).map(([section]) => section))).toEqual(new Set(['batteries']));
});

test('the demo home has its known troubles', async () => {
  const rows = await allRows(await diagnosed('demo'));
  const found = rows.map(([section, subject]) => `${section} ${subject}`);
  expect(found).toContain('integrations integration:broken_cloud');
  expect(found).toContain('references lock.front_dor');
  expect(found).toContain('types automation.broken_night_lock');
});

test('a user who may not see everything is told what was not looked at', async () => {
  const reply = await (await diagnosed('faults', { token: 'guest' }))();
  expect(JSON.stringify(reply['not_checked'])).toMatch(/automations.*administrator/);
  expect(JSON.stringify(reply['not_checked'])).toMatch(/logs.*administrator/);
});

test('with a deny list, nothing hidden is named', async () => {
  const ask = await diagnosed('faults', { deny: 'lock,sensor.loft_climate_sensor_battery,sensor.attic_bridge*,input_select' });
  const rows = JSON.stringify(await allRows(ask));
  expect(rows).not.toMatch(/lock\.front_door|attic_bridge|loft_climate_sensor_battery|input_select/);
  expect(rows).toMatch(/light\.sold_lamp/);
});

/** Automations beside a big home; every hundredth names a lamp that is not there, and its last run failed. */
const addAutomations = (home: HomeAssistantSimulator['home'], count: number): void => {
  const lamps = [...home.states.keys()].filter((id) => id.startsWith('light.'));
  const start = new Date(home.startedAt - 60_000).toISOString();
  for (let index = 0; index < count; index += 1) {
    const bad = index % 100 === 0;
    const [id, entityId, lamp] = [`18${index}`, `automation.number_${index}`, bad ? `light.gone_${index}` : lamps[index % lamps.length]];
    const condition = { condition: 'template', value_template: `{{ is_state('${lamps[0]}', 'on') and now().hour > 5 }}` };
    const step = { action: 'light.turn_on', target: { entity_id: lamp } };
    const actions = [{ choose: [{ conditions: [condition], sequence: [step] }] }, { delay: 5 }];
    home.configs.automation.set(id, {
      id,
      alias: `Number ${index}`,
      triggers: [{ trigger: 'state', entity_id: lamp }],
      conditions: [],
      actions,
    });
    home.registries.addEntity(entityId, 'automation', { unique_id: id });
    home.seed(entityId, 'on', { id, friendly_name: `Number ${index}`, last_triggered: null, mode: 'single', current: 0 });
    for (let run = 0; run < 5; run += 1)
      home.traces.push({
        ...{
          last_step: 'action/0',
          run_id: `${id}${run}`,
          state: 'stopped',
          script_execution: bad ? 'error' : 'finished',
          domain: 'automation',
        },
        ...{ timestamp: { start, finish: start }, item_id: id, trigger: 'state', ...(bad ? { error: 'no such lamp' } : {}) },
      });
  }
};

test('two thousand automations over the wire', async () => {
  const ask = await diagnosed(4_000);
  if (simulator) addAutomations(simulator.home, 2_000);
  const reply = await ask();
  expect(reply['counts']).toMatchObject({ references: 20, automations: 20, devices: 1 });
  expect(tokensOf(reply)).toBeLessThanOrEqual(1500);
  expect(await ask({ section: 'references' })).toMatchObject({ total: 20 });
}, 600_000);
