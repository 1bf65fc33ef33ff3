import type { Home } from '../home/home.ts';
import { newUuid } from '../home/identifiers.ts';
import { type CalendarEvent, isJson, type Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

function calendarOf(home: Home, entityId: unknown): CalendarEvent[] {
  const events = home.calendars.get(String(entityId));
  if (!events) throw new CommandError('not_found', 'Entity not found');
  return events;
}

function readEvent(value: unknown, uid: string): CalendarEvent {
  const event = isJson(value) ? value : {};
  const [start, end] = [String(event['dtstart']), String(event['dtend'])];
  if (!(Date.parse(end) > Date.parse(start))) {
    const got = pythonRepr(event);
    throw new CommandError(
      'invalid_format',
      `Expected minimum event duration of 0:00:01 (${start}, ${end}) for dictionary value @ data['event']. Got ${got}`,
    );
  }
  return {
    uid,
    summary: String(event['summary'] ?? ''),
    start,
    end,
    description: String(event['description'] ?? ''),
    location: event['location'] === undefined ? null : String(event['location']),
    rrule: event['rrule'] === undefined ? null : String(event['rrule']),
  };
}

const FEATURES = { creation: 1, deletion: 2, update: 4 } as const;

function requireSupport(home: Home, entityId: unknown, what: keyof typeof FEATURES): void {
  const features = Number(home.states.get(String(entityId))?.attributes['supported_features'] ?? 0);
  if ((features & FEATURES[what]) === 0) throw new CommandError('not_supported', `Calendar does not support event ${what}`);
}

function indexOf(events: readonly CalendarEvent[], uid: unknown, verb: string): number {
  const index = events.findIndex((event) => event.uid === uid);
  if (index >= 0) return index;
  throw new CommandError('failed', `Error while ${verb} event: No existing item with uid/recurrence_id: ${String(uid)}/None`);
}

function createEvent({ home }: CommandContext, message: Json): void {
  const events = calendarOf(home, message['entity_id']);
  requireSupport(home, message['entity_id'], 'creation');
  events.push(readEvent(message['event'], newUuid()));
}

/** To-do lists, calendars and notifications. */
export const LIST_COMMANDS: Commands = {
  'todo/item/list': command('entity_id!', ({ home }, { entity_id }) => {
    const items = home.todos.get(String(entity_id));
    if (!items) throw new CommandError('not_found', 'Entity not found');
    return { items };
  }),
  'calendar/event/create': command('entity_id! event!', createEvent),
  'calendar/event/update': command('entity_id! uid! event! recurrence_id recurrence_range', ({ home }, message) => {
    const events = calendarOf(home, message['entity_id']);
    requireSupport(home, message['entity_id'], 'update');
    events[indexOf(events, message['uid'], 'updating')] = readEvent(message['event'], String(message['uid']));
  }),
  'calendar/event/delete': command('entity_id! uid! recurrence_id recurrence_range', ({ home }, message) => {
    const events = calendarOf(home, message['entity_id']);
    requireSupport(home, message['entity_id'], 'deletion');
    events.splice(indexOf(events, message['uid'], 'deleting'), 1);
  }),
  'persistent_notification/get': command('', ({ home }) => [...home.notifications.values()]),
  'persistent_notification/subscribe': command('', (context) => {
    context.subscribe(
      context.home.listen((event) => {
        if (event.type === 'persistent_notifications_updated') context.event(event.data);
      }),
    );
    context.afterResult(() => context.event({ type: 'current', notifications: Object.fromEntries(context.home.notifications) }));
  }),
};
