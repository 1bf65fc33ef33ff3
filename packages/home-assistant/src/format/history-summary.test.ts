import { expect, test } from 'vitest';
import { downsampleKinds, downsampleNumbers, groupEvenly } from './downsample.ts';
import { isNumeric, numericSummary, stateSummary, stretchesOf } from './history-summary.ts';

const hour = 3_600_000;
const span = { startMs: 10 * hour, endMs: 20 * hour };
const point = (hours: number, state: string) => ({ atMs: hours * hour, state });

test('the mean weighs by time, and what was unavailable does not count', () => {
  const stretches = stretchesOf([point(8, '10'), point(11, '20'), point(12, 'unavailable'), point(18, '40')], span);
  expect(isNumeric(stretches, false)).toBe(true);
  // 1 h of 10, 1 h of 20, 2 h of 40.
  expect(numericSummary(stretches, 'UTC')).toEqual({
    min: 10,
    max: 40,
    mean: 27.5,
    first: 10,
    last: 40,
    changes: 3,
    min_at: '1970-01-01T10:00',
    max_at: '1970-01-01T18:00',
    missing: '1 time, 6h without a number, not counted in',
  });
});

test('states tell how long each was, in part of the span', () => {
  const stretches = stretchesOf([point(1, 'off'), point(15, 'on'), point(17.5, 'off')], span);
  expect(isNumeric(stretches, false)).toBe(false);
  expect(stateSummary(stretches)).toEqual({ changes: 2, last: 'off', time_in: { off: '7h30m 75%', on: '2h30m 25%' } });
});

test('a thousand states are told in twelve and a count', () => {
  const stretches = stretchesOf(
    Array.from({ length: 1000 }, (_, index) => point(10 + index / 100, `s${index}`)),
    span,
  );
  const { time_in: time, other_states: others } = stateSummary(stretches);
  expect(Object.keys(time as object)).toHaveLength(12);
  expect(others).toContain('988 more');
});

test.each([4, 5, 24, 25, 200])('%d points of ten thousand keep the lowest, the highest, the first and the last', (limit) => {
  const points = Array.from({ length: 10_000 }, (_, index) => ({
    atMs: index,
    value: index === 7777 ? 99 : index === 3333 ? -99 : Math.sin(index / 50),
  }));
  const kept = downsampleNumbers(points, limit);
  expect(kept.length).toBeLessThanOrEqual(limit);
  expect(kept.map(({ value }) => value)).toEqual(expect.arrayContaining([99, -99]));
  expect([kept[0]?.atMs, kept[kept.length - 1]?.atMs]).toEqual([0, 9999]);
  expect(kept.map(({ atMs }) => atMs)).toEqual([...kept.map(({ atMs }) => atMs)].sort((a, b) => a - b));
});

test.each([0, 1, 2, 3])('%d points are no more than that', (limit) => {
  expect(
    downsampleNumbers(
      [1, 5, 2, 8, 3].map((value, atMs) => ({ atMs, value })),
      limit,
    ).length,
  ).toBeLessThanOrEqual(limit);
});

test('a rare state is not thinned away', () => {
  const rows = Array.from({ length: 500 }, (_, index) => (index === 251 ? 'jammed' : index % 2 === 0 ? 'locked' : 'unlocked'));
  const kept = downsampleKinds(rows, 10, (row) => row);
  expect(kept).toContain('jammed');
  expect(kept.length).toBeLessThanOrEqual(10);
  expect(kept.length).toBeGreaterThan(7);
});

test('groups hold every row', () => {
  const groups = groupEvenly(
    Array.from({ length: 50 }, (_, index) => index),
    24,
  );
  expect(groups.length).toBeLessThanOrEqual(24);
  expect(groups.flat()).toHaveLength(50);
  expect(groupEvenly([], 5)).toEqual([]);
});
