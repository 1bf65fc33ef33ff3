import {
  isToolError,
  readBack,
  refuse,
  requestMs,
  type ToolContext,
  type ToolError,
  timePolicy,
  verifiedWrite,
  watchMs,
} from '@switchyard-mcp/core';
import type { PlannedCall } from './actions.ts';
import type { HomeOperations } from './operations.ts';
import { notReadBack, notReadBackNote } from './read-back.ts';
import { itemMeant, itemsIn, itemWords, shownAs, type TodoItem, type TodoWrite } from './todo-item.ts';

type Data = Readonly<Record<string, unknown>>;
type Context = ToolContext<HomeOperations>;

export interface TodoEditOptions {
  readonly data: Data;
  readonly waitMs: number;
  readonly callTimeoutMs: number;
  readonly dryRun: boolean;
}

const writes: readonly string[] = ['add_item', 'update_item', 'remove_item'] satisfies readonly TodoWrite[];
const mostItems = 30;
const maxRows = 8;

/** Is this a write of to-do items, whose list is read back? */
export const isTodoEdit = ({ service }: PlannedCall): boolean => service.domain === 'todo' && writes.includes(service.service);

/** The items asked for, each for one call: Home Assistant takes a text, and refuses a list. */
const itemsWished = (name: string, data: Data): readonly string[] => {
  const given = Array.isArray(data['item']) ? data['item'] : [data['item']];
  const texts = given.flatMap((item) => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
  const right = texts.length === given.length && texts.length > 0 && texts.length <= (name === 'update_item' ? 1 : mostItems);
  if (right) return texts;
  throw refuse(
    'invalid_input',
    name === 'update_item' ? 'Item takes one text; call once per item.' : `Item takes one text, or a list of 1 to ${mostItems} texts.`,
  );
};

type Ending = 'done' | 'failed' | 'pending' | 'unknown' | 'not_sent';
interface Outcome {
  readonly ending: Ending;
  readonly row: readonly string[];
  readonly error?: ToolError;
}

interface Piece {
  readonly name: TodoWrite;
  readonly entityId: string;
  readonly wanted: string;
  readonly before: readonly TodoItem[];
}

const notSent = ({ entityId, wanted }: Pick<Piece, 'entityId' | 'wanted'>, why: string): Outcome => ({
  ending: 'not_sent',
  row: [entityId, '', '', `"${wanted.slice(0, 60)}" was not sent: ${why}`],
});

const readItems = async (entityId: string, { operations, signal }: Context): Promise<readonly TodoItem[]> => {
  const call = { domain: 'todo', service: 'get_items', data: {}, entityIds: [entityId], returnResponse: true };
  const { response } = await operations.callService(call, { signal, timeoutMs: timePolicy.settleMs });
  return itemsIn(response, entityId);
};

const refused = (piece: Piece, was: string, error: unknown): Outcome => {
  if (!isToolError(error)) throw error;
  const note = [error.fields.what, error.fields.why].filter(Boolean).join(' ').slice(0, 200);
  if (error.fields.sideEffects === 'none') return { ending: 'failed', row: [piece.entityId, was, was, note], error };
  return { ending: 'unknown', row: [piece.entityId, was, 'unknown', note] };
};

/** Sends one item and looks into the list until it shows it. */
const sendOne = async (piece: Piece, options: TodoEditOptions, context: Context): Promise<Outcome> => {
  const { name, entityId, wanted, before } = piece;
  const { data } = options;
  if (context.remainingMs() < timePolicy.anotherWriteMs) return notSent(piece, 'the call ran out of time');
  let was = 'absent';
  try {
    if (name !== 'add_item') was = itemWords(itemMeant(before, wanted, entityId));
  } catch (error) {
    // It was there before the first was sent; what was sent meanwhile must be told all the same.
    return refused(piece, 'not there', error);
  }
  const call = { domain: 'todo', service: name, data: { ...data, item: wanted }, entityIds: [entityId], returnResponse: false };
  const seen = (after: readonly TodoItem[]): string | undefined => shownAs(name, { wanted, data, before, after });
  const timeoutMs = Math.min(options.callTimeoutMs, requestMs(context));
  const written = await verifiedWrite({
    send: () => context.operations.callService(call, { signal: context.signal, timeoutMs }),
    look: () => readItems(entityId, context),
    reached: (after) => (seen(after) === undefined ? 'no' : 'done'),
    waitMs: () => watchMs(context, options.waitMs),
    waitAfterErrorMs: () => undefined,
    stopAtUnreadable: true,
    signal: context.signal,
    clock: context.operations.clock,
  });
  if (written.error) return refused(piece, was, written.error);
  const words = written.state && seen(written.state);
  if (words !== undefined) return { ending: 'done', row: [entityId, was, words] };
  if (!written.isCurrent) return { ending: 'pending', row: [entityId, was, notReadBack, notReadBackNote] };
  const note = `"${wanted.slice(0, 60)}" accepted; the list does not show it yet`;
  return { ending: 'pending', row: [entityId, was, 'not seen yet', note] };
};

const reply = (outcomes: readonly Outcome[]): Record<string, unknown> => {
  const order: readonly Ending[] = ['unknown', 'failed', 'not_sent', 'pending', 'done'];
  const sorted = [...outcomes].sort((a, b) => order.indexOf(a.ending) - order.indexOf(b.ending));
  const count = (wanted: Ending): number => outcomes.filter(({ ending }) => ending === wanted).length;
  const extra = (['pending', 'not_sent', 'unknown'] as const)
    .filter((ending) => count(ending) > 0)
    .map((ending) => [ending, count(ending)]);
  return {
    done: count('done'),
    unchanged: 0,
    failed: count('failed'),
    ...Object.fromEntries(extra),
    rows: sorted.slice(0, maxRows).map(({ row }) => row),
    ...(sorted.length > maxRows ? { more: `${sorted.length - maxRows} more rows, none worse than these` } : {}),
    ...(count('unknown') > 0 ? { next: 'Read the list with todo.get_items before you repeat anything.' } : {}),
  };
};

/** Adds, changes or removes to-do items one by one, and reads each back by its name. @throws ToolError when nothing was done. */
export const editTodo = async (call: PlannedCall, options: TodoEditOptions, context: Context): Promise<Record<string, unknown>> => {
  const name = call.service.service as TodoWrite;
  const wished = itemsWished(name, options.data);
  const lists = call.entities.map(({ entityId }) => entityId);
  if (options.dryRun) return { would_send: lists.map((entityId) => [`todo.${name}`, wished.length, entityId, ...wished.slice(0, 20)]) };
  const items = new Map<string, readonly TodoItem[]>();
  for (const entityId of lists) {
    items.set(entityId, await readItems(entityId, context));
    // All are looked up before the first is sent.
    if (name !== 'add_item') for (const wanted of wished) itemMeant(items.get(entityId) ?? [], wanted, entityId);
  }
  const outcomes: Outcome[] = [];
  for (const entityId of lists)
    for (const [index, wanted] of wished.entries()) {
      const before = index === 0 ? { seen: items.get(entityId) ?? [] } : await readBack(() => readItems(entityId, context), context.signal);
      const piece = { name, entityId, wanted };
      outcomes.push(
        before ? await sendOne({ ...piece, before: before.seen }, options, context) : notSent(piece, 'the list could not be read'),
      );
    }
  const [error] = outcomes.every(({ ending }) => ending === 'failed') ? outcomes.flatMap((outcome) => outcome.error ?? []) : [];
  if (error) throw error;
  return reply(outcomes);
};
