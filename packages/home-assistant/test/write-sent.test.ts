import { createToolCaller, defineTool, ToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { HomeOperations } from '../src/domain/operations.ts';
import { type InProcess, startInProcess } from './in-process.ts';

/** Whatever way a write takes through the client, a failure after it cannot say that nothing was changed. */
let home: InProcess;
beforeAll(async () => {
  home = await startInProcess();
});
afterAll(() => home.close());

const signal = new AbortController().signal;
type Act = (operations: HomeOperations) => Promise<unknown>;

const sideEffectsAfter = async (act: Act): Promise<string | undefined> => {
  const tool = defineTool<HomeOperations>()({
    name: 't_write',
    title: 'T',
    description: 'T.',
    toolset: 'basic',
    level: 'admin',
    effect: 'change',
    confirm: 'never',
    idempotent: false,
    input: z.object({}),
    output: z.looseObject({}),
    handler: async (_args, { operations }) => {
      await act(operations).catch((error: unknown) => expect(error).toBeInstanceOf(ToolError));
      throw new ToolError({ code: 'upstream_unavailable', what: 'The home went away.', sideEffects: 'none' });
    },
  });
  const caller = createToolCaller({
    tools: [tool],
    levels: ['admin'],
    level: 'admin',
    operations: () => home.operations,
    principal: 'test',
    runtime: home.runtime,
  });
  const outcome = await caller.call('t_write', {}, { signal, canAsk: false });
  return outcome.kind === 'error' ? outcome.structured.error.sideEffects : outcome.kind;
};

const turnOn = (service: string): Act => {
  const call = { domain: 'light', service, entityIds: ['light.kitchen_lights'], data: {}, returnResponse: false };
  return (operations) => operations.callService(call, { signal, timeoutMs: 60_000 });
};

test.each<readonly [string, Act, string]>([
  ['a service call', turnOn('turn_on'), 'unknown'],
  ['a service that was refused', turnOn('no_such_service'), 'none'],
  ['a state', (operations) => operations.setState({ entityId: 'sensor.mine', state: '5', attributes: undefined }, { signal }), 'unknown'],
  [
    'a state that was refused',
    (operations) => operations.setState({ entityId: 'not an id', state: '5', attributes: undefined }, { signal }),
    'none',
  ],
  ['a read', (operations) => operations.calendarEvents('calendar.family', { startMs: 0, endMs: 1 }, signal), 'none'],
])('%s', async (_case, act, sideEffects) => {
  expect(await sideEffectsAfter(act)).toBe(sideEffects);
});
