import { readBack, watchUntil } from '@switchyard-mcp/core';
import type { PlannedCall } from './actions.ts';
import { eventWords, sameTime, timeIn } from './calendar-event.ts';
import type { CalendarEvent } from './model.ts';
import type { HomeOperations } from './operations.ts';
import type { CallResult, TargetOutcome } from './perform.ts';
import type { Span } from './span.ts';

type Data = Readonly<Record<string, unknown>>;

interface Looking {
  readonly operations: HomeOperations;
  readonly data: Data;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

const dayMs = 86_400_000;
const keyOf = ({ uid, start }: CalendarEvent): string => `${uid} ${start}`;

/**
 * Sends a creation of events and looks into each calendar for what it made: no state tells of it, and whoever wants to change
 * the event next needs its uid.
 */
export const withMadeEvents = async (
  { service, entities }: PlannedCall,
  send: () => Promise<CallResult>,
  { operations, data, waitMs, signal }: Looking,
): Promise<CallResult> => {
  const [start, summary] = [timeIn(data, 'start'), data['summary']];
  if (`${service.domain}.${service.service}` !== 'calendar.create_event' || start === undefined || typeof summary !== 'string')
    return send();
  const span: Span = { startMs: Date.parse(start) - dayMs, endMs: Date.parse(start) + 2 * dayMs };
  const before = new Map<string, ReadonlySet<string>>();
  for (const { entityId } of entities) {
    const events = await readBack(() => operations.calendarEvents(entityId, span, signal), signal);
    if (events) before.set(entityId, new Set(events.seen.map(keyOf)));
  }
  const result = await send();
  const look = async (target: TargetOutcome): Promise<TargetOutcome> => {
    const known = before.get(target.entityId);
    if (known === undefined || !['unverified', 'done', 'unchanged'].includes(target.ending)) return target;
    const read = async (): Promise<CalendarEvent | undefined> =>
      (await operations.calendarEvents(target.entityId, span, signal)).find(
        (event) => event.summary === summary.trim() && sameTime(event.start, start) && !known.has(keyOf(event)),
      );
    const { state: made } = await watchUntil<CalendarEvent>({ look: read, reached: () => 'done', waitMs, signal, clock: operations.clock });
    if (made === undefined) return { ...target, ending: 'unverified', note: 'accepted; the calendar does not show it yet' };
    return { ...target, ending: 'done', note: `${eventWords(made)}; uid ${made.uid.slice(0, 60)}` };
  };
  return { ...result, targets: await Promise.all(result.targets.map(look)) };
};
