import type { ConfigEntry } from '../home/registries.ts';
import { related } from '../home/related.ts';
import { isJson, type Json } from '../home/types.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

function writeConfigEntry(entry: ConfigEntry): Json {
  return {
    created_at: 1795564835.019751,
    entry_id: entry.entry_id,
    domain: entry.domain,
    modified_at: 1795564835.019754,
    title: entry.title,
    source: entry.source ?? 'user',
    state: entry.state,
    supports_options: true,
    supports_remove_device: false,
    supports_unload: true,
    supports_reconfigure: false,
    supported_subentry_types: {},
    pref_disable_new_entities: false,
    pref_disable_polling: false,
    disabled_by: null,
    reason: entry.reason,
    error_reason_translation_key: null,
    error_reason_translation_placeholders: null,
    num_subentries: 0,
  };
}

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
  'homeassistant/expose_entity/list': command(
    '',
    ({ home }) => ({
      exposed_entities: Object.fromEntries(
        [...home.registries.entities.values()]
          .filter((entry) => isJson(entry.options['conversation']) && entry.options['conversation']['should_expose'] === true)
          .map((entry) => [entry.entity_id, { conversation: true }]),
      ),
    }),
    true,
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
