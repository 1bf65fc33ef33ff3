import { defineTool, refuse, type ToolContext, type ToolError, watchMs } from '@switchyard-mcp/core';
import * as z from 'zod';
import { entityMeant } from '../domain/entity-refs.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { watchedOf, watchState } from '../domain/watch-state.ts';
import { stateWords } from '../format/state-words.ts';

const input = z.object({
  id: z.string().min(1).max(200).optional().describe('Entity to watch'),
  to: z.array(z.string().max(100)).min(1).max(10).optional().describe('States to wait for; any change when left out'),
  attribute: z.string().min(1).max(100).optional().describe('Watch this instead of the state'),
  above: z.number().optional(),
  below: z.number().optional(),
  for_s: z.number().min(0).max(86_400).optional().describe('It must have held this long'),
  event: z.string().min(1).max(100).optional().describe('Event type to wait for, instead of id'),
  match: z.record(z.string(), z.unknown()).optional().describe('Values its data must have'),
  timeout_s: z.number().min(0).max(45).default(30),
});

const output = z.lazy(() =>
  z.union([
    z.strictObject({
      met: z.boolean(),
      was: z.literal('already').optional(),
      waited_s: z.number().optional(),
      id: z.string(),
      state: z.string(),
      attributes: z.record(z.string(), z.json()).optional(),
    }),
    z.strictObject({
      met: z.boolean(),
      event: z.string(),
      waited_s: z.number(),
      data: z.json().optional(),
      cut: z.string().optional(),
      note: z.string().optional(),
    }),
  ]),
);

type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

const longestEvent = 4000;

const wrong = (what: string, path: string, expected: string): ToolError =>
  refuse('invalid_input', what, { issues: [{ path, got: path === 'id' ? 'nothing' : 'given', expected }] });

const waitForState = async (args: Args, id: string, context: Context): Promise<Record<string, unknown>> => {
  const { operations, signal } = context;
  const entity = await entityMeant(operations, id, signal);
  const before = operations.stateOf(entity.entityId) ?? entity.state;
  const startedAt = operations.clock.monotonic();
  const timeoutMs = watchMs(context, args.timeout_s * 1000);
  const { met, atOnce } = await watchState(entity.entityId, args, { operations, signal, before, timeoutMs });
  const state = operations.stateOf(entity.entityId) ?? before;
  const attribute = args.attribute === undefined ? {} : { attributes: { [args.attribute]: watchedOf(args, state) ?? null } };
  const waited = { waited_s: Math.round((operations.clock.monotonic() - startedAt) / 100) / 10 };
  return {
    met,
    ...(atOnce ? { was: 'already' } : waited),
    id: entity.entityId,
    state: stateWords(state, operations.clock.now()),
    ...attribute,
  };
};

const waitForEvent = async (args: Args, event: string, { operations, signal, remainingMs }: Context): Promise<Record<string, unknown>> => {
  const startedAt = operations.clock.monotonic();
  const timeoutMs = watchMs({ remainingMs }, args.timeout_s * 1000);
  let gap = false;
  const onGap = (): void => {
    gap = true;
  };
  const data = await operations.waitForEvent(event, args.match ?? {}, { timeoutMs, signal, onGap });
  const waited = { event, waited_s: Math.round((operations.clock.monotonic() - startedAt) / 100) / 10 };
  if (data === undefined)
    return { met: false, ...waited, ...(gap ? { note: 'the connection was lost for a while; an event in between was not seen' } : {}) };
  const text = JSON.stringify(data);
  return {
    met: true,
    ...waited,
    ...(text.length <= longestEvent ? { data } : { data: text.slice(0, longestEvent), cut: `${text.length} characters in all` }),
  };
};

export const waitTool = defineTool<HomeOperations>()({
  name: 'ha_wait',
  title: 'Wait for something',
  description:
    'Waits until an entity has a state or value, or an event comes, and returns met true or false. Use it for slow things (covers, washing done); ha_control already waits for its own results.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output,
  handler: async (args, context) => {
    if (args.id !== undefined && args.event !== undefined) throw wrong('One wait is for one thing', 'event', 'either id or event');
    if (args.event !== undefined) return { data: await waitForEvent(args, args.event, context) };
    if (args.id === undefined) throw wrong('Nothing to wait for was named', 'id', 'an entity (id) or an event type (event)');
    return { data: await waitForState(args, args.id, context) };
  },
});
