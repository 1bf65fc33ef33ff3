import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';

const list = 'todo.shopping_list';
let home: InProcess;
beforeAll(async () => {
  home = await startInProcess();
});
afterAll(() => home?.close());

const control = (action: string, data: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  home.call('ha_control', { action, targets: [list], data, wait_s: 30, ...more });
const refusal = (action: string, data: Record<string, unknown>) => home.refusal('ha_control', { action, targets: [list], data });
/** What the list really holds. */
const summaries = () => (home.simulator.home.todos.get(list) ?? []).map(({ summary }) => summary);

test('items given as a list are added one by one, and each is named as read back', async () => {
  const dry = await control('todo.add_item', { item: ['Oat milk', 'Bread'] }, { dry_run: true });
  expect(dry).toEqual({ would_send: [['todo.add_item', 2, list, 'Oat milk', 'Bread']] });
  expect(summaries()).toEqual(['Milk']);
  expect(await control('todo.add_item', { item: ['Oat milk', 'Bread'] })).toEqual({
    done: 2,
    unchanged: 0,
    failed: 0,
    rows: [
      [list, 'absent', 'Oat milk'],
      [list, 'absent', 'Bread'],
    ],
  });
  expect(summaries()).toEqual(['Milk', 'Oat milk', 'Bread']);
});

test('a change and a removal are read back; an item that is not there is refused with near ones', async () => {
  const renamed = await control('todo.update_item', { item: 'Milk', rename: 'Milk, two', status: 'completed', due_date: '2026-11-26' });
  expect(renamed).toMatchObject({ done: 1, rows: [[list, 'Milk', 'Milk, two, done, due 2026-11-26']] });
  expect(await control('todo.remove_item', { item: 'Milk, two' })).toMatchObject({
    done: 1,
    rows: [[list, 'Milk, two, done, due 2026-11-26', 'removed']],
  });
  const before = summaries();
  expect(before).not.toContain('Milk, two');
  expect(await refusal('todo.remove_item', { item: ['Oat milk', 'Braed'] })).toMatch(/no item "Braed".*Bread/s);
  expect(await refusal('todo.update_item', { item: ['Oat milk', 'Bread'], status: 'completed' })).toContain('call once per item');
  expect(await refusal('todo.add_item', { item: ['Oat milk', 5] })).toContain('list of 1 to');
  expect(summaries()).toEqual(before);
});

test('a list that takes an item and does not show it is not done', async () => {
  home.simulator.faults.ignoreService('todo.add_item');
  expect(await control('todo.add_item', { item: 'Salt' }, { wait_s: 0.1 })).toMatchObject({ done: 0, pending: 1 });
});

test('the simulator refuses a list as one text, as Core does', async () => {
  const answer = await fetch(`${home.simulator.url}/api/services/todo/add_item`, {
    method: 'POST',
    headers: { authorization: `Bearer ${home.simulator.token}` },
    body: JSON.stringify({ entity_id: list, item: ['oat milk', 'bread'] }),
  });
  expect(answer.status).toBe(400);
  expect(summaries()).not.toContain('oat milk,bread');
});
