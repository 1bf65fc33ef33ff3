import { expect, test } from 'vitest';
import * as z from 'zod';
import { ToolError } from '../errors/tool-error.ts';
import { createRuntime } from '../runtime/runtime.ts';
import { switchedOnIn } from '../server/switched-on.ts';
import { createToolCaller, type ToolCallerOptions } from './call-tool.ts';
import { defineTool } from './define-tool.ts';

/** Long and with letters: four digits are in some time or id of the audit log now and then. */
const pin = 'canary-pin-7f3a91c2';

const safe = defineTool<string[]>()({
  name: 'box_put',
  title: 'Put',
  description: 'Puts something into the box, which has a lock.',
  toolset: 'box',
  level: 'write',
  effect: 'change',
  confirm: 'never',
  idempotent: true,
  setting: 'open',
  input: z.object({ what: z.string(), pin: z.string() }),
  output: z.looseObject({}),
  trailOf: ({ pin: _pin, ...args }) => args,
  handler: async ({ what }, { operations }) => {
    operations.push(what);
    return { data: { put: what } };
  },
});

const setup = (settings: Record<string, unknown>, more: Partial<ToolCallerOptions<string[]>> = {}) => {
  const [box, trail]: [string[], unknown[]] = [[], []];
  const caller = createToolCaller<string[]>({
    tools: [safe],
    levels: ['read', 'write'],
    level: 'write',
    switchedOn: switchedOnIn(settings),
    operations: () => box,
    audit: { file: 'memory', append: (entry) => void trail.push(entry), close: () => undefined },
    principal: 'tester',
    runtime: createRuntime(),
    ...more,
  });
  const put = () => caller.call('box_put', { what: 'letter', pin }, { signal: new AbortController().signal, canAsk: false });
  return { caller, put, box, trail };
};

test.each([[{}], [{ open: false }], [{ open: undefined }], [{ open: 'yes' }]])(
  'a tool whose setting is %o is not offered and does nothing',
  async (settings) => {
    const { caller, put, box, trail } = setup(settings);
    expect(caller.list()).toEqual([]);
    const outcome = await put();
    expect(outcome.kind === 'error' && outcome.text).toMatch(/box_put is switched off\. Nothing was changed\..*setting "open"/s);
    expect([box, trail]).toEqual([[], []]);
  },
);

test('switched on it works, and the trail keeps only what the tool lets it', async () => {
  const { caller, put, box, trail } = setup({ open: true });
  expect(caller.list().map(({ name }) => name)).toEqual(['box_put']);
  expect((await put()).kind).toBe('reply');
  expect(box).toEqual(['letter']);
  expect(trail[0]).toMatchObject({ phase: 'intent', args: { what: 'letter' } });
  expect(JSON.stringify(trail)).not.toContain(pin);
});

test.each([
  [{ readOnly: true }, 'can start it without read-only, at level write or above.'],
  [{ readOnly: false }, 'can start it with --level write.'],
])('what the level hides is answered with what would help: %o', async (startedWith, advice) => {
  const outcome = await setup({ open: true }, { level: 'read', startedWith }).put();
  expect(outcome.kind === 'error' && outcome.text).toContain(advice);
});

test('a refused secret of the environment is to be mended there: a login would change nothing', async () => {
  const refuse = (): never => {
    throw new ToolError({ code: 'auth_failed', what: 'The token was refused.', next: ['Run login again.'] });
  };
  const given = await setup({ open: true }, { operations: refuse, startedWith: { secretVariables: ['BOX_TOKEN'] } }).put();
  expect(given.kind === 'error' && given.text).toMatch(/Next: Correct or remove BOX_TOKEN in the environment.* Or: Run login again\.$/s);
  const stored = await setup({ open: true }, { operations: refuse, startedWith: { secretVariables: [] } }).put();
  expect(stored.kind === 'error' && stored.text).toMatch(/Next: Run login again\.$/);
});
