import { foldText, nearMisses, refuse } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';

/** One item of a to-do list as Home Assistant reads it back. */
export interface TodoItem {
  /** Empty when the list gives none. */
  readonly uid: string;
  readonly summary: string;
  readonly status: string;
  readonly due: string;
  readonly description: string;
}

type Data = Readonly<Record<string, unknown>>;
export type TodoWrite = 'add_item' | 'update_item' | 'remove_item';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The items of one list in an answer of todo.get_items. */
export const itemsIn = (response: unknown, entityId: string): readonly TodoItem[] => {
  const list = isRecord(response) ? response[entityId] : undefined;
  const items = isRecord(list) && Array.isArray(list['items']) ? list['items'] : [];
  return items.filter(isRecord).map((item) => ({
    uid: text(item['uid']),
    summary: text(item['summary']),
    status: text(item['status']),
    due: text(item['due']),
    description: text(item['description']),
  }));
};

/** "Milk", "Milk, done", "Bins, due 2026-11-26". */
export const itemWords = ({ summary, status, due }: TodoItem): string =>
  [summary.slice(0, 80), status === 'completed' ? 'done' : '', due === '' ? '' : `due ${due.slice(0, 25)}`].filter(Boolean).join(', ');

/** The item that a text means, as Home Assistant looks it up: by uid, else by its exact words. @throws ToolError naming near ones. */
export const itemMeant = (items: readonly TodoItem[], wanted: string, entityId: string): TodoItem => {
  const found = items.find(({ uid, summary }) => uid === wanted || summary === wanted);
  if (found) return found;
  throw refuse('not_found', `${entityId} has no item "${wanted.slice(0, 60)}".`, {
    didYouMean: nearMisses(
      wanted,
      items.map(({ summary }) => summary),
    ),
    next: [`ha_control action="todo.get_items" targets=["${entityId}"] lists them.`],
  });
};

/** Lists write the same moment with and without a zone. */
const sameMoment = (seen: string, wanted: string): boolean =>
  seen.slice(0, 16).replace('T', ' ') === wanted.slice(0, 16).replace('T', ' ') || Date.parse(seen) === Date.parse(wanted);

const asWished = (item: TodoItem, data: Data): boolean => {
  const due = data['due_datetime'] ?? data['due_date'];
  return (
    (data['rename'] === undefined || item.summary === String(data['rename']).trim()) &&
    (data['status'] === undefined || item.status === data['status']) &&
    (typeof due !== 'string' || sameMoment(item.due, due)) &&
    (typeof data['description'] !== 'string' || item.description === data['description'])
  );
};

const same = (a: TodoItem, b: TodoItem): boolean => (a.uid === '' || b.uid === '' ? a.summary === b.summary : a.uid === b.uid);
const called = (items: readonly TodoItem[], wanted: string): readonly TodoItem[] =>
  items.filter(({ summary }) => foldText(summary) === foldText(wanted));

/** How a list shows that a write took effect: the item as it is now, or "removed"; undefined while it does not. */
export const shownAs = (
  write: TodoWrite,
  { wanted, data, before, after }: { wanted: string; data: Data; before: readonly TodoItem[]; after: readonly TodoItem[] },
): string | undefined => {
  if (write === 'add_item') {
    const now = called(after, wanted);
    if (now.length <= called(before, wanted).length) return undefined;
    const fresh = now.filter((item) => asWished(item, data) && (item.uid === '' || !before.some(({ uid }) => uid === item.uid))).at(-1);
    return fresh && itemWords(fresh);
  }
  const item = itemMeant(before, wanted, '');
  if (write === 'remove_item') {
    const alike = (items: readonly TodoItem[]): number => items.filter((one) => same(one, item)).length;
    return alike(after) < alike(before) ? 'removed' : undefined;
  }
  const renamed = typeof data['rename'] === 'string' ? { ...item, summary: data['rename'].trim() } : item;
  const now = after.find((one) => same(one, renamed) && asWished(one, data));
  return now && itemWords(now);
};
