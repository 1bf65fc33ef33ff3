import { expect, test } from 'vitest';
import { isToolError, type ToolErrorFields } from '../errors/tool-error.ts';
import { spanWords } from './age.ts';
import { decodeCursor, encodeCursor, moveCursor } from './cursor.ts';
import { capReply, replyCapBytes } from './size-cap.ts';
import { table } from './table.ts';

const fieldsOf = (act: () => unknown): ToolErrorFields | undefined => {
  try {
    act();
  } catch (error) {
    if (isToolError(error)) return error.fields;
    throw error;
  }
  return undefined;
};
const rowsOf = (count: number): string[][] => Array.from({ length: count }, (_, index) => [`light.lamp_${index}`, 'x'.repeat(80)]);

test('a table leaves out columns that are empty throughout', () => {
  expect(
    table(
      ['id', 'name', 'area'],
      [
        ['a', undefined, 'Hall'],
        ['b', null, ''],
      ],
    ),
  ).toEqual({
    columns: ['id', 'area'],
    rows: [
      ['a', 'Hall'],
      ['b', ''],
    ],
  });
});

test('a cursor belongs to its query', () => {
  const cursor = encodeCursor(40, { text: 'lamp', limit: 20 });
  expect(decodeCursor(cursor, { limit: 20, text: 'lamp' })).toBe(40);
  expect(decodeCursor(undefined, {})).toBe(0);
  for (const bad of [cursor.replace('-', ''), 'c2', '', 'c!-000000'])
    expect(fieldsOf(() => decodeCursor(bad, { text: 'lamp', limit: 20 }))?.code).toBe('invalid_input');
  expect(fieldsOf(() => decodeCursor(cursor, { text: 'other' }))?.code).toBe('invalid_input');
  expect(decodeCursor(moveCursor(cursor, -7), { text: 'lamp', limit: 20 })).toBe(33);
  expect(moveCursor('page-2', 1)).toBeUndefined();
});

test('a reply below the cap is left alone', () => {
  const data = { rows: rowsOf(3) };
  expect(capReply(data)).toBe(data);
});

test('rows are dropped from the end, and shown and next go along', () => {
  const next = encodeCursor(500, 'q');
  const capped = capReply({ total: 900, shown: 500, next, rows: rowsOf(500) });
  const { length } = capped['rows'] as unknown[];
  expect(Buffer.byteLength(JSON.stringify(capped))).toBeLessThanOrEqual(replyCapBytes);
  expect(length).toBeGreaterThan(100);
  expect(capped).toMatchObject({ total: 900, shown: length, cut: `${length} of these 500 rows fit; next goes on after them` });
  expect(decodeCursor(capped['next'] as string, 'q')).toBe(length);
});

test('a cursor that is not ours is not kept beside a cut', () => {
  const capped = capReply({ next: 'page-2', rows: rowsOf(500) });
  expect(capped).not.toHaveProperty('next');
  expect(capped['cut']).toContain('narrow');
});

test.each([
  ['one text', { text: 'x'.repeat(30_000) }],
  ['one huge row', { rows: [['x'.repeat(30_000)]] }],
])('%s without rows to drop is refused', (_what, data) => {
  expect(fieldsOf(() => capReply(data))).toMatchObject({ code: 'invalid_input', sideEffects: 'none' });
  expect(fieldsOf(() => capReply(data, replyCapBytes, 'done'))).toMatchObject({
    sideEffects: 'done',
    what: expect.stringContaining('It was done'),
  });
});

test.each([
  [-5, '0s'],
  [45_000, '45s'],
  [300_000, '5m'],
  [3 * 3_600_000, '3h'],
  [3 * 86_400_000, '3d'],
])('%i ms is %s', (ms, words) => {
  expect(spanWords(ms)).toBe(words);
});

test('a reply that is nested too deep to be written is an error in our words, and no crash', () => {
  let value: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) value = [value];
  expect(() => capReply({ value })).toThrow(/The reply would be larger/);
});
