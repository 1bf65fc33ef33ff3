import { defineTool, type ToolContext, ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { EntityState } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { resolveEntity } from '../domain/resolve-targets.ts';
import { stateWords } from '../format/state-words.ts';

const input = z.object({
  id: z.string().max(200).optional().describe('Entity to watch'),
  to: z.array(z.string().max(100)).max(10).optional().describe('States to wait for; any change when left out'),
  attribute: z.string().max(100).optional().describe('Watch this instead of the state'),
  above: z.number().optional(),
  below: z.number().optional(),
  event: z.string().max(100).optional().describe('Event type to wait for, instead of id'),
  match: z.record(z.string(), z.unknown()).optional().describe('Values its data must have'),
  timeout_s: z.number().min(0).max(45).default(30),
});
type Args = z.output<typeof input>;

/** Left of the deadline for the answer. */
const reserveMs = 2000;

const conditionOf = (args: Args): ((state: EntityState) => boolean) | undefined => {
  const { to, above, below, attribute } = args;
  if (to === undefined && above === undefined && below === undefined) return undefined;
  return (state) => {
    const value = attribute === undefined ? state.state : state.attributes[attribute];
    const number = Number(value);
    if (to !== undefined && !to.includes(String(value))) return false;
    if (above !== undefined && !(value !== '' && number > above)) return false;
    return below === undefined || (value !== '' && number < below);
  };
};

const untilState = (
  entityId: string,
  met: (state: EntityState) => boolean,
  { operations, signal, timeoutMs }: { operations: HomeOperations; signal: AbortSignal; timeoutMs: number },
): Promise<EntityState | undefined> =>
  new Promise((resolve) => {
    const finish = (state?: EntityState): void => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', abort);
      resolve(state);
    };
    const abort = (): void => finish();
    const timer = setTimeout(finish, timeoutMs);
    const stop = operations.onStateChange([entityId], (state) => met(state) && finish(state));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) finish();
  });

const waitForState = async (
  args: Args,
  id: string,
  { operations, signal, remainingMs }: ToolContext<HomeOperations>,
): Promise<Record<string, unknown>> => {
  const entity = resolveEntity(await operations.home(signal), id);
  const condition = conditionOf(args);
  const now = operations.stateOf(entity.entityId);
  if (condition && now && condition(now)) return { met: true, waited: '0s', already: true, state: stateWords(now) };
  const startedAt = performance.now();
  const timeoutMs = Math.min(args.timeout_s * 1000, Math.max(0, remainingMs() - reserveMs));
  const changed = (state: EntityState): boolean => {
    const value = (of: EntityState | undefined): unknown => (args.attribute === undefined ? of?.state : of?.attributes[args.attribute]);
    return value(state) !== value(now);
  };
  const state = await untilState(entity.entityId, condition ?? changed, { operations, signal, timeoutMs });
  const waited = `${((performance.now() - startedAt) / 1000).toFixed(1)}s`;
  return { met: state !== undefined, waited, state: stateWords(state ?? operations.stateOf(entity.entityId)) };
};

export const waitTool = defineTool<HomeOperations>()({
  name: 'ha_wait',
  title: 'Wait for a state or event',
  description:
    'Waits until an entity reaches a state or value, or an event comes, and returns met true or false. Use it for slow things (covers, washing done); ha_control already waits for its own results.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output: z.looseObject({ met: z.boolean() }),
  handler: async (args, context) => {
    if (args.id !== undefined) return { data: await waitForState(args, args.id, context) };
    if (args.event === undefined)
      throw new ToolError({ code: 'invalid_input', what: 'Name an entity (id) or an event type (event) to wait for', sideEffects: 'none' });
    const timeoutMs = Math.min(args.timeout_s * 1000, Math.max(0, context.remainingMs() - reserveMs));
    const event = await context.operations.waitForEvent(args.event, args.match ?? {}, { timeoutMs, signal: context.signal });
    return { data: event === undefined ? { met: false } : { met: true, data: event } };
  },
});
