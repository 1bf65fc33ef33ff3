import { foldText, refuse, type ToolError } from '@switchyard-mcp/core';
import { firstOf } from './find-places.ts';
import type { CalendarEvent } from './model.ts';
import type { Span } from './span.ts';

type Data = Readonly<Record<string, unknown>>;

const dayMs = 86_400_000;
const day = /^\d{4}-\d{2}-\d{2}$/;

const textIn = (data: Data, key: string): string | undefined => {
  const value = data[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** A text of the event as it shall be: "" and null clear it. */
const newText = (data: Data, key: 'description' | 'location'): string | undefined => {
  const value = data[key];
  if (value === undefined) return undefined;
  if (value === null) return '';
  if (typeof value === 'string') return value.trim();
  throw wrong(key, value, 'a text; "" clears it');
};

const wrong = (path: string, got: unknown, expected: string): ToolError =>
  refuse('invalid_input', `data.${path} does not fit.`, {
    issues: [{ path: `data.${path}`, got: JSON.stringify(got)?.slice(0, 40) ?? 'nothing', expected }],
  });

/** Where to look for the event that the data names: around the day given, else from a week ago to a year ahead. */
export const spanOf = (data: Data, nowMs: number): Span => {
  const on = data['on'];
  if (on === undefined) return { startMs: nowMs - 7 * dayMs, endMs: nowMs + 366 * dayMs };
  if (typeof on !== 'string' || !day.test(on) || Number.isNaN(Date.parse(on))) throw wrong('on', on, 'a day, YYYY-MM-DD');
  return { startMs: Date.parse(on) - dayMs, endMs: Date.parse(on) + 2 * dayMs };
};

/** An event in a few words: title and time, to the minute. */
export const eventWords = ({ summary, start, end }: CalendarEvent): string => {
  const minutes = (text: string): string => text.slice(0, 16).replace('T', ' ');
  const until = start.length > 10 && start.slice(0, 10) === end.slice(0, 10) ? end.slice(11, 16) : minutes(end);
  return `${summary.slice(0, 80)}, ${minutes(start)}–${until}`;
};

/** The one event that the data names. @throws ToolError not_found or ambiguous. */
export const eventMeant = (events: readonly CalendarEvent[], data: Data): CalendarEvent => {
  const wanted = textIn(data, 'event');
  if (wanted === undefined) throw wrong('event', data['event'], 'the title or uid of an event');
  const onDay = events.filter(({ start }) => data['on'] === undefined || start.startsWith(String(data['on'])));
  const byUid = onDay.filter(({ uid }) => uid === wanted);
  const found = byUid.length > 0 ? byUid : onDay.filter(({ summary }) => foldText(summary) === foldText(wanted));
  const [first] = found;
  const where = data['on'] === undefined ? 'from a week ago to a year ahead' : `on ${String(data['on'])}`;
  if (first === undefined)
    throw refuse('not_found', `There is no event "${wanted.slice(0, 60)}" ${where}.`, {
      next: ['calendar.get_events lists what there is; give the title as it stands there, and on="YYYY-MM-DD".'],
    });
  const oneSeries = data['series'] === true && found.every(({ uid }) => uid === first.uid);
  if (found.length === 1 || oneSeries) return first;
  const days = new Set(found.map(({ start }) => start.slice(0, 10)));
  throw refuse(
    'ambiguous',
    `"${wanted.slice(0, 60)}" is ${found.length} events: ${firstOf(days.size < found.length ? found.map(({ uid, start }) => `${start.slice(0, 16)} uid ${uid.slice(0, 60)}`) : [...days])}.`,
    { next: days.size < found.length ? ['Give the uid as event.'] : ['Say which with on="YYYY-MM-DD".'] },
  );
};

/** A time moved by some milliseconds, written as it was: a day, a local time or one with a zone. */
const moved = (time: string, ms: number): string => {
  if (day.test(time)) return new Date(Date.parse(time) + ms).toISOString().slice(0, 10);
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(time);
  const at = new Date(Date.parse(zoned ? time : `${time}Z`) + ms).toISOString();
  return zoned ? at : at.slice(0, 19);
};

/** A day or a local time, as the data of an action name it. */
export const timeIn = (data: Data, edge: 'start' | 'end'): string | undefined => {
  const [date, dateTime] = [textIn(data, `${edge}_date`), textIn(data, `${edge}_date_time`)?.replace(' ', 'T')];
  if (date !== undefined && (!day.test(date) || Number.isNaN(Date.parse(date)))) throw wrong(`${edge}_date`, date, 'a day, YYYY-MM-DD');
  if (dateTime !== undefined && (dateTime.length < 16 || Number.isNaN(Date.parse(dateTime))))
    throw wrong(`${edge}_date_time`, dateTime, 'a time, YYYY-MM-DD HH:MM');
  return dateTime ?? date;
};

/** The event as it shall be. A new start alone keeps the length. @throws ToolError when nothing of it would change, or times do not fit. */
export const changedEvent = (event: CalendarEvent, data: Data): CalendarEvent => {
  const start = timeIn(data, 'start') ?? event.start;
  const shownMs = Date.parse(event.end) - Date.parse(event.start);
  // An all-day event ends on the day after its last.
  const length = day.test(start) ? Math.max(1, Math.ceil(shownMs / dayMs)) * dayMs : shownMs;
  const end = timeIn(data, 'end') ?? (start === event.start ? event.end : moved(start, length));
  if (day.test(start) !== day.test(end)) throw wrong('end_date', end, 'a day for a day, a time for a time');
  const description = newText(data, 'description');
  const location = newText(data, 'location');
  if (data['summary'] !== undefined && textIn(data, 'summary') === undefined) throw wrong('summary', data['summary'], 'a title');
  const next: CalendarEvent = {
    ...event,
    summary: textIn(data, 'summary') ?? event.summary,
    start,
    end,
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
  };
  if (!Object.keys(data).some((key) => key !== 'event' && key !== 'on'))
    throw wrong('summary', undefined, 'at least one thing to change: summary, description, location, start_… or end_…');
  return next;
};

/** Local times are compared as they stand, those with a zone by the moment. */
export const sameTime = (shown: string, wanted: string): boolean =>
  /(?:Z|[+-]\d{2}:?\d{2})$/.test(wanted) ? Date.parse(shown) === Date.parse(wanted) : shown.slice(0, 16) === wanted.slice(0, 16);

/** Does the calendar show the event as it was asked to be? */
export const isAsAsked = (shown: CalendarEvent, wanted: CalendarEvent): boolean =>
  shown.summary === wanted.summary &&
  sameTime(shown.start, wanted.start) &&
  sameTime(shown.end, wanted.end) &&
  (shown.description ?? '') === (wanted.description ?? '') &&
  (shown.location ?? '') === (wanted.location ?? '');
