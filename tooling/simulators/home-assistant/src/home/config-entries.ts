import { FLOW_HANDLERS } from '../flows/handlers.ts';
import type { ConfigEntry } from './registries.ts';
import type { Json } from './types.ts';

export type { ConfigEntry } from './registries.ts';

/** Integrations that let a device be removed. */
export const REMOVABLE: ReadonlySet<string> = new Set(['mqtt', 'kitchen_sink']);

/** Integrations that the seed sets up without a flow behind them have options, as most have. */
const supportsOptions = (entry: ConfigEntry): boolean => {
  const handler = FLOW_HANDLERS[entry.domain];
  return handler ? handler.options !== undefined : true;
};

/** A config entry as Core writes it. */
export function writeConfigEntry(entry: ConfigEntry): Json {
  const handler = FLOW_HANDLERS[entry.domain];
  const types = Object.entries(handler?.subentries ?? {}).map(([type, steps]) => [
    type,
    { supports_reconfigure: steps['reconfigure'] !== undefined },
  ]);
  return {
    created_at: 1795564835.019751,
    entry_id: entry.entry_id,
    domain: entry.domain,
    modified_at: entry.modified_at ?? 1795564835.019754,
    title: entry.title,
    source: entry.source ?? 'user',
    state: entry.disabled_by ? 'not_loaded' : entry.state,
    supports_options: supportsOptions(entry),
    supports_remove_device: REMOVABLE.has(entry.domain),
    supports_unload: true,
    supports_reconfigure: handler?.starts['reconfigure'] !== undefined,
    supported_subentry_types: Object.fromEntries(types),
    pref_disable_new_entities: entry.pref_disable_new_entities ?? false,
    pref_disable_polling: entry.pref_disable_polling ?? false,
    disabled_by: entry.disabled_by ?? null,
    reason: entry.reason,
    error_reason_translation_key: null,
    error_reason_translation_placeholders: null,
    num_subentries: entry.subentries?.length ?? 0,
  };
}
