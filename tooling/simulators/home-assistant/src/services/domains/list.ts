import { newUuid } from '../../home/identifiers.ts';
import type { CalendarEvent, HomeState, Json, TodoItem } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';
import { ServiceError, validationError } from '../service-error.ts';

function itemsOf(call: ServiceCall, state: HomeState): TodoItem[] {
  return call.home.todos.get(state.entityId) ?? [];
}

function store(call: ServiceCall, state: HomeState, items: TodoItem[]): void {
  call.home.todos.set(state.entityId, items);
  call.put(state.entityId, String(items.filter((item) => item.status === 'needs_action').length));
}

function extras(data: Json): Partial<TodoItem> {
  const due = data['due_datetime'] ?? data['due_date'];
  return { ...(due ? { due: String(due) } : {}), ...(data['description'] ? { description: String(data['description']) } : {}) };
}

function addItem(call: ServiceCall, state: HomeState): void {
  const item: TodoItem = { summary: String(call.data['item']), uid: newUuid(), status: 'needs_action', ...extras(call.data) };
  store(call, state, [...itemsOf(call, state), item]);
}

function find(call: ServiceCall, state: HomeState, name: string): TodoItem {
  const item = itemsOf(call, state).find((known) => known.uid === name || known.summary === name);
  if (!item) throw validationError(`Unable to find to-do list item: ${name}`, 'todo', 'item_not_found', { item: name });
  return item;
}

function updateItem(call: ServiceCall, state: HomeState): void {
  const item = find(call, state, String(call.data['item']));
  const { rename, status } = call.data;
  const next: TodoItem = { ...item, ...(rename ? { summary: String(rename) } : {}), ...extras(call.data) };
  if (status === 'completed' || status === 'needs_action') next.status = status;
  store(
    call,
    state,
    itemsOf(call, state).map((known) => (known === item ? next : known)),
  );
}

function removeItems(call: ServiceCall, state: HomeState): void {
  const names = Array.isArray(call.data['item']) ? call.data['item'] : [call.data['item']];
  const gone = names.map((name) => find(call, state, String(name)));
  store(
    call,
    state,
    itemsOf(call, state).filter((item) => !gone.includes(item)),
  );
}

const getItems: ServiceHandler = (call) => {
  const wanted = call.data['status'];
  const statuses = wanted === undefined ? undefined : [wanted].flat();
  const entries = call.targets.map((state) => [
    state.entityId,
    { items: itemsOf(call, state).filter((item) => !statuses || statuses.includes(item.status)) },
  ]);
  return Object.fromEntries(entries) as Json;
};

/** Events that touch a span, by start. */
export function eventsBetween(events: readonly CalendarEvent[], fromMs: number, toMs: number): CalendarEvent[] {
  return events
    .filter((event) => Date.parse(event.start) < toMs && Date.parse(event.end) > fromMs)
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

function durationMs(value: unknown): number {
  const parts = (typeof value === 'object' && value !== null ? value : {}) as Record<string, number>;
  return (
    ((parts['days'] ?? 0) * 24 + (parts['hours'] ?? 0)) * 3_600_000 + (parts['minutes'] ?? 0) * 60_000 + (parts['seconds'] ?? 0) * 1000
  );
}

const getEvents: ServiceHandler = (call) => {
  const from = call.data['start_date_time'] === undefined ? Date.now() : Date.parse(String(call.data['start_date_time']));
  const end = call.data['end_date_time'];
  if (end === undefined && call.data['duration'] === undefined) {
    throw new ServiceError('invalid_format', 'must contain at least one of end_date_time, duration.');
  }
  const to = end === undefined ? from + durationMs(call.data['duration']) : Date.parse(String(end));
  const entries = call.targets.map((state) => {
    const events = eventsBetween(call.home.calendars.get(state.entityId) ?? [], from, to);
    return [
      state.entityId,
      {
        events: events.map(({ start, end: until, summary, description, location }) => ({
          start,
          end: until,
          summary,
          description,
          ...(location ? { location } : {}),
        })),
      },
    ];
  });
  return Object.fromEntries(entries) as Json;
};

const createEvent: ServiceHandler = (call) => {
  const start = call.data['start_date_time'] ?? call.data['start_date'];
  const end = call.data['end_date_time'] ?? call.data['end_date'];
  if (start === undefined || end === undefined)
    throw new ServiceError('invalid_format', 'must contain at least one of start_date, start_date_time, in.');
  for (const state of call.targets) {
    const events = call.home.calendars.get(state.entityId) ?? [];
    events.push({
      uid: newUuid(),
      summary: String(call.data['summary']),
      start: String(start),
      end: String(end),
      description: String(call.data['description'] ?? ''),
      location: call.data['location'] === undefined ? null : String(call.data['location']),
      rrule: null,
    });
    call.home.calendars.set(state.entityId, events);
  }
};

const CONDITIONS = ['sunny', 'partlycloudy', 'cloudy', 'rainy', 'sunny', 'windy', 'cloudy'];

const getForecasts: ServiceHandler = (call) => {
  const stepMs = call.data['type'] === 'hourly' ? 3_600_000 : call.data['type'] === 'twice_daily' ? 43_200_000 : 86_400_000;
  const count = call.data['type'] === 'hourly' ? 24 : 7;
  const forecast = Array.from({ length: count }, (_, index) => ({
    datetime: new Date(Math.ceil(Date.now() / stepMs) * stepMs + index * stepMs).toISOString().replace('.000Z', '+00:00'),
    condition: CONDITIONS[index % CONDITIONS.length],
    precipitation: index % 4 === 3 ? 5 : 0,
    temperature: 14 + (index % 5),
    templow: 8 + (index % 3),
    precipitation_probability: (index * 20) % 100,
  }));
  return Object.fromEntries(call.targets.map((state) => [state.entityId, { forecast }])) as Json;
};

/** To-do lists, calendars and forecasts. */
export const LIST_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'todo.add_item': (call) => call.targets.forEach((state) => addItem(call, state)),
  'todo.update_item': (call) => call.targets.forEach((state) => updateItem(call, state)),
  'todo.remove_item': (call) => call.targets.forEach((state) => removeItems(call, state)),
  'todo.remove_completed_items': (call) =>
    call.targets.forEach((state) =>
      store(
        call,
        state,
        itemsOf(call, state).filter((item) => item.status !== 'completed'),
      ),
    ),
  'todo.get_items': getItems,
  'calendar.get_events': getEvents,
  'calendar.create_event': createEvent,
  'weather.get_forecasts': getForecasts,
};
