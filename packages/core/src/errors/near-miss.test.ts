import { expect, test } from 'vitest';
import { editDistance, nearMisses } from './near-miss.ts';

const lights = ['light.kitchen_lights', 'light.kuechenlicht', 'light.hall', 'lock.front_door', 'Küche Decke'];

test('a swap of neighbours is one edit', () => {
  expect(editDistance('kithcen', 'kitchen')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
});

test.each([
  ['light.kithcen_lights', 'light.kitchen_lights'],
  ['LOCK.FRONT_DOOR', 'lock.front_door'],
  ['kuche decke', 'Küche Decke'],
  ['door front', 'lock.front_door'],
])('%s is near %s', (wanted, best) => {
  expect(nearMisses(wanted, lights)[0]).toBe(best);
});

test('nothing is near to nonsense, and the list is short', () => {
  expect(nearMisses('xqzzw', lights)).toEqual([]);
  const many = Array.from({ length: 20_000 }, (_, index) => `light.lamp_${index}`);
  expect(nearMisses('light.lamp', many)).toHaveLength(5);
  expect(nearMisses('', lights)).toEqual([]);
});
