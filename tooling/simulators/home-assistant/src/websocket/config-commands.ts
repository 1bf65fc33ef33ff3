import type { ConfigEntry } from '../home/registries.ts';
import { related } from '../home/related.ts';
import { isJson, type Json } from '../home/types.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

/** Integrations that let a device be removed. */
export const REMOVABLE: ReadonlySet<string> = new Set(['mqtt', 'kitchen_sink']);

function writeConfigEntry(entry: ConfigEntry): Json {
  return {
    created_at: 1795564835.019751,
    entry_id: entry.entry_id,
    domain: entry.domain,
    modified_at: 1795564835.019754,
    title: entry.title,
    source: 'user',
    state: entry.state,
    supports_options: true,
    supports_remove_device: REMOVABLE.has(entry.domain),
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

function traces({ home }: CommandContext, message: Json): Json[] {
  return home.traces.filter(
    (trace) => trace['domain'] === message['domain'] && (message['item_id'] === undefined || trace['item_id'] === message['item_id']),
  );
}

function trace(context: CommandContext, message: Json): Json {
  const found = traces(context, message).find((entry) => entry['run_id'] === message['run_id']);
  if (!found) throw new CommandError('not_found', 'The trace could not be found');
  const config = context.home.configs.automation.get(String(message['item_id'])) ?? {};
  return {
    ...found,
    trace: isJson(found['trace']) ? found['trace'] : {},
    config,
    blueprint_inputs: null,
    context: { id: found['run_id'], parent_id: null, user_id: null },
  };
}

/** Stored objects, integrations, logs and repairs. */
export const CONFIG_COMMANDS: Commands = {
  'config_entries/get': command('type_filter domain', ({ home }, { domain }) =>
    [...home.registries.configEntries.values()].filter((entry) => domain === undefined || entry.domain === domain).map(writeConfigEntry),
  ),
  'automation/config': command('entity_id!', storedConfig('automation'), true),
  'script/config': command('entity_id!', storedConfig('script'), true),
  'trace/list': command('domain! item_id', traces, true),
  'trace/get': command('domain! item_id! run_id!', trace, true),
  'search/related': command('item_type! item_id!', ({ home }, { item_type, item_id }) => related(home, String(item_type), String(item_id))),
  'system_log/list': command('', ({ home }) => home.log, true),
  'repairs/list_issues': command('', ({ home }) => ({ issues: home.issues })),
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
