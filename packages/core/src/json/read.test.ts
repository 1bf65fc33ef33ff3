import { expect, test } from 'vitest';
import { flagOf, isRecord, numberOf, numericOf, rawTextOf, recordOf, recordsIn, recordsOf, textOf, textsOf, toRecord } from './read.ts';

const wrong = [undefined, null, 7, true, 'text', ['list'], { object: 1 }];
const read = <T>(reader: (raw: Readonly<Record<string, unknown>>, key: string) => T, values: readonly unknown[]): readonly T[] =>
  values.map((value) => reader({ value }, 'value'));

test('objects are neither lists nor null', () => {
  expect(wrong.map(isRecord)).toEqual([false, false, false, false, false, false, true]);
  expect(read(recordOf, wrong)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, { object: 1 }]);
  expect([toRecord(null), toRecord([1]), toRecord({ a: 1 })]).toEqual([{}, {}, { a: 1 }]);
});

test('of a list only the objects count, and a value that is not a list has none', () => {
  expect(recordsIn([{ a: 1 }, null, 'x', [], { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }]);
  expect(read(recordsOf, [[{ a: 1 }], { a: 1 }, undefined])).toEqual([[{ a: 1 }], [], []]);
});

test('an empty text is absent, unless it is asked for as it is', () => {
  expect(read(textOf, ['a', '', ' ', 7, null])).toEqual(['a', undefined, ' ', undefined, undefined]);
  expect(read(rawTextOf, ['a', '', 7, null])).toEqual(['a', '', undefined, undefined]);
});

test('of a list of texts anything else is left out', () => {
  expect(read(textsOf, [['a', null, 7, ''], 'a', undefined])).toEqual([['a', ''], [], []]);
});

test('a number is finite; as text it counts only where that is asked for, in plain decimals', () => {
  const given = [0, -1.5, Number.NaN, Number.POSITIVE_INFINITY, '12', ' -1.5 ', '', '0x10', '1e3', '12 %', null, true];
  expect(read(numberOf, given)).toEqual([0, -1.5, ...Array(10).fill(undefined)]);
  expect(read(numericOf, given)).toEqual([0, -1.5, undefined, undefined, 12, -1.5, ...Array(6).fill(undefined)]);
  expect(read(numericOf, ['9'.repeat(400)])).toEqual([undefined]);
});

test('a flag may be written in several ways; anything else says nothing', () => {
  expect(read(flagOf, [true, 1, 'true', '1', false, 0, 'false', '0'])).toEqual([true, true, true, true, false, false, false, false]);
  expect(read(flagOf, ['', 'yes', 2, null, undefined])).toEqual(Array(5).fill(undefined));
});

test('nothing is read from the prototype of an object of JSON', () => {
  expect(textOf(JSON.parse('{"__proto__": {"a": "x"}}'), 'a')).toBeUndefined();
});
