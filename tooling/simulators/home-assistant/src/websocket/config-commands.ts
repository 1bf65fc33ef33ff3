import { writeConfigEntry } from '../home/config-entries.ts';
import { related } from '../home/related.ts';
import type { Json } from '../home/types.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

function storedConfig(kind: 'automation' | 'script'): (context: CommandContext, message: Json) => Json {
  return ({ home }, message) => {
    const id = String(message['entity_id']);
    const state = home.states.get(id);
    const key = kind === 'script' ? id.slice(id.indexOf('.') + 1) : String(state?.attributes['id'] ?? '');
    const config = home.configs[kind].get(key);
    if (!state || !config) throw new CommandError('not_found', 'Entity not found');
    return { config };
  };
}

/** Stored objects and integrations. */
export const CONFIG_COMMANDS: Commands = {
  'config_entries/get': command('type_filter domain', ({ home }, { domain }) =>
    [...home.registries.configEntries.values()].filter((entry) => domain === undefined || entry.domain === domain).map(writeConfigEntry),
  ),
  'automation/config': command('entity_id!', storedConfig('automation'), true),
  'script/config': command('entity_id!', storedConfig('script'), true),
  'search/related': command('item_type! item_id!', ({ home }, { item_type, item_id }) => related(home, String(item_type), String(item_id))),
  'entity/source': command('', ({ home }) =>
    Object.fromEntries(
      [...home.states.keys()].map((id) => [id, { domain: home.registries.entities.get(id)?.platform ?? id.slice(0, id.indexOf('.')) }]),
    ),
  ),
  'lovelace/dashboards/list': command('', () => []),
  'lovelace/config': command('url_path force', () => {
    throw new CommandError('config_not_found', 'No config found.');
  }),
  'energy/get_prefs': command('', () => {
    throw new CommandError('not_found', 'No prefs');
  }),
  'person/list': command('', () => ({
    storage: [{ id: 'ada_tester', name: 'Ada Tester', user_id: null, device_trackers: [] }],
    config: [],
  })),
  'zone/list': command('', () => []),
};
