import { expect, test } from 'vitest';
import { foldText } from '../errors/near-miss.ts';
import { createVisibility, type ListSyntax, listEntries, listFaults } from './lists.ts';

const ids: ListSyntax = {
  fold: (text) => text.toLowerCase(),
  patternOf: (entry) => (entry.includes('.') || entry === '*' ? entry : `${entry}.*`),
  faultOf: (entry) => (/\s/.test(entry) ? 'has a space inside' : undefined),
};
const names: ListSyntax = { fold: foldText };
const sees = (lists: Parameters<typeof createVisibility>[0], id: string): boolean => createVisibility(lists, ids).sees([id]);

test.each([
  [{}, 'lock.front', true],
  [{ allow: '' }, 'lock.front', true],
  [{ allow: ' , ' }, 'lock.front', true],
  [{ allow: 'light,lock.f*' }, 'lock.front', true],
  [{ allow: 'light,lock.f*' }, 'lock.back', false],
  [{ deny: 'LOCK' }, 'lock.front', false],
  [{ deny: 'lock' }, 'Lock.Front ', false],
  [{ deny: 'loc' }, 'lock.front', true],
  [{ allow: 'lock', deny: 'lock.fron?' }, 'lock.front', false],
  [{ allow: '*' }, 'lock.front', true],
  [{ deny: 'lock.(front)' }, 'lock.front', true],
])('%o, %s: %s', (lists, id, expected) => {
  expect(sees([lists], id)).toBe(expected);
});

test('lists of a caller only narrow those of the settings', () => {
  const settings = { allow: 'light,lock', deny: 'lock.back' };
  expect(sees([settings, { allow: 'lock,cover' }], 'lock.front')).toBe(true);
  expect(sees([settings, { allow: 'lock,cover' }], 'light.hall')).toBe(false);
  expect(sees([settings, { allow: 'lock,cover' }], 'cover.garage')).toBe(false);
  expect(sees([settings, { allow: '*' }], 'lock.back')).toBe(false);
  expect(sees([settings, { deny: 'light' }], 'light.hall')).toBe(false);
  expect([createVisibility([{}, {}], ids).restricted, createVisibility([{}, { deny: 'x' }], ids).restricted]).toEqual([false, true]);
});

test('a thing is matched by any of its names, folded', () => {
  const { sees: shown } = createVisibility([{ deny: 'Küche,31' }], names);
  expect(shown(['lock', 'KUCHE', '30'])).toBe(false);
  expect(shown(['lock', 'Hall', '31'])).toBe(false);
  expect(shown(['lock', 'Hall', '30'])).toBe(true);
});

test('a line break or a letter of two units in a name does not get it past a wildcard', () => {
  const { sees: shown } = createVisibility([{ deny: 'Front*,?' }], names);
  expect([shown(['Front\nDoor']), shown(['🚪'])]).toEqual([false, false]);
});

test('entries one by one say what they match; many wildcards cost no more', () => {
  const entries = listEntries('light, lock.*', ids);
  expect(entries.map(({ entry, matches }) => [entry, matches(['light.hall']), matches(['lock.a'])])).toEqual([
    ['light', true, false],
    ['lock.*', false, true],
  ]);
  expect(listEntries(`${'*'.repeat(40)}x`, names)[0]?.matches(['a'.repeat(2000)])).toBe(false);
});

test('entries that can never match are found with their place', () => {
  expect(listFaults('light, lock.a lock.b,', ids)).toEqual([{ index: 1, entry: 'lock.a lock.b', problem: 'has a space inside' }]);
  expect(listFaults(undefined, ids)).toEqual([]);
  expect(listFaults('anything goes', names)).toEqual([]);
});
