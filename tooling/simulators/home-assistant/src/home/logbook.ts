import { history } from './history.ts';
import type { Home } from './home.ts';
import type { Json } from './types.ts';

/** Without a list of entities the logbook of a big home would never end; Core has the same worry. */
const UNASKED = /^(light|lock|cover|alarm_control_panel|person|switch|media_player|binary_sensor|script|automation)\./;

/** Logbook entries of some or all entities, oldest first; times are seconds. */
export function logbook(home: Home, entityIds: readonly string[] | undefined, from: number, to: number): Json[] {
  const ids = entityIds ?? [...home.states.keys()].filter((id) => UNASKED.test(id)).slice(0, 300);
  const entries: Json[] = [];
  for (const id of ids) {
    let last: string | undefined;
    for (const point of history(home, id, from, to, false)) {
      if (point.state === last) continue;
      last = point.state;
      entries.push({ state: point.state, entity_id: id, when: point.at / 1000, ...cause(home, point.contextId, point.service) });
    }
  }
  if (entityIds === undefined)
    for (const start of home.starts.filter((at) => at >= from && at <= to))
      entries.push({
        name: 'Home Assistant',
        message: 'started',
        icon: 'mdi:home-assistant',
        domain: 'homeassistant',
        when: start / 1000,
      });
  return entries.sort((a, b) => Number(a['when']) - Number(b['when']));
}

function cause(home: Home, contextId: string | undefined, service: string | undefined): Json {
  const automation = home.causes.get(contextId ?? '');
  if (automation) {
    const { entityId, name } = automation;
    return {
      context_event_type: 'automation_triggered',
      context_domain: 'automation',
      context_name: name,
      context_message: 'triggered',
      context_entity_id: entityId,
    };
  }
  if (service === undefined) return {};
  const [domain, name] = service.split('.');
  return { context_user_id: USER_ID, context_domain: domain, context_service: name, context_event_type: 'call_service' };
}

/** The user every token of the simulator belongs to. */
export const USER_ID = '155c2ebe5fea4bb59eb1b92fd1dfd921';
