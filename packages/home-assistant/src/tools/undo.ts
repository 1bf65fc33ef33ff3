import {
  type Approval,
  decodeCursor,
  defineTool,
  encodeCursor,
  isToolError,
  type ToolContext,
  ToolError,
  type ToolReply,
  table,
} from '@switchyard-mcp/core';
import * as z from 'zod';
import { differences } from '../domain/body-diff.ts';
import type { Change } from '../domain/change-journal.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { actsComingBack, changesSince, planUndo, type UndoPlan, undoChange } from '../domain/undo-change.ts';
import { diffLines } from '../format/diff-lines.ts';
import { minuteTime, spanOf } from '../format/time-words.ts';
import { cursorParam } from './params.ts';

const input = z.object({
  mode: z.enum(['list', 'diff', 'restore']).default('list'),
  change: z.string().max(20).optional().describe('e.g. ch-12'),
  since: z.string().max(40).optional().describe('All changes since: 30m, 2h, today, ISO local'),
  cursor: cursorParam,
});
type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

const pageSize = 25;
/** Time that must be left to begin another one: a restore reads back, and that may take a while. */
const leastMs = 8_000;

const refuse = (what: string, next: string): ToolError => new ToolError({ code: 'invalid_input', what, next: [next], sideEffects: 'none' });
const lines = (found: Parameters<typeof diffLines>[0]): readonly string[] => diffLines(found, 4);

const idOf = (change: Change): string => change.after?.id ?? change.before.id;
const stateOf = ({ state, undoneBy, undoes }: Change): string => {
  if (undoneBy !== undefined) return `undone by ${undoneBy}`;
  if (state === 'open' || state === 'unknown') return 'outcome unknown';
  if (state === 'failed') return 'failed';
  return undoes === undefined ? '' : `undoes ${undoes}`;
};

const startOf = async (since: string, { operations, signal }: Context): Promise<number> =>
  spanOf({ start: since }, Date.now(), (await operations.config(signal)).timeZone).startMs;

/** Newest first. */
const chosen = async (args: Args, context: Context): Promise<readonly Change[]> => {
  const { changes } = context.operations;
  if (args.change !== undefined) {
    const change = await changes.get(args.change);
    // What was done together is undone together.
    return change.group === undefined ? [change] : (await changes.list()).filter(({ group }) => group === change.group);
  }
  if (args.since === undefined) throw refuse('Say which changes: change or since', 'ha_undo without arguments lists them.');
  return changesSince(await changes.list({ sinceMs: await startOf(args.since, context) }));
};

const list = async (args: Args, context: Context): Promise<ToolReply> => {
  const { operations, signal } = context;
  const sinceMs = args.since === undefined ? undefined : await startOf(args.since, context);
  const all = await operations.changes.list({ sinceMs });
  const { timeZone } = await operations.config(signal);
  const offset = decodeCursor(args.cursor, ['changes', args.since]);
  const page = all.slice(offset, offset + pageSize);
  const end = offset + page.length;
  const rows = page.map((change) => [change.id, minuteTime(change.atMs, timeZone), change.act, idOf(change), stateOf(change)]);
  const next = end < all.length ? { next: encodeCursor(end, ['changes', args.since]) } : {};
  return { data: { total: all.length, shown: page.length, ...next, ...table(['change', 'at', 'act', 'object', 'state'], rows) } };
};

const diff = async (args: Args, context: Context): Promise<ToolReply> => {
  const found = await chosen(args, context);
  const rows = found
    .slice(0, pageSize)
    .map((change) => [
      change.id,
      change.act,
      idOf(change),
      diffLines(differences(change.before.body ?? {}, change.after?.body ?? {}), found.length === 1 ? 30 : 4).join('; '),
      stateOf(change),
    ]);
  return { data: { total: found.length, shown: rows.length, ...table(['change', 'act', 'object', 'diff', 'state'], rows) } };
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

type Row = readonly [change: string, object: string, result: string, undo: string, note: string];

const failureRow = (change: Change, error: ToolError): Row => [
  change.id,
  idOf(change),
  error.fields.sideEffects === 'unknown' ? 'unknown' : 'not undone',
  '',
  [error.fields.what, error.fields.why].filter(Boolean).join(' '),
];

const undoOne = async (change: Change, approval: Approval | undefined, { operations, signal }: Context): Promise<Row> => {
  const plan = await planUndo(change, operations, { signal, lines });
  const done = await undoChange(plan, operations, { approval, signal });
  if (!done) return [change.id, idOf(change), 'nothing to do', '', plan.why ?? ''];
  return [
    change.id,
    done.change.after?.id ?? idOf(change),
    plan.act === 'remove' ? 'removed' : 'restored',
    done.change.id,
    done.notes.join('; '),
  ];
};

/** Plans of what can be looked at before anything is done: for each object only its newest change is as it is now. */
const firstPlans = async (changes: readonly Change[], { operations, signal }: Context): Promise<readonly UndoPlan[]> => {
  const plans = new Map<string, UndoPlan>();
  for (const change of changes) {
    const id = idOf(change);
    if (changes.length === 1) return [await planUndo(change, operations, { signal, lines })];
    const known = plans.get(id);
    // The oldest body is what it ends as, the newest what it is now.
    const after = known ? known.change.after : change.after;
    plans.set(id, { change: { ...change, ...(after ? { after } : {}) }, act: change.act === 'create' ? 'remove' : 'restore' });
  }
  return [...plans.values()];
};

const restore = async (args: Args, context: Context): Promise<ToolReply> => {
  const changes = await chosen(args, context);
  const approval = await consent(await firstPlans(changes, context), context);
  const rows: Row[] = [];
  const blocked = new Set<string>();
  for (const change of changes) {
    if (blocked.has(idOf(change))) continue;
    if (changes.length > 1 && context.remainingMs() < leastMs) break;
    try {
      rows.push(await undoOne(change, approval, context));
    } catch (error) {
      if (!isToolError(error) || changes.length === 1) throw error;
      // Older changes of the same object would meet the same obstacle; those of others must not suffer.
      blocked.add(idOf(change));
      rows.push(failureRow(change, error));
    }
  }
  const count = (what: readonly string[]): number => rows.filter(([, , result]) => what.includes(result)).length;
  const left = changes.length - rows.length;
  return {
    data: {
      undone: count(['restored', 'removed']),
      ...(count(['not undone', 'unknown']) > 0 ? { failed: count(['not undone', 'unknown']) } : {}),
      ...(left > 0 ? { left, next: 'call again to go on' } : {}),
      ...table(['change', 'object', 'result', 'undo', 'note'], rows),
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
  output: z.looseObject({}),
  handler: (args, context) => {
    if (args.mode === 'list') return list(args, context);
    return args.mode === 'diff' ? diff(args, context) : restore(args, context);
  },
});
