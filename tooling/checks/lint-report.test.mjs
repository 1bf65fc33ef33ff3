import { expect, test } from 'vitest';
import { biomeExceptions, countsOf, placesOf } from './lint-report.mjs';

const rules = ['style/noNestedTernary', 'complexity/useMaxParams'];
const broken = (category, path, line) => ({
  severity: 'error',
  category,
  message: 'too much',
  location: { path, start: { line, column: 1 } },
});
const report = [
  broken('lint/style/noNestedTernary', 'packages/a.ts', 3),
  broken('lint/style/noNestedTernary', 'packages/a.ts', 9),
  { ...broken('suppressions/unused', 'packages/b.ts', 1), severity: 'warning' },
];

test('counts by rule and file; a rule that nobody breaks is there', () => {
  expect(countsOf(report, rules)).toEqual({ 'style/noNestedTernary': { 'packages/a.ts': 2 }, 'complexity/useMaxParams': {} });
  expect(placesOf(report, 'style/noNestedTernary', 'packages/a.ts')).toEqual(['line 3: too much', 'line 9: too much']);
});

test('a report with another error is not taken for a whole one', () => {
  expect(() => countsOf([broken('parse', 'packages/a.ts', 1)], rules)).toThrow('Biome failed: parse');
});

test('exceptions name each file under its rule, and no rule without one', () => {
  expect(JSON.parse(biomeExceptions(countsOf(report, rules)))).toEqual({
    overrides: [{ includes: ['packages/a.ts'], linter: { rules: { style: { noNestedTernary: 'off' } } } }],
  });
});
