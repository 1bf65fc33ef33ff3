import { FLOW_HANDLERS } from '../flows/handlers.ts';
import { writeConfigEntry } from '../home/config-entries.ts';
import { related } from '../home/related.ts';
import type { Json } from '../home/types.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

function storedConfig(kind: 'automation' | 'script'): (context: CommandContext, message: Json) => Json {
  return ({ home }, message) => {
    const id = String(message['entity_id']);
    const state = home.states.get(id);
    const entry = home.registries.entities.get(id);
    const key = entry?.unique_id ?? (kind === 'script' ? id.slice(id.indexOf('.') + 1) : String(state?.attributes['id'] ?? ''));
    const config = home.configs[kind].get(key) ?? home.yamlOnly.get(id);
    if (!state || !config) throw new CommandError('not_found', 'Entity not found');
    return { config };
  };
}

/** Stored objects and integrations. */
export const CONFIG_COMMANDS: Commands = {
  'config_entries/get': command('type_filter domain', ({ home }, { domain, type_filter: types }) =>
    [...home.registries.configEntries.values()]
      .filter((entry) => domain === undefined || entry.domain === domain)
      .filter((entry) => !Array.isArray(types) || types.includes(FLOW_HANDLERS[entry.domain]?.helper === true ? 'helper' : 'hub'))
      .map(writeConfigEntry),
  ),
  'automation/config': command('entity_id!', storedConfig('automation'), true),
  'script/config': command('entity_id!', storedConfig('script'), true),
  'search/related': command('item_type! item_id!', ({ home }, { item_type, item_id }) => related(home, String(item_type), String(item_id))),
  'entity/source': command('', ({ home }) =>
    Object.fromEntries(
      [...home.states.keys()].map((id) => [id, { domain: home.registries.entities.get(id)?.platform ?? id.slice(0, id.indexOf('.')) }]),
    ),
  ),
};
