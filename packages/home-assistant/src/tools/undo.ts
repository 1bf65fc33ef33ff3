import {
  type Approval,
  cursorParam,
  defineTool,
  page,
  pageFields,
  refuse,
  type ToolContext,
  type ToolReply,
  table,
  tableFields,
} from '@switchyard-mcp/core';
import * as z from 'zod';
import { differences } from '../domain/body-diff.ts';
import type { Change } from '../domain/change-journal.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { actsComingBack, changesSince, type UndoPlan } from '../domain/undo-change.ts';
import { objectOf, previewUndo, type Undone, undoMany } from '../domain/undo-many.ts';
import { diffLines } from '../format/diff-lines.ts';
import { minuteTime, spanOf } from '../format/time-words.ts';

const input = z.object({
  mode: z.enum(['list', 'diff', 'restore']).default('list'),
  change: z.string().max(20).optional().describe('e.g. ch-12'),
  since: z.string().max(40).optional().describe('All changes since: 30m, 2h, today, ISO local'),
  cursor: cursorParam,
});

const listColumns = ['change', 'at', 'act', 'object', 'state'] as const;
const diffColumns = ['change', 'act', 'object', 'diff', 'state'] as const;
const restoreColumns = ['change', 'object', 'result', 'undo', 'note'] as const;
const output = z.lazy(() =>
  z.union([
    z.strictObject({ ...pageFields, ...tableFields(listColumns) }),
    z.strictObject({ total: z.number(), shown: z.number().optional(), ...tableFields(diffColumns) }),
    z.strictObject({
      undone: z.number(),
      failed: z.number().optional(),
      left: z.number().optional(),
      next: z.string().optional(),
      ...tableFields(restoreColumns),
    }),
  ]),
);

type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

const pageSize = 25;
const lines = (found: Parameters<typeof diffLines>[0]): readonly string[] => diffLines(found, 4);

const stateOf = ({ state, undoneBy, undoes }: Change): string => {
  if (undoneBy !== undefined) return `undone by ${undoneBy}`;
  if (state === 'open' || state === 'unknown') return 'outcome unknown';
  if (state === 'failed') return 'failed';
  return undoes === undefined ? '' : `undoes ${undoes}`;
};

const startOf = async (since: string, { operations, signal }: Context): Promise<number> =>
  spanOf({ start: since }, operations.clock.now(), (await operations.config(signal)).timeZone).startMs;

/** Newest first. */
const chosen = async (args: Args, context: Context): Promise<readonly Change[]> => {
  const { changes } = context.operations;
  if (args.change !== undefined) {
    const change = await changes.get(args.change);
    // What was done together is undone together.
    return change.group === undefined ? [change] : (await changes.list()).filter(({ group }) => group === change.group);
  }
  if (args.since === undefined)
    throw refuse('invalid_input', 'Say which changes: change or since.', { next: ['ha_undo without arguments lists them.'] });
  return changesSince(await changes.list({ sinceMs: await startOf(args.since, context) }));
};

const list = async (args: Args, context: Context): Promise<ToolReply> => {
  const { operations, signal } = context;
  const sinceMs = args.since === undefined ? undefined : await startOf(args.since, context);
  // What was refused changed nothing, so there is nothing to see or to take back.
  const all = (await operations.changes.list({ sinceMs })).filter(({ state }) => state !== 'failed');
  const { timeZone } = await operations.config(signal);
  const { items, head } = page(all, { cursor: args.cursor, limit: pageSize, query: ['changes', args.since] });
  const rows = items.map((change) => [change.id, minuteTime(change.atMs, timeZone), change.act, objectOf(change), stateOf(change)]);
  return { data: { ...head, ...table(listColumns, rows) } };
};

const diff = async (args: Args, context: Context): Promise<ToolReply> => {
  const found = await chosen(args, context);
  const rows = found
    .slice(0, pageSize)
    .map((change) => [
      change.id,
      change.act,
      objectOf(change),
      diffLines(differences(change.before.body ?? {}, change.after?.body ?? {}), found.length === 1 ? 30 : 4).join('; '),
      stateOf(change),
    ]);
  return { data: { total: found.length, ...(rows.length < found.length ? { shown: rows.length } : {}), ...table(diffColumns, rows) } };
};

const consent = async (plans: readonly UndoPlan[], { operations, signal, confirm }: Context): Promise<Approval | undefined> => {
  const acts: string[][] = [];
  for (const plan of plans)
    for (const act of await actsComingBack(plan, operations, signal)) acts.push(['do by itself again', act, `in ${plan.change.before.id}`]);
  // Removing what was made since is what undoing means; only acts that come back need a person.
  if (acts.length === 0) return undefined;
  const ids = plans.map(({ change }) => change.id);
  return confirm({
    summary: `Undo ${ids.slice(0, 5).join(', ')}`,
    will: acts,
    state: plans.map(({ change, current }) => [change.id, current?.hash ?? 'absent']),
  });
};

const restore = async (args: Args, context: Context): Promise<ToolReply> => {
  const changes = await chosen(args, context);
  const approval = await consent(await previewUndo(changes, { ...context, lines }), context);
  const { results, left } = await undoMany(changes, { ...context, remainingMs: () => context.remainingMs(), approval, lines });
  const count = (...what: readonly Undone['result'][]): number => results.filter(({ result }) => what.includes(result)).length;
  const failed = count('not undone', 'unknown');
  const rows = results.map(({ change, id, result, undo, note }) => [change.id, id, result, undo, note]);
  return {
    data: {
      undone: count('restored', 'removed'),
      ...(failed > 0 ? { failed } : {}),
      ...(left > 0 ? { left, next: 'call again to go on' } : {}),
      ...table(restoreColumns, rows),
    },
  };
};

export const undoTool = defineTool<HomeOperations>()({
  name: 'ha_undo',
  title: 'Undo changes',
  description:
    'Lists, shows or takes back changes that were made through this server: one, or all since a moment. Refuses where somebody else changed the object meanwhile, and shows both.',
  toolset: 'edit',
  level: 'configure',
  effect: 'change',
  confirm: 'depends',
  idempotent: false,
  input,
  output,
  handler: (args, context) => {
    if (args.mode === 'list') return list(args, context);
    return args.mode === 'diff' ? diff(args, context) : restore(args, context);
  },
});
