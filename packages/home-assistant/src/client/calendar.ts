import { isRecord, textOf } from '@switchyard-mcp/core/json';
import type { CalendarEdit, CalendarEvent } from '../domain/model.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

/** A moment or, of an all-day event, a day. */
const timeOf = (raw: unknown): string | undefined => (isRecord(raw) ? (textOf(raw, 'dateTime') ?? textOf(raw, 'date')) : undefined);

/** Reads one entry of GET /api/calendars/{id}. */
export const toCalendarEvent = (raw: Raw): CalendarEvent | undefined => {
  const [start, end] = [timeOf(raw['start']), timeOf(raw['end'])];
  if (start === undefined || end === undefined) return undefined;
  const optional = (key: string, name: string): Record<string, string> => {
    const value = textOf(raw, key);
    return value === undefined || value === '' ? {} : { [name]: value };
  };
  return {
    uid: textOf(raw, 'uid') ?? '',
    summary: textOf(raw, 'summary') ?? '',
    start,
    end,
    ...optional('description', 'description'),
    ...optional('location', 'location'),
    ...optional('recurrence_id', 'recurrenceId'),
    ...optional('rrule', 'rrule'),
  };
};

/** calendar/event/update replaces the whole event; of one occurrence the rule of the series is no part. */
const eventFields = ({ summary, start, end, description, location }: CalendarEvent): Raw => ({
  summary,
  dtstart: start,
  dtend: end,
  ...(description === undefined ? {} : { description }),
  ...(location === undefined ? {} : { location }),
});

/** Sends calendar/event/update or calendar/event/delete, once. */
export const editCalendarEvent = async (
  socket: HomeSocket,
  entityId: string,
  { uid, recurrenceId, event }: CalendarEdit,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> => {
  const target = { entity_id: entityId, uid, ...(recurrenceId === undefined ? {} : { recurrence_id: recurrenceId }) };
  const message =
    event === undefined
      ? { type: 'calendar/event/delete', ...target }
      : { type: 'calendar/event/update', ...target, event: eventFields(event) };
  const doing = `${event === undefined ? 'Deleting' : 'Changing'} an event of ${entityId}`;
  await socket.command(message, { signal, timeoutMs, write: true, doing });
};
