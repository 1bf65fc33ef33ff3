import { refuse, type ToolContext, watchUntil } from '@switchyard-mcp/core';
import type { PlannedCall } from './actions.ts';
import { changedEvent, eventMeant, eventWords, isAsAsked, spanOf } from './calendar-event.ts';
import { calendarEdits } from './calendar-services.ts';
import type { CalendarEvent } from './model.ts';
import type { HomeOperations } from './operations.ts';
import { notReadBack, notReadBackNote } from './read-back.ts';
import type { Span } from './span.ts';

/** Bits of a calendar's supported_features. */
const features = { delete_event: 2, update_event: 4 } as const;

export interface CalendarEditOptions {
  readonly data: Readonly<Record<string, unknown>>;
  readonly waitMs: number;
  readonly callTimeoutMs: number;
  readonly dryRun: boolean;
}

/** Is this one of the actions on calendar events that are no services of Core? */
export const isCalendarEdit = ({ service }: PlannedCall): boolean => calendarEdits.includes(service);

const requireFeature = (operations: HomeOperations, entityId: string, name: keyof typeof features): void => {
  const supported = Number(operations.stateOf(entityId)?.attributes['supported_features'] ?? 0);
  if ((supported & features[name]) !== 0) return;
  throw refuse('unsupported', `${entityId} cannot ${name === 'delete_event' ? 'delete' : 'change'} events; its source is read-only here.`, {
    next: ['Use the program or web page that the calendar comes from.'],
  });
};

const keyOf = ({ uid, recurrenceId }: CalendarEvent): string => `${uid} ${recurrenceId ?? ''}`;

/** Changes or deletes one event, and reads the calendar to see that it is so. */
export const editCalendar = async (
  call: PlannedCall,
  options: CalendarEditOptions,
  { operations, signal, confirm }: ToolContext<HomeOperations>,
): Promise<Record<string, unknown>> => {
  const name = call.service.service === 'delete_event' ? 'delete_event' : 'update_event';
  const [entity] = call.entities;
  if (entity === undefined || call.entities.length > 1)
    throw refuse('invalid_input', `Calendar.${name} takes one calendar.`, { next: ['Name its entity id.'] });
  const { entityId } = entity;
  requireFeature(operations, entityId, name);
  const span: Span = spanOf(options.data, operations.clock.now());
  const events = await operations.calendarEvents(entityId, span, signal);
  const event = eventMeant(events, options.data);
  const series = name === 'delete_event' && options.data['series'] === true;
  const wanted = name === 'update_event' ? changedEvent(event, options.data) : undefined;
  const after = wanted === undefined ? 'gone' : eventWords(wanted);
  const before = `${eventWords(event)}${series ? ' and all its repetitions' : ''}`;
  if (options.dryRun) return { would_send: [[`calendar.${name}`, 1, entityId, before, after]] };
  if (wanted !== undefined && isAsAsked(event, wanted)) return { done: 0, unchanged: 1, failed: 0, rows: [[entityId, before, before]] };
  if (wanted === undefined) operations.requireAskable('control', 'Deleting an event');
  const approval =
    wanted === undefined
      ? await confirm({
          summary: `Delete "${event.summary.slice(0, 80)}" from ${entityId}`,
          will: [['delete', entityId, before]],
          state: event,
        })
      : undefined;
  const occurrence = series || event.recurrenceId === undefined ? {} : { recurrenceId: event.recurrenceId };
  const edit = { uid: event.uid, ...occurrence, ...(wanted === undefined ? {} : { event: wanted }) };
  await operations.editCalendarEvent(entityId, edit, {
    signal,
    timeoutMs: options.callTimeoutMs,
    ...(approval === undefined ? {} : { approval }),
  });
  // A moved event may lie outside the span it was found in.
  const moved =
    wanted === undefined
      ? span
      : {
          startMs: Math.min(span.startMs, Date.parse(wanted.start) - 86_400_000),
          endMs: Math.max(span.endMs, Date.parse(wanted.end) + 86_400_000),
        };
  const read = async () => (await operations.calendarEvents(entityId, moved, signal)).find((one) => keyOf(one) === keyOf(event));
  const asAsked = (shown: CalendarEvent | undefined): boolean =>
    wanted === undefined ? shown === undefined : shown !== undefined && isAsAsked(shown, wanted);
  const { reached, isCurrent } = await watchUntil({
    look: async () => ({ event: await read() }),
    reached: (shown) => (asAsked(shown.event) ? 'done' : 'no'),
    waitMs: options.waitMs,
    stopAtUnreadable: true,
    signal,
    clock: operations.clock,
  });
  if (!isCurrent) return { done: 0, unchanged: 0, failed: 0, unverified: 1, rows: [[entityId, before, notReadBack, notReadBackNote]] };
  if (reached === 'done') return { done: 1, unchanged: 0, failed: 0, rows: [[entityId, before, after]] };
  return {
    done: 0,
    unchanged: 0,
    failed: 0,
    pending: 1,
    rows: [[entityId, before, 'not seen yet', 'accepted; the calendar does not show it yet']],
  };
};
