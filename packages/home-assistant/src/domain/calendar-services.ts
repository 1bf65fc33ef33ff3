import type { Service } from './model.ts';

const when = ['start_date_time', 'end_date_time', 'start_date', 'end_date'] as const;
const event = { name: 'event', required: true, description: 'The event: its exact title, or its uid' };
const on = { name: 'on', required: false, description: 'Day it starts, YYYY-MM-DD, when several have that title' };

/**
 * Core changes and deletes calendar events by commands of its own, not by services. Under these names they are found, described
 * and checked like any other action.
 */
export const calendarEdits: readonly Service[] = [
  {
    domain: 'calendar',
    service: 'update_event',
    description: 'Changes an event; of a recurring one only the occurrence named by its day.',
    fields: [event, on, ...['summary', 'description', 'location', ...when].map((name) => ({ name, required: false }))],
    target: { domains: ['calendar'] },
    response: 'none',
  },
  {
    domain: 'calendar',
    service: 'delete_event',
    description: 'Deletes an event. A person is asked first.',
    fields: [event, on, { name: 'series', required: false, description: 'true: all occurrences of a recurring event' }],
    target: { domains: ['calendar'] },
    response: 'none',
  },
];

/** The services of a home that has calendars, with those above; a Core that has services of these names keeps its own. */
export const withCalendarEdits = (services: readonly Service[]): readonly Service[] => {
  const has = (name: string): boolean => services.some(({ domain, service }) => domain === 'calendar' && service === name);
  return has('create_event') ? [...services, ...calendarEdits.filter(({ service }) => !has(service))] : services;
};
