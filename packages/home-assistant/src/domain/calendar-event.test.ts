import { isToolError } from '@switchyard-mcp/core';
import { describe, expect, test } from 'vitest';
import { changedEvent, eventMeant, eventWords, isAsAsked, spanOf } from './calendar-event.ts';
import type { CalendarEvent } from './model.ts';

const dentist: CalendarEvent = { uid: 'u1', summary: 'Dentist', start: '2026-11-26T11:00:00+01:00', end: '2026-11-26T12:00:00+01:00' };
const fair: CalendarEvent = { uid: 'u2', summary: 'Fair', start: '2026-12-01', end: '2026-12-03', location: 'Square' };
const weekly = (day: string): CalendarEvent => ({
  uid: 'u3',
  recurrenceId: day.replaceAll('-', ''),
  rrule: 'FREQ=WEEKLY',
  summary: 'Choir',
  start: `${day}T19:00:00+01:00`,
  end: `${day}T21:00:00+01:00`,
});
const events = [
  dentist,
  fair,
  weekly('2026-11-27'),
  weekly('2026-12-04'),
  { ...dentist, uid: 'u4', summary: 'Twin' },
  { ...dentist, uid: 'u5', summary: 'Twin' },
];
const codeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return isToolError(error) ? `${error.fields.code}: ${error.fields.what}` : error;
  }
};

describe('which event is meant', () => {
  test('by title, whatever its case and accents; by uid; by its day', () => {
    expect(eventMeant(events, { event: 'dentíst' }).uid).toBe('u1');
    expect(eventMeant(events, { event: 'u2' })).toBe(fair);
    expect(eventMeant(events, { event: 'Choir', on: '2026-12-04' }).recurrenceId).toBe('20261204');
    expect(eventMeant(events, { event: 'Choir', series: true }).uid).toBe('u3');
  });
  test.each([
    [{ event: 'Dentist', on: '2026-11-25' }, /^not_found: .*on 2026-11-25/],
    [{ event: 'Nobody' }, /^not_found/],
    [{ event: 'Choir' }, /^ambiguous: .*2 events: 2026-11-27, 2026-12-04/],
    [{ event: 'Twin' }, /^ambiguous: .*uid u4.*uid u5/],
    [{ event: 'Twin', series: true }, /^ambiguous/],
    [{}, /^invalid_input/],
  ])('%j is refused', (data, words) => {
    expect(codeOf(() => eventMeant(events, data))).toMatch(words);
  });
  test('the search spans the day asked for, or a week back and a year ahead', () => {
    expect(spanOf({ on: '2026-11-26' }, 0).startMs).toBeLessThan(Date.parse('2026-11-26T00:00:00+14:00'));
    expect(spanOf({ on: '2026-11-26' }, 0).endMs).toBeGreaterThan(Date.parse('2026-11-26T24:00:00-12:00'));
    expect(spanOf({}, 0)).toEqual({ startMs: -7 * 86_400_000, endMs: 366 * 86_400_000 });
    expect(codeOf(() => spanOf({ on: 'tomorrow' }, 0))).toMatch(/^invalid_input/);
  });
});

describe('how it shall be', () => {
  test('a new start alone keeps the length: a local time, one with a zone, a day', () => {
    expect(changedEvent(dentist, { event: 'x', start_date_time: '2026-11-27 09:30:00' })).toMatchObject({ end: '2026-11-27T10:30:00' });
    expect(changedEvent(dentist, { event: 'x', start_date_time: '2026-11-27T09:30:00Z' })).toMatchObject({
      end: '2026-11-27T10:30:00.000Z',
    });
    expect(changedEvent(fair, { event: 'x', start_date: '2026-12-30' })).toMatchObject({ start: '2026-12-30', end: '2027-01-01' });
    expect(changedEvent(dentist, { event: 'x', start_date: '2026-12-01' })).toMatchObject({ start: '2026-12-01', end: '2026-12-02' });
  });
  test('an empty text clears description or location, as the calendar shall show', () => {
    const full = { ...dentist, description: 'Bring the card', location: 'Main Street 1' };
    const wanted = changedEvent(full, { event: 'x', description: '', location: null });
    expect(wanted).toMatchObject({ description: '', location: '' });
    expect(isAsAsked(full, wanted)).toBe(false);
    expect(isAsAsked(dentist, wanted)).toBe(true);
  });
  test.each([
    [{ event: 'x', summary: '' }, /data.summary/],
    [{ event: 'x', description: 5 }, /data.description/],
    [{ event: 'x' }, /data.summary/],
    [{ event: 'x', end_date: '2026-12-01' }, /data.end_date/],
    [{ event: 'x', start_date_time: 'at nine' }, /data.start_date_time/],
    [{ event: 'x', start_date: '1.12.2026' }, /data.start_date/],
  ])('%j is refused', (data, words) => {
    expect(codeOf(() => changedEvent(dentist, data))).toMatch(words);
  });
  test('it is seen to be so by the moment, or by the local time as it stands', () => {
    expect(isAsAsked(dentist, { ...dentist, start: '2026-11-26T10:00:00Z', end: '2026-11-26T11:00:00Z' })).toBe(true);
    expect(isAsAsked(dentist, { ...dentist, start: '2026-11-26T11:00:00', end: '2026-11-26T12:00' })).toBe(true);
    expect(isAsAsked(dentist, { ...dentist, end: '2026-11-26T12:30:00' })).toBe(false);
    expect(isAsAsked(fair, { ...fair, location: 'Hall' })).toBe(false);
  });
  test('in words', () => {
    expect([eventWords(dentist), eventWords(fair)]).toEqual(['Dentist, 2026-11-26 11:00–12:00', 'Fair, 2026-12-01–2026-12-03']);
  });
});
