import { flagOf, numericOf } from '@switchyard-mcp/core/json';
import { expect, test } from 'vitest';
import { keyOf, partitionNumberOf, timeOf, wordsOf } from './raw.ts';

const moment = Date.parse('2026-11-25T08:03:00Z');
test.each([
  ['2026-11-25T08:03:00.123456', moment + 123],
  ['2026-11-25T08:03:00.5', moment + 500],
  ['2026-11-25T08:03:00,5Z', moment + 500],
  ['2026-11-25T08:03:00', moment],
  ['2026-11-25T08:03', moment],
  ['2026-11-25 08:03:00', moment],
  ['2026-11-25T08:03:00Z', moment],
  ['2026-11-25t08:03:00z', moment],
  ['2026-11-25 08:03:00 UTC', moment],
  ['2026-11-25T01:03:00-07:00', moment],
  ['2026-11-25T01:03:00.000000-0700', moment],
  ['2026-11-25T01:03:00-07', moment],
  ['2026-11-25T13:48:00+05:45', moment],
  [' 2026-11-25T08:03:00+00:00 ', moment],
  ['2026-11-25', Date.parse('2026-11-25T00:00:00Z')],
  [moment / 1000, moment],
  [moment, moment],
  [String(moment / 1000), moment],
  [String(moment), moment],
  ['', undefined],
  ['soon', undefined],
  ['2026-13-45T08:03:00', undefined],
  [0, undefined],
  [null, undefined],
  [{}, undefined],
])('the time %o', (ts, expected) => expect(timeOf({ ts }, 'ts')).toBe(expected));

test.each([
  [7, 7],
  ['7', 7],
  [' 7 ', 7],
  ['-3.5', -3.5],
  ['', undefined],
  ['7a', undefined],
  [null, undefined],
  [Number.NaN, undefined],
  [true, undefined],
])('the number %o', (x, expected) => expect(numericOf({ x }, 'x')).toBe(expected));

test.each([
  [1, true],
  ['true', true],
  ['0', false],
  [2, undefined],
  ['yes', undefined],
  [null, undefined],
])('the flag %o', (x, expected) => expect(flagOf({ x }, 'x')).toBe(expected));

test('a key may be a number', () => expect([keyOf({ x: 7 }, 'x'), keyOf({ x: 'a' }, 'x'), keyOf({}, 'x')]).toEqual(['7', 'a', undefined]));

test.each([
  [{ parid: 2, _id: '1|3' }, 2],
  [{ parid: '2' }, 2],
  [{ _id: '1000000000000001|3' }, 3],
  [{ _id: 1000000000000001 }, 1],
  [{}, 1],
])('the partition of %o', (raw, expected) => expect(partitionNumberOf(raw)).toBe(expected));

test('words of others are on one line, without what nobody sees, and not endless', () => {
  expect(wordsOf({ n: ' Front\u001b[31m\nDoor\u202e ' }, 'n')).toBe('Front Door');
  expect(wordsOf({ n: ' \n ' }, 'n')).toBeUndefined();
  expect(wordsOf({ n: 'x'.repeat(345) }, 'n')).toBe(`${'x'.repeat(80)}… (265 more characters)`);
});
