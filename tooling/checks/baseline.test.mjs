import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { differences, holdBaseline, lowered } from './baseline.mjs';

const before = { long: { 'a.ts': 2, 'b.ts': 1 } };
let folder;
let path;
let printed;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-baseline-'));
  path = join(folder, 'baseline.json');
  writeFileSync(path, JSON.stringify(before));
  printed = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(text) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const hold = (found, lower = false) => holdBaseline({ name: 'x', path, found, lower, advice: () => 'Write it shorter.' });
const kept = () => JSON.parse(readFileSync(path, 'utf8'));

test('what the baseline has is allowed', () => {
  expect(hold(before)).toBe(true);
  expect(printed.join('')).toBe('x: nothing new; 3 old ones left\n');
});

test.each([
  ['more in a file', { long: { 'a.ts': 3, 'b.ts': 1 } }],
  ['one in a file that had none', { long: { ...before.long, 'c.ts': 1 } }],
])('%s fails, and lowering refuses it and writes nothing', (_name, found) => {
  expect(hold(found)).toBe(false);
  expect(printed.join('')).toContain('Write it shorter.');
  expect(hold(found, true)).toBe(false);
  expect(printed.join('')).toContain('A baseline only shrinks');
  expect(kept()).toEqual(before);
});

test('fewer fails until the baseline is lowered, and names the command', () => {
  const fewer = { long: { 'a.ts': 1 } };
  expect(hold(fewer)).toBe(false);
  expect(printed.join('')).toContain('node tooling/run.mjs lower');
  expect(hold(fewer, true)).toBe(true);
  expect(kept()).toEqual(fewer);
  expect(hold(fewer)).toBe(true);
});

test('a use that moved to another file needs the command and is not more', () => {
  const moved = { long: { 'a.ts': 2, 'deep/b.ts': 1 } };
  expect(hold(moved)).toBe(false);
  expect(hold(moved, true)).toBe(true);
  expect(kept()).toEqual(moved);
});

test('fewer of one rule does not pay for more of another', () => {
  expect(() => lowered({ long: { 'a.ts': 2 }, deep: { 'a.ts': 1 } }, { deep: { 'a.ts': 2 } })).toThrow('deep (1 → 2)');
});

test('a new rule starts with what there is, and one at nothing stays at nothing', () => {
  const found = { ...before, deep: { 'a.ts': 1 } };
  expect(hold(found)).toBe(false);
  expect(hold(found, true)).toBe(true);
  expect(lowered(found, { long: {}, deep: {} })).toEqual({ long: {}, deep: {} });
  expect(() => lowered({ long: {} }, before)).toThrow('long (0 → 3)');
});

test('differences are sorted and have both counts', () => {
  expect(differences(before, { long: { 'b.ts': 4 }, deep: { 'c.ts': 1 } })).toEqual([
    { rule: 'deep', file: 'c.ts', allowed: 0, found: 1 },
    { rule: 'long', file: 'a.ts', allowed: 2, found: 0 },
    { rule: 'long', file: 'b.ts', allowed: 1, found: 4 },
  ]);
});
