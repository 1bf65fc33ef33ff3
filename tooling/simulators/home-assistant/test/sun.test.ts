import { expect, test } from 'vitest';
import { sunAt, sunState } from '../src/home/sun.ts';

const minutesApart = (a: unknown, b: string): number => Math.abs(Date.parse(String(a)) - Date.parse(b)) / 60_000;

// Almanac values for Amsterdam.
test.each([
  ['2026-06-21T00:00:00Z', '2026-06-21T03:18:00Z', '2026-06-21T20:06:00Z'],
  ['2026-12-21T00:00:00Z', '2026-12-21T07:48:00Z', '2026-12-21T15:29:00Z'],
])('rising and setting after %s are those of the almanac', (at, rising, setting) => {
  const { state, attributes } = sunState(Date.parse(at));
  expect(state).toBe('below_horizon');
  expect(minutesApart(attributes['next_rising'], rising)).toBeLessThan(3);
  expect(minutesApart(attributes['next_setting'], setting)).toBeLessThan(3);
});

test('state, elevation and since when agree at every hour of a year', () => {
  const start = Date.parse('2026-01-01T00:30:00Z');
  for (let hour = 0; hour < 365 * 24; hour += 37) {
    const now = start + hour * 3_600_000;
    const { state, attributes, sinceMs } = sunState(now);
    const up = state === 'above_horizon';
    expect(Number(attributes['elevation']) >= -0.84).toBe(up);
    expect(Date.parse(String(attributes[up ? 'next_setting' : 'next_rising']))).toBeLessThan(
      Date.parse(String(attributes[up ? 'next_rising' : 'next_setting'])),
    );
    expect(now - sinceMs).toBeGreaterThanOrEqual(0);
    expect(now - sinceMs).toBeLessThan(17 * 3_600_000);
    expect(attributes['rising']).toBe(sunAt(now + 60_000).elevation > sunAt(now - 60_000).elevation);
  }
});
