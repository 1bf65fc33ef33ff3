import type { Home } from '../home/home.ts';
import { slugify } from '../home/identifiers.ts';
import type { ConfigEntry } from '../home/registries.ts';
import type { FlowHandler, Step } from './flow-handler.ts';
import { type Field, field, selected } from './schema.ts';

/** A name, and nothing of that name yet. */
const named =
  (key: string, more: readonly Field[] = []): Step =>
  ({ home, domain }, input) => {
    if (input === undefined) return { type: 'form', schema: [field('string', key, { required: true }), ...more], errors: {} };
    const title = String(input[key]);
    const taken = [...home.registries.configEntries.values()].some(
      (entry) => entry.domain === domain && slugify(entry.title) === slugify(title),
    );
    return taken ? { type: 'abort', reason: 'already_configured' } : { type: 'create', title, data: {} };
  };

const put =
  (entityDomain: 'todo' | 'calendar') =>
  (home: Home, entry: ConfigEntry): void => {
    const entityId = `${entityDomain}.${slugify(entry.title)}`;
    if (home.states.has(entityId)) return;
    home.registries.addEntity(entityId, entry.domain, {
      config_entry_id: entry.entry_id,
      unique_id: entry.entry_id,
      original_name: entry.title,
    });
    if (entityDomain === 'todo') home.todos.set(entityId, []);
    else home.calendars.set(entityId, []);
    home.registries.changed('entity', 'create', entityId);
    home.set(entityId, entityDomain === 'todo' ? '0' : 'off', {
      friendly_name: entry.title,
      supported_features: entityDomain === 'todo' ? 127 : 7,
    });
  };

const sources = {
  select: { options: ['create_empty', 'import_ics_file'], translation_key: 'import', custom_value: false, multiple: false },
};

/** Lists and calendars kept by Home Assistant itself. */
export const LIST_FLOWS: Readonly<Record<string, FlowHandler>> = {
  local_todo: {
    starts: { user: 'user' },
    steps: { user: named('todo_list_name') },
    setUp: put('todo'),
    texts: {
      'config.abort.already_configured': 'Service is already configured',
      'config.step.user.description': 'Please choose a name for your new To-do list',
    },
  },
  local_calendar: {
    starts: { user: 'user' },
    steps: { user: named('calendar_name', [selected('import', sources, { optional: true, default: 'create_empty' })]) },
    setUp: put('calendar'),
    diagnostics: (entry) => ({ ics: 'BEGIN:VCALENDAR\nEND:VCALENDAR', title: entry.title }),
    texts: {
      'config.abort.already_configured': 'Service is already configured',
      'config.step.user.description': 'Please choose a name for your new calendar',
    },
  },
};
