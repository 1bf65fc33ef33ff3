import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createRuntime, type HostRuntime } from '../runtime/runtime.ts';
import { openAuditLog, verifyAuditLog } from '../security/audit-log.ts';
import { systemClock } from '../time/clock.ts';
import type { CallRequest } from './call-outcome.ts';
import { createToolCaller } from './call-tool.ts';
import { type AnyTool, defineTool } from './define-tool.ts';

interface Door {
  state: string;
  opened: number;
  runtime: HostRuntime;
}
const shared = { toolset: 'doors', output: z.looseObject({}), idempotent: true } as const;
const look = defineTool<Door>()({
  ...shared,
  name: 'door_look',
  title: 'Look',
  description: 'Returns the state of the door.',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  input: z.object({ size: z.int().optional(), kinds: z.array(z.enum(['front', 'back'])).optional() }),
  handler: async (args, { operations }) => ({ data: { state: operations.state, ...args } }),
});
const open = defineTool<Door>()({
  ...shared,
  name: 'door_open',
  title: 'Open',
  description: 'Opens the door.',
  level: 'control',
  effect: 'change',
  confirm: 'depends',
  input: z.object({ who: z.string() }),
  handler: async (args, { operations, confirm }) => {
    const approval = await confirm({ summary: 'Open the door', will: [['open', 'door', operations.state]], state: operations.state });
    expect(operations.runtime.approvals.accepts(approval)).toBe(true);
    operations.opened += 1;
    return { data: { opened: args.who } };
  },
});
const paint = defineTool<Door>()({
  ...shared,
  name: 'door_paint',
  title: 'Paint',
  description: 'Paints the door.',
  level: 'control',
  effect: 'change',
  confirm: 'never',
  input: z.object({ colour: z.string() }),
  handler: async ({ colour }, { operations }) => {
    operations.opened += 1;
    if (colour === 'crash') throw new Error('password=hunter2-secret');
    if (colour === 'slow') await new Promise(() => undefined);
    return { data: { colour, rows: Array.from({ length: colour === 'many' ? 5000 : 1 }, (_, i) => [i, 'row \u202Etext']) } };
  },
});

let door: Door;
let clock: number;
beforeEach(() => {
  clock = 0;
  const time = { ...systemClock, now: () => clock };
  door = { state: 'closed', opened: 0, runtime: createRuntime({ clock: time }) };
});
const call: CallRequest = { signal: new AbortController().signal, canAsk: false };
const asking: CallRequest = { ...call, canAsk: true };

const caller = (options: { level?: string; folder?: string; deadlineMs?: number } = {}) =>
  createToolCaller<Door>({
    tools: [look, open, paint] as readonly AnyTool<Door>[],
    levels: ['read', 'control'],
    level: options.level ?? 'control',
    operations: () => door,
    audit: options.folder ? openAuditLog(options.folder) : undefined,
    deadlineMs: options.deadlineMs,
    principal: 'tester',
    runtime: door.runtime,
  });
type Outcome = Awaited<ReturnType<ReturnType<typeof caller>['call']>>;
const errorOf = (outcome: Outcome) => (outcome.kind === 'error' ? outcome.structured.error : undefined);
const dataOf = (outcome: Outcome): Record<string, unknown> => (outcome.kind === 'reply' ? outcome.data : {});

describe('gate and arguments', () => {
  test('a tool above the level is neither listed nor run', async () => {
    const reader = caller({ level: 'read' });
    expect(reader.list().map(({ name }) => name)).toEqual(['door_look']);
    expect(errorOf(await reader.call('door_paint', { colour: 'red' }, call))?.code).toBe('permission_denied');
    expect(door.opened).toBe(0);
  });
  test('an unknown tool names the near ones', async () => {
    expect(errorOf(await caller().call('door_lok', {}, call))?.didYouMean).toEqual(['door_look']);
  });
  test('every bad argument is named, with what was expected', async () => {
    const outcome = await caller().call('door_look', { size: 'big', kinds: ['side'], knds: 1 }, call);
    expect(errorOf(outcome)?.issues?.map(({ path }) => path)).toEqual(['size', 'kinds.0', 'knds']);
    expect(outcome.kind === 'error' && outcome.text).toMatch(/one of front, back.*\n?.*kinds\?/s);
  });
  test('lists and numbers sent as text, and null for "not set", are understood', async () => {
    expect(dataOf(await caller().call('door_look', { size: '3', kinds: '["front"]' }, call))).toMatchObject({ size: 3, kinds: ['front'] });
    expect(dataOf(await caller().call('door_look', { size: null }, call))).toEqual({ state: 'closed' });
  });
});

describe('consent', () => {
  const preview = async (tools: ReturnType<typeof caller>): Promise<string> =>
    String(dataOf(await tools.call('door_open', { who: 'me' }, call))['confirm']);

  test('a client that cannot ask gets a preview, and its token works once', async () => {
    const tools = caller();
    const confirm = await preview(tools);
    expect(door.opened).toBe(0);
    expect(dataOf(await tools.call('door_open', { who: 'me', confirm }, call))).toEqual({ opened: 'me' });
    expect(errorOf(await tools.call('door_open', { who: 'me', confirm }, call))?.code).toBe('confirmation_required');
    expect(door.opened).toBe(1);
  });
  test.each([
    ['other arguments', () => undefined, 'you'],
    ['a changed target', () => void (door.state = 'ajar'), 'me'],
    ['121 seconds', () => void (clock = 121_000), 'me'],
  ])('a token is refused after %s', async (_what, meanwhile, who) => {
    const tools = caller();
    const confirm = await preview(tools);
    meanwhile();
    expect(errorOf(await tools.call('door_open', { who, confirm }, call))?.code).toBe('confirmation_required');
    expect(door.opened).toBe(0);
  });
  test('a made-up token is refused', async () => {
    expect(errorOf(await caller().call('door_open', { who: 'me', confirm: 'abc.def' }, call))?.code).toBe('confirmation_required');
  });
  test('a person is asked; no means no, a changed target is asked about again, yes acts', async () => {
    const tools = caller();
    const ask = async () => {
      const outcome = await tools.call('door_open', { who: 'me' }, asking);
      if (outcome.kind !== 'ask') throw new Error('was not asked');
      return outcome.askedState;
    };
    expect(errorOf(await tools.call('door_open', { who: 'me' }, { ...asking, answer: 'decline', askedState: await ask() }))?.code).toBe(
      'confirmation_declined',
    );
    const before = await ask();
    door.state = 'ajar';
    expect((await tools.call('door_open', { who: 'me' }, { ...asking, answer: 'accept', askedState: before })).kind).toBe('ask');
    expect((await tools.call('door_open', { who: 'me' }, { ...asking, answer: 'accept' })).kind).toBe('ask');
    expect(door.opened).toBe(0);
    expect((await tools.call('door_open', { who: 'me' }, { ...asking, answer: 'accept', askedState: await ask() })).kind).toBe('reply');
  });
});

describe('what leaves', () => {
  test('an unexpected error keeps its text to itself', async () => {
    const outcome = await caller().call('door_paint', { colour: 'crash' }, call);
    expect(errorOf(outcome)).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
  test('secrets and invisible characters are taken out, keys included', async () => {
    door.runtime.secrets.keep('s3cret-value');
    const outcome = await caller().call('door_paint', { colour: 's3cret-value' }, call);
    expect(JSON.stringify(outcome)).not.toMatch(/s3cret-value|\u202E/);
  });
  test('a reply over the cap loses rows, and says so', async () => {
    const data = dataOf(await caller().call('door_paint', { colour: 'many' }, call));
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThanOrEqual(20 * 1024);
    expect(data['cut']).toMatch(/of these 5000 rows/);
  });
  test('a write that outlasts the deadline is unknown, a cancelled one too', async () => {
    expect(errorOf(await caller({ deadlineMs: 20 }).call('door_paint', { colour: 'slow' }, call))).toMatchObject({
      code: 'timeout',
      sideEffects: 'unknown',
    });
    const abort = new AbortController();
    const running = caller().call('door_paint', { colour: 'slow' }, { ...call, signal: abort.signal });
    // Once it has begun: a call cancelled before that does not run at all.
    await expect.poll(() => door.opened).toBe(2);
    abort.abort();
    expect(errorOf(await running)).toMatchObject({ code: 'cancelled', sideEffects: 'unknown' });
  });
});

describe('repeats and the trail', () => {
  test('one key, one act; other arguments under it are a conflict', async () => {
    const tools = caller();
    const twice = await Promise.all([1, 2].map(() => tools.call('door_paint', { colour: 'red', idempotency_key: 'k' }, call)));
    expect(twice.map(({ kind }) => kind)).toEqual(['reply', 'reply']);
    expect(door.opened).toBe(1);
    expect(errorOf(await tools.call('door_paint', { colour: 'blue', idempotency_key: 'k' }, call))?.code).toBe('conflict');
  });
  test('a write leaves intent and outcome in a private, chained file; a read leaves nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'audit-'));
    const tools = caller({ folder });
    await tools.call('door_look', {}, call);
    expect(readdirSync(folder)).toEqual([]);
    await tools.call('door_paint', { colour: 'red' }, call);
    const file = join(folder, readdirSync(folder)[0] ?? '');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').match(/phase/g)).toHaveLength(2);
    expect(verifyAuditLog(file)).toEqual([]);
  });
  test('a trail that cannot be written stops the write', async () => {
    const broken = openAuditLog(mkdtempSync(join(tmpdir(), 'audit-')));
    const tools = createToolCaller<Door>({
      tools: [paint] as readonly AnyTool<Door>[],
      levels: ['read', 'control'],
      level: 'control',
      operations: () => door,
      audit: {
        ...broken,
        append: () => {
          throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        },
      },
      principal: 'tester',
      runtime: createRuntime(),
    });
    const outcome = await tools.call('door_paint', { colour: 'red' }, call);
    expect(errorOf(outcome)?.why).toContain('ENOSPC');
    expect(door.opened).toBe(0);
  });
});
