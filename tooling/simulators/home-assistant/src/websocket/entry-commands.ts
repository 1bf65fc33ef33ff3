import { textsOf, waitingFlows } from '../flows/flow-manager.ts';
import { FLOW_HANDLERS } from '../flows/handlers.ts';
import { type ConfigEntry, writeConfigEntry } from '../home/config-entries.ts';
import type { Home } from '../home/home.ts';
import type { Json } from '../home/types.ts';
import { CommandError, type Commands, command } from './command.ts';

function entryOf(home: Home, entryId: unknown): ConfigEntry {
  const entry = home.registries.configEntries.get(String(entryId));
  if (!entry) throw new CommandError('not_found', 'Config entry not found');
  return entry;
}

/** The entities of a disabled integration have no state. */
function setDisabled(home: Home, entry: ConfigEntry, disabledBy: string | null): void {
  home.registries.configEntries.set(entry.entry_id, { ...entry, disabled_by: disabledBy, modified_at: Date.now() / 1000 });
  for (const entity of home.registries.entities.values()) {
    if (entity.config_entry_id !== entry.entry_id) continue;
    if (disabledBy === null) {
      entity.disabled_by = null;
      const initial = home.initial.get(entity.entity_id);
      home.set(entity.entity_id, initial?.state ?? 'unknown', { ...initial?.attributes });
    } else {
      entity.disabled_by = 'config_entry';
      home.remove(entity.entity_id);
    }
    home.registries.changed('entity', 'update', entity.entity_id, { changes: {} });
  }
}

function removeSubentry(home: Home, message: Json): void {
  const entry = entryOf(home, message['entry_id']);
  const left = (entry.subentries ?? []).filter((one) => one['subentry_id'] !== message['subentry_id']);
  if (left.length === (entry.subentries ?? []).length) throw new CommandError('not_found', 'Config subentry not found');
  home.registries.configEntries.set(entry.entry_id, { ...entry, subentries: left, modified_at: Date.now() / 1000 });
}

/** Integrations, their parts and flows. */
export const ENTRY_COMMANDS: Commands = {
  'config_entries/get_single': command(
    'entry_id!',
    ({ home }, { entry_id }) => ({ config_entry: writeConfigEntry(entryOf(home, entry_id)) }),
    true,
  ),
  'config_entries/update': command(
    'entry_id! title pref_disable_new_entities pref_disable_polling',
    ({ home }, { entry_id, type: _type, id: _id, ...given }) => {
      const entry = { ...entryOf(home, entry_id), ...given, modified_at: Date.now() / 1000 };
      home.registries.configEntries.set(entry.entry_id, entry);
      FLOW_HANDLERS[entry.domain]?.setUp?.(home, entry);
      home.fire('config_entry_changed', { entry_id: entry.entry_id });
      return { config_entry: writeConfigEntry(entry), require_restart: false };
    },
    true,
  ),
  'config_entries/subscribe': command(
    'type_filter',
    (context) => {
      const { home } = context;
      const tell = (type: string | null, entry: ConfigEntry): void => context.event([{ type, entry: writeConfigEntry(entry) }]);
      context.subscribe(
        home.listen((event) => {
          const entry =
            event.type === 'config_entry_changed' ? home.registries.configEntries.get(String(event.data['entry_id'])) : undefined;
          if (entry) tell('updated', entry);
        }),
      );
      context.afterResult(() =>
        context.event([...home.registries.configEntries.values()].map((entry) => ({ type: null, entry: writeConfigEntry(entry) }))),
      );
      return null;
    },
    true,
  ),
  'config_entries/disable': command(
    'entry_id! disabled_by!',
    ({ home }, { entry_id, disabled_by }) => {
      setDisabled(home, entryOf(home, entry_id), typeof disabled_by === 'string' ? disabled_by : null);
      return { require_restart: false };
    },
    true,
  ),
  'config_entries/flow/progress': command('', ({ home }) => waitingFlows(home), true),
  'config_entries/subentries/list': command(
    'entry_id!',
    ({ home }, { entry_id }) => (entryOf(home, entry_id).subentries ?? []).map(({ data: _data, ...shown }) => shown),
    true,
  ),
  'config_entries/subentries/delete': command('entry_id! subentry_id!', ({ home }, message) => removeSubentry(home, message), true),
  'frontend/get_translations': command('language! category! integration config_flow', ({ home }, { category, integration }) => {
    const domains = [integration ?? []].flat().map(String);
    const known = Object.entries(home.words).filter(([key]) =>
      domains.some((domain) => key.startsWith(`component.${domain}.${String(category)}.`)),
    );
    return { resources: { ...textsOf(domains, String(category)), ...Object.fromEntries(known) } };
  }),
};
