import { expect, test } from 'vitest';
import { lineOf, samples, worse } from './comparison.mjs';

const measured = (rows) => {
  const all = samples();
  for (const { key = 'row', unit, now, before } of rows) {
    for (const value of now) all.add('new', { key, unit, value });
    for (const value of before) all.add('old', { key, unit, value });
  }
  return all.rows();
};

test('of times the best counts: a busy moment of one side changes nothing', () => {
  const [row] = measured([{ unit: 'ms', now: [110, 900, 130], before: [100, 120, 140] }]);
  expect(row).toMatchObject({ new: 110, old: 100, ratio: expect.closeTo(1.1), gated: true });
});

test('tokens and memory are compared by their medians', () => {
  expect(measured([{ unit: 'tokens', now: [120, 120], before: [100, 100] }])[0]).toMatchObject({ ratio: 1.2, gated: true });
  expect(measured([{ unit: 'tokens', now: [0], before: [0] }])[0]).toMatchObject({ ratio: 1 });
});

test('with a limit, what is above it fails; short times do not; without a limit nothing does', () => {
  const rows = measured([
    { key: 'tokens', unit: 'tokens', now: [111], before: [100] },
    { key: 'fewer', unit: 'tokens', now: [90], before: [100] },
    { key: 'long', unit: 'ms', now: [120], before: [100] },
    { key: 'short', unit: 'ms', now: [12], before: [4] },
  ]);
  expect(worse(rows, 1.1)).toEqual(['tokens: 1.11 is more than 1.1', 'long: 1.2 is more than 1.1']);
  expect(worse(rows, 1.2)).toEqual([]);
  expect(worse(rows, undefined)).toEqual([]);
});

test('what only the old one can do fails even without a limit; what neither or only the new can, does not', () => {
  const all = samples();
  const row = (key) => ({ key, unit: 'ms', why: 'refused' });
  all.fail('new', row('lost'));
  all.add('old', { key: 'lost', unit: 'ms', value: 5 });
  all.fail('new', row('never'));
  all.fail('old', row('never'));
  all.fail('old', row('gained'));
  all.add('new', { key: 'gained', unit: 'ms', value: 5 });
  expect(worse(all.rows(), 1.1)).toEqual(['lost: only the old one can (refused)']);
  expect(all.rows().map(lineOf)[0]).toMatch(/lost +failed +5 ms +–/);
});
