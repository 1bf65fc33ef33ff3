import { isoTime } from '../home/identifiers.ts';
import { type BusEvent, type HomeState, isJson, type Json, toList } from '../home/types.ts';
import { compressChange, compressState } from '../home/write-state.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

/** A bus event as subscribers get it. */
function writeEvent(event: BusEvent): Json {
  return { event_type: event.type, data: event.data, origin: 'LOCAL', time_fired: isoTime(event.firedAt), context: event.context };
}

function subscribeEvents(context: CommandContext, message: Json): void {
  const wanted = message['event_type'];
  context.subscribe(
    context.home.listen((event) => {
      if (wanted === undefined || wanted === '*' || wanted === event.type) context.event(writeEvent(event));
    }),
  );
}

type Wants = (entityId: string) => boolean;

/** Which entities a subscription is for; an empty list of ids means all, as in Core. */
function entityFilter(message: Json): Wants {
  const ids = new Set(toList(message['entity_ids']));
  if (ids.size > 0) return (id) => ids.has(id);
  const include = part(message['include']);
  const exclude = part(message['exclude']);
  return (id) => (include === undefined || include(id)) && !(exclude?.(id) ?? false);
}

function part(filter: unknown): Wants | undefined {
  if (!isJson(filter)) return undefined;
  const domains = toList(filter['domains']);
  const entities = toList(filter['entities']);
  const globs = toList(filter['entity_globs']).map(
    (glob) =>
      new RegExp(
        `^${glob
          .replace(/[.+^$()[\]{}|\\]/g, '\\$&')
          .replaceAll('*', '.*')
          .replaceAll('?', '.')}$`,
      ),
  );
  return (id) => domains.includes(id.slice(0, id.indexOf('.'))) || entities.includes(id) || globs.some((glob) => glob.test(id));
}

function subscribeEntities(context: CommandContext, message: Json): void {
  const { home } = context;
  const wants = entityFilter(message);
  const known = new Map<string, HomeState>();
  const stop = home.listen((event) => {
    if (event.type !== 'state_changed') return;
    const id = String(event.data['entity_id']);
    if (wants(id)) sendChange(context, known, id);
  });
  context.subscribe(stop);
  context.afterResult(() => {
    const added: Json = {};
    for (const state of home.states.values()) {
      if (!wants(state.entityId)) continue;
      known.set(state.entityId, state);
      added[state.entityId] = compressState(state);
    }
    context.event({ a: added });
  });
}

function sendChange(context: CommandContext, known: Map<string, HomeState>, id: string): void {
  const old = known.get(id);
  const next = context.home.states.get(id);
  if (next === undefined) {
    known.delete(id);
    return context.event({ r: [id] });
  }
  known.set(id, next);
  context.event(old ? { c: { [id]: compressChange(old, next) } } : { a: { [id]: compressState(next) } });
}

/** A state trigger only: the kind that a waiting client needs. */
function subscribeTrigger(context: CommandContext, message: Json): void {
  const trigger = [message['trigger']].flat()[0];
  const kind = isJson(trigger) ? (trigger['trigger'] ?? trigger['platform']) : undefined;
  if (!isJson(trigger) || (kind !== 'state' && kind !== 'event')) {
    throw new CommandError(
      'invalid_format',
      `Invalid trigger '${String(kind)}' specified. Got {'id': ${context.id}, 'type': 'subscribe_trigger', 'trigger': [{'platform': '${String(kind)}'}]}`,
    );
  }
  const ids = toList(trigger['entity_id']);
  context.subscribe(
    context.home.listen((event) => {
      const hit =
        kind === 'event'
          ? event.type === trigger['event_type']
          : event.type === 'state_changed' && ids.includes(String(event.data['entity_id'])) && stateHit(trigger, event);
      if (hit) context.event({ variables: { trigger: triggerData(String(kind), event) }, context: event.context });
    }),
  );
}

function stateHit(trigger: Json, event: BusEvent): boolean {
  const stateOf = (value: unknown): unknown => (isJson(value) ? value['state'] : undefined);
  const [from, to] = [stateOf(event.data['old_state']), stateOf(event.data['new_state'])];
  if (trigger['to'] === undefined && trigger['from'] === undefined) return true;
  return (
    from !== to &&
    (trigger['to'] === undefined || toList(trigger['to']).includes(String(to))) &&
    (trigger['from'] === undefined || toList(trigger['from']).includes(String(from)))
  );
}

function triggerData(kind: string, event: BusEvent): Json {
  const base = { id: '0', idx: '0', alias: null, platform: kind };
  if (kind === 'event') return { ...base, event: writeEvent(event), description: `event '${event.type}'` };
  const id = String(event.data['entity_id']);
  return {
    ...base,
    entity_id: id,
    from_state: event.data['old_state'],
    to_state: event.data['new_state'],
    for: null,
    attribute: null,
    description: `state of ${id}`,
  };
}

/** Subscriptions. */
export const SUBSCRIBE_COMMANDS: Commands = {
  subscribe_events: command('event_type', subscribeEvents),
  subscribe_entities: command('entity_ids include exclude', subscribeEntities),
  subscribe_trigger: command('trigger! variables', subscribeTrigger, true),
  unsubscribe_events: command('subscription!', (context, { subscription }) => {
    if (!context.unsubscribe(Number(subscription))) throw new CommandError('not_found', 'Subscription not found.');
  }),
};
