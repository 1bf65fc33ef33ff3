import { foldName, newUlid } from '../../home/identifiers.ts';
import { isJson, type Json } from '../../home/types.ts';
import type { ServiceCall, ServiceHandler } from '../service-call.ts';

const says = (speech: string, type: string, data: Json): Json => ({
  response: { speech: { plain: { speech, extra_data: null } }, card: {}, language: 'en', response_type: type, data },
  conversation_id: newUlid(),
  continue_conversation: false,
});

/** The exposed entity of a name, spoken with or without "the". */
function meant({ home }: ServiceCall, name: string): { entityId: string; name: string } | undefined {
  for (const entry of home.registries.entities.values()) {
    const exposed = isJson(entry.options['conversation']) && entry.options['conversation']['should_expose'] === true;
    const friendly = String(home.states.get(entry.entity_id)?.attributes['friendly_name'] ?? '');
    if (exposed && foldName(friendly) === foldName(name)) return { entityId: entry.entity_id, name: friendly };
  }
  return undefined;
}

/** Understands "turn on the X" and "turn off the X". */
export const process: ServiceHandler = async (call) => {
  const [, way, name = ''] = /^turn (on|off) (?:the )?(.+?)[.!]?$/i.exec(String(call.data['text']).trim()) ?? [];
  if (way === undefined) return says("Sorry, I couldn't understand that", 'error', { code: 'no_intent_match' });
  const target = meant(call, name);
  if (!target) return says(`Sorry, I am not aware of any device called ${name}`, 'error', { code: 'no_valid_targets' });
  await call.nested('homeassistant', `turn_${way.toLowerCase()}`, { entity_id: [target.entityId] });
  const success = [{ name: target.name, type: 'entity', id: target.entityId }];
  return says(`Turned ${way.toLowerCase()} the light`, 'action_done', { targets: [], success, failed: [] });
};
