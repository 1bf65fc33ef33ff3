import type { Home } from '../home/home.ts';
import type { CategoryEntry, Json } from '../home/types.ts';
import { checkFields, iconOrNone, text } from './check-fields.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

const checks = { scope: text, name: text, icon: iconOrNone, category_id: text };

const scopeOf = (home: Home, message: Json): Map<string, CategoryEntry> =>
  home.registries.categories.get(String(message['scope'])) ?? new Map();

function requireFree(there: Iterable<CategoryEntry>, name: unknown, except?: CategoryEntry): void {
  for (const known of there)
    if (known !== except && known.name.toLowerCase() === String(name).toLowerCase())
      throw new CommandError('invalid_info', `The name '${String(name)}' is already in use`);
}

function find(home: Home, message: Json): CategoryEntry {
  const entry = scopeOf(home, message).get(String(message['category_id']));
  if (!entry) throw new CommandError('invalid_info', "Category ID doesn't exist");
  return entry;
}

const tell = ({ home }: CommandContext, action: string, message: Json, id: string): void =>
  home.registries.changed('category', action, id, { scope: message['scope'] });

/** Categories: a name of its own in each scope. */
export const CATEGORY_COMMANDS: Commands = {
  'config/category_registry/list': command('scope!', ({ home }, message) => {
    checkFields(message, checks);
    return [...scopeOf(home, message).values()];
  }),
  'config/category_registry/create': command(
    'scope! name! icon',
    (context, message) => {
      checkFields(message, checks);
      requireFree(scopeOf(context.home, message).values(), message['name']);
      const { scope, name, icon } = message;
      const entry = context.home.registries.addCategory(String(scope), String(name), typeof icon === 'string' ? icon : null);
      tell(context, 'create', message, entry.category_id);
      return { ...entry };
    },
    true,
  ),
  'config/category_registry/update': command(
    'scope! category_id! name icon',
    (context, message) => {
      checkFields(message, checks);
      const entry = find(context.home, message);
      if (message['name'] !== undefined) requireFree(scopeOf(context.home, message).values(), message['name'], entry);
      for (const key of ['name', 'icon'] as const) if (message[key] !== undefined) Object.assign(entry, { [key]: message[key] });
      entry.modified_at = Date.now() / 1000;
      tell(context, 'update', message, entry.category_id);
      return { ...entry };
    },
    true,
  ),
  'config/category_registry/delete': command(
    'scope! category_id!',
    (context, message) => {
      const { home } = context;
      const { category_id } = find(home, message);
      const scope = String(message['scope']);
      scopeOf(home, message).delete(category_id);
      for (const entry of home.registries.entities.values()) {
        if (entry.categories[scope] !== category_id) continue;
        const { [scope]: _gone, ...others } = entry.categories;
        const changes = { categories: entry.categories };
        entry.categories = others;
        home.registries.changed('entity', 'update', entry.entity_id, { changes });
      }
      tell(context, 'remove', message, category_id);
      return null;
    },
    true,
  ),
};
