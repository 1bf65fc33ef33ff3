import { expect, test } from 'vitest';
import { durationWords, minuteTime, spanOf } from './time-words.ts';

const berlin = 'Europe/Berlin';
const hour = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
// A Wednesday.
const now = at('2026-11-25T10:15:00+01:00');
const words = (start: string, end?: string, moment = now): string => {
  const span = spanOf({ start, end }, moment, berlin);
  return `${minuteTime(span.startMs, berlin)} ${minuteTime(span.endMs, berlin)}`;
};

test.each([
  ['24h', undefined, '2026-11-24T10:15 2026-11-25T10:15'],
  ['last 7 days', undefined, '2026-11-18T10:15 2026-11-25T10:15'],
  ['30 minutes ago', 'now', '2026-11-25T09:45 2026-11-25T10:15'],
  ['last hour', undefined, '2026-11-25T09:15 2026-11-25T10:15'],
  ['Today', undefined, '2026-11-25T00:00 2026-11-25T10:15'],
  ['today', 'today', '2026-11-25T00:00 2026-11-25T10:15'],
  ['yesterday', undefined, '2026-11-24T00:00 2026-11-25T00:00'],
  ['this week', undefined, '2026-11-23T00:00 2026-11-25T10:15'],
  ['last week', undefined, '2026-11-16T00:00 2026-11-23T00:00'],
  ['last month', undefined, '2026-10-01T00:00 2026-11-01T00:00'],
  ['2026-11-20', '2026-11-20', '2026-11-20T00:00 2026-11-21T00:00'],
  ['2026-11-20T08:30', '2026-11-20 09:00', '2026-11-20T08:30 2026-11-20T09:00'],
  ['2026-11-20T08:30Z', '2026-11-20T11:00:00+0100', '2026-11-20T09:30 2026-11-20T11:00'],
  ['07:00', undefined, '2026-11-25T07:00 2026-11-25T10:15'],
])('%s to %s', (start, end, wanted) => expect(words(start, end)).toBe(wanted));

test.each([
  ['tomorrow', undefined],
  ['2027-01-01', undefined],
  ['yesterday', '2026-12-24T18:00'],
  ['2026-11-20T10:00', '2026-11-20T09:00'],
  ['today', 'yesterday'],
  ['2026-02-30', undefined],
  ['soon', undefined],
  ['25:00', undefined],
  ['2026-11-20T99:00', undefined],
  ['', undefined],
])('%s to %s is refused', (start, end) =>
  expect(() => words(start, end)).toThrow(expect.objectContaining({ fields: expect.objectContaining({ code: 'invalid_input' }) })),
);

test('the day on which clocks go back has 25 hours, the other one 23', () => {
  const autumn = spanOf({ start: 'yesterday' }, at('2026-10-26T12:00:00+01:00'), berlin);
  expect((autumn.endMs - autumn.startMs) / hour).toBe(25);
  const spring = spanOf({ start: 'yesterday' }, at('2026-03-30T12:00:00+02:00'), berlin);
  expect((spring.endMs - spring.startMs) / hour).toBe(23);
});

test('the hour that comes twice tells which one it is', () => {
  expect(minuteTime(at('2026-10-25T00:30:00Z'), berlin)).toBe('2026-10-25T02:30+02:00');
  expect(minuteTime(at('2026-10-25T01:30:00Z'), berlin)).toBe('2026-10-25T02:30+01:00');
  expect(minuteTime(at('2026-10-25T02:00:00Z'), berlin)).toBe('2026-10-25T03:00');
  expect(spanOf({ start: '2026-10-25T02:30' }, now, berlin).startMs).toBe(at('2026-10-25T00:30:00Z'));
  expect(spanOf({ start: '2026-10-25T02:30+01:00' }, now, berlin).startMs).toBe(at('2026-10-25T01:30:00Z'));
});

test('the hour that is skipped moves on', () => {
  expect(spanOf({ start: '2026-03-29T02:30' }, now, berlin).startMs).toBe(at('2026-03-29T03:30:00+02:00'));
});

test('a zone that Node does not know is shown in UTC', () => expect(minuteTime(0, 'Mars/Olympus')).toBe('1970-01-01T00:00'));

test.each([
  [0, '0s'],
  [59_400, '59s'],
  [90 * 60_000, '1h30m'],
  [5 * hour, '5h'],
  [76 * hour, '3d4h'],
  [48 * hour, '2d'],
])('%d ms is %s', (ms, wanted) => expect(durationWords(ms)).toBe(wanted));
