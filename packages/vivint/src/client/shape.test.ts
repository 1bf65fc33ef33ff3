import { expect, test } from 'vitest';
import { shapeOf } from './shape.ts';

const nested = (levels: number, wrap: (inside: unknown) => unknown): unknown => {
  let value: unknown = 'canary-4f9d2c7e81b6';
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
};

test('types and names of keys, never a value', () => {
  expect(shapeOf({ name: 'Hall', state: 1, level: 0.5, on: true, empty: '', list: [1, 2], none: null })).toEqual({
    empty: 'text?',
    level: 'number',
    list: '[int]',
    name: 'text',
    none: 'null',
    on: 'boolean',
    state: 'int',
  });
});

test.each([
  ['objects', (inside: unknown) => ({ in: inside })],
  ['lists', (inside: unknown) => [inside]],
])('%s nested as deep as one likes overflow nothing, and show nothing', (_name, wrap) => {
  expect(JSON.stringify(shapeOf(nested(100_000, wrap)))).not.toContain('canary');
});
