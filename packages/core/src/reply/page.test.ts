import { expect, test } from 'vitest';
import { isToolError } from '../errors/tool-error.ts';
import { page } from './page.ts';
import { capReply } from './size-cap.ts';

const all = Array.from({ length: 7 }, (_, index) => `item ${index}`);
const query = { text: 'lamp' };

test('pages follow one another until the list ends', () => {
  const first = page(all, { cursor: undefined, limit: 3, query });
  const second = page(all, { cursor: first.head.next, limit: 3, query });
  const third = page(all, { cursor: second.head.next, limit: 3, query });
  expect([first, second, third].flatMap(({ items }) => items)).toEqual(all);
  expect([first, second, third].map(({ offset }) => offset)).toEqual([0, 3, 6]);
  expect([first, second, third].map(({ head }) => [head.total, head.shown])).toEqual([
    [7, 3],
    [7, 3],
    [7, 1],
  ]);
  expect(third.head).not.toHaveProperty('next');
});

test('a page that holds all says only how many there are', () => {
  expect(page(all, { cursor: undefined, limit: 7, query })).toEqual({ items: all, offset: 0, head: { total: 7 } });
  expect(page([], { cursor: undefined, limit: 7, query }).head).toEqual({ total: 0 });
});

test('a list that has become shorter ends', () => {
  const { next } = page(all, { cursor: undefined, limit: 3, query }).head;
  expect(page(all.slice(0, 2), { cursor: next, limit: 3, query })).toMatchObject({ items: [], head: { total: 2, shown: 0 } });
});

test.each(['', 'c', '7', 'c7-zzzzzz', page(all, { cursor: undefined, limit: 3, query: 'other' }).head.next])(
  'cursor %o of another query is refused in one way',
  (cursor) => {
    const refused = (): unknown => {
      try {
        return page(all, { cursor, limit: 3, query });
      } catch (error) {
        return isToolError(error) ? [error.fields.code, error.fields.sideEffects] : error;
      }
    };
    expect(refused()).toEqual(['invalid_input', 'none']);
  },
);

test('a page whose rows do not fit goes on at the first row that was dropped', () => {
  const rows = all.map((item) => [item.padEnd(100)]);
  const { items, head } = page(rows, { cursor: undefined, limit: 6, query });
  const capped = capReply({ ...head, rows: items }, 700);
  const next = page(rows, { cursor: capped['next'] as string, limit: 6, query });
  expect(next.offset).toBe((capped['rows'] as unknown[]).length);
});
