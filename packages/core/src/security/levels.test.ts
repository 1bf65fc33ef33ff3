import { expect, test } from 'vitest';
import { allows } from './levels.ts';

const levels = ['observe', 'control', 'admin'];

test.each([
  ['observe', 'observe', true],
  ['control', 'observe', true],
  ['observe', 'control', false],
  ['control', 'no such need', false],
  ['admin', 'no such need', true],
  ['no such level', 'control', false],
])('%s reaches %s: %s', (inForce, needed, expected) => {
  expect(allows(levels, inForce, needed)).toBe(expected);
});
