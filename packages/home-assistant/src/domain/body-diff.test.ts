import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines } from '../format/diff-lines.ts';
import { differences } from './body-diff.ts';
import { sameJson } from './same-json.ts';

const lines = (before: unknown, after: unknown, most?: number) => diffLines(differences(before, after), most);

test('the smallest part that changed, in the words of a person', () => {
  const before = { actions: [{ target: { entity_id: ['light.a', 'lock.front_dor'] } }] };
  const after = { actions: [{ target: { entity_id: ['light.a', 'lock.front_door'] } }] };
  expect(lines(before, after)).toEqual(['actions[0].target.entity_id[1]: lock.front_dor → lock.front_door']);
});
test('one inserted item is one line, wherever it stands', () => {
  expect(lines({ l: [1, 2, 3] }, { l: [1, 9, 2, 3] })).toEqual(['l[1]: + 9']);
  expect(lines({ l: [1, 2, 3] }, { l: [2, 3] })).toEqual(['l[0]: − 1']);
});
test('added, removed and odd keys; long values are cut, many lines are counted', () => {
  expect(lines({ a: 1 }, { 'b c': 'x'.repeat(100) })[1]).toMatch(/^\["b c"\]: \+ x+…$/);
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, index]));
  expect(lines({}, many, 5)).toHaveLength(5);
  expect(lines({}, many, 5).at(-1)).toBe('and 16 more');
});
test('nothing differs exactly when two bodies are the same', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(fc.property(json, json, (a, b) => (differences(a, b).length === 0) === sameJson(a, b)));
  fc.assert(fc.property(json, (a) => differences(a, structuredClone(a)).length === 0));
});
