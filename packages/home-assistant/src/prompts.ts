import type { PromptDefinition } from '@switchyard-mcp/core';
import { guidedPrompts } from './guided-prompts.ts';

const lines = (...texts: readonly string[]): string => texts.join('\n');

/** Everyday questions, told as tasks. */
export const homeAssistantPrompts: readonly PromptDefinition[] = [
  {
    name: 'morning_briefing',
    title: 'Morning briefing',
    description: 'Weather, calendar, to-do list, and anything about the home that wants attention',
    arguments: [{ name: 'person', description: 'For whom; a first name' }],
    render: ({ person }) =>
      lines(
        `Give ${person || 'me'} a morning briefing of at most ten lines.`,
        'Read ha_overview once. Get the forecast with ha_control action="weather.get_forecasts" data={"type":"daily"}, today’s events with calendar.get_events, and open items with todo.get_items.',
        'Say what is unusual: open doors, unlocked locks, unavailable devices, low batteries. Leave out what is normal. Change nothing.',
      ),
  },
  {
    name: 'energy_report',
    title: 'Energy report',
    description: 'Consumption over a span, compared with the one before',
    arguments: [{ name: 'days', description: 'How many days back; 7 when left out' }],
    render: ({ days }) =>
      lines(
        `Report on energy over the last ${Number(days) || 7} days.`,
        'Find meters with ha_search device_class="energy" and device_class="power". Use ha_history kind="statistics" period="day" with a chart for them, and again for the span before.',
        'Name the largest consumers, the change in percent, and what ran at night. Give numbers with units. Change nothing.',
      ),
  },
  {
    name: 'whats_left_on',
    title: 'What is left on',
    description: 'What is on, open or unlocked, with an offer to set it right',
    arguments: [],
    render: () =>
      lines(
        'Look with ha_overview what is on, open, unlocked or playing, by room.',
        'List it with how long it has been so (ha_get tells). Offer to turn it off in one ha_control call, and wait for my yes before you do.',
      ),
  },
  {
    name: 'good_night_check',
    title: 'Good night check',
    description: 'Doors, windows, locks, lights and batteries before bed',
    arguments: [],
    render: () =>
      lines(
        'Check the home before the night: ha_overview, then ha_search state="on" device_class="door" and "window".',
        'Say first what is not safe (open, unlocked, disarmed), then lights and media still on. Lock and close only what I agree to; never unlock anything.',
      ),
  },
  ...guidedPrompts,
];
