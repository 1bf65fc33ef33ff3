import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';

/**
 * A program may load core twice: once for itself, and once more for a server whose range another version fits. Copy A serves; the Home
 * Assistant server and everything below it come from copy B. Both work together through the runtime that A made.
 */
const load = async () => {
  const a = await import('@switchyard-mcp/core');
  vi.resetModules();
  const b = await import('@switchyard-mcp/core');
  const { homeAssistantServer } = await import('../src/server.ts');
  return { a, b, server: homeAssistantServer };
};
type Loaded = Awaited<ReturnType<typeof load>>;
type Operations = ReturnType<Loaded['server']['connect']>;

let loaded: Loaded;
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
let operations: Operations;
beforeAll(async () => {
  loaded = await load();
  simulator = await startHomeAssistantSimulator();
});
afterAll(async () => {
  await operations.close();
  await simulator.close();
});

const signal = AbortSignal.timeout(30_000);
const unset = { caFile: undefined, insecureTls: undefined, allow: undefined, deny: undefined, security: 'ask', raw: undefined } as const;
const turnOn = { domain: 'light', service: 'turn_on', entityIds: ['light.kitchen_lights'], data: {}, returnResponse: false };

const serve = () => {
  const { a, b, server } = loaded;
  const runtime = a.createRuntime({ level: 'admin', command: 'home' });
  operations = server.connect({ ...unset, url: simulator.url, token: simulator.token }, runtime);
  const common = {
    toolset: 'home',
    level: 'read',
    confirm: 'never',
    idempotent: true,
    input: z.object({}),
    output: z.looseObject({}),
  } as const;
  const texts = { title: 'T', description: 'T.' };
  const leak = b.defineTool<Operations>()({
    ...common,
    ...texts,
    name: 't_leak',
    effect: 'read',
    handler: async () => ({ data: { token: `it is ${simulator.token}` } }),
  });
  const write = b.defineTool<Operations>()({
    ...common,
    ...texts,
    name: 't_write',
    effect: 'change',
    handler: async (_args, { operations: home }) => {
      await home.callService(turnOn, { signal, timeoutMs: 5_000 });
      throw new b.ToolError({ code: 'not_found', what: 'What comes after the write fails.', sideEffects: 'none' });
    },
  });
  const caller = a.createToolCaller<Operations>({
    tools: [...server.tools, leak, write],
    levels: server.levels,
    level: 'admin',
    operations: () => operations,
    principal: 'local',
    runtime,
  });
  return { runtime, call: (name: string, args: Record<string, unknown> = {}) => caller.call(name, args, { signal, canAsk: false }) };
};

test('the copies are two, and share nothing but the runtime', async () => {
  const { a, b } = loaded;
  expect(a.ToolError).not.toBe(b.ToolError);
  const { runtime, call } = serve();

  // An approval that A gives is accepted below B's tools; one of B's own making is not.
  const unlock = { action: 'unlock', targets: ['lock.front_door'] };
  const preview = await call('ha_control', unlock);
  const token = preview.kind === 'reply' ? preview.data['confirm'] : undefined;
  expect(token).toEqual(expect.any(String));
  expect(await call('ha_control', { ...unlock, confirm: token })).toMatchObject({ kind: 'reply' });
  expect(runtime.approvals.accepts(b.createRuntime().approvals.approve('token'))).toBe(false);

  // A secret that B's client kept is hidden by A.
  expect(await call('t_leak')).toMatchObject({ kind: 'reply', data: { token: 'it is [redacted]' } });

  // A write that went out through B's client is known to A: the failure after it cannot claim that nothing was changed.
  expect(await call('t_write')).toMatchObject({ kind: 'error', structured: { error: { code: 'not_found', sideEffects: 'unknown' } } });
});

test('an error that B proved to have changed nothing is believed by A', () => {
  const { a, b } = loaded;
  const failed = new b.ToolError({ code: 'upstream_error', what: 'It failed.', sideEffects: 'unknown' });
  expect(a.isToolError(failed)).toBe(true);
  expect(a.isProvenUnchanged(b.provenUnchanged(failed))).toBe(true);
  expect(a.isProvenUnchanged(failed)).toBe(false);
});
