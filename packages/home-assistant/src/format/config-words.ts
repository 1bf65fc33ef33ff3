import { isRecord, toRecord } from '@switchyard-mcp/core/json';
import { conditionKind, innerConditions, listOf, textsIn, triggerKind } from '../domain/automation-body.ts';

type Raw = Readonly<Record<string, unknown>>;

const longest = 90;

/** A value in few characters. */
export const shortValue = (value: unknown, most = longest): string => {
  const text = typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : (JSON.stringify(value) ?? '');
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
};

const some = (value: unknown): string => {
  const items = textsIn(value);
  return items.length <= 3 ? items.join(', ') : `${items.slice(0, 2).join(', ')} and ${items.length - 2} more`;
};
const words = (...parts: readonly (string | undefined | false)[]): string => parts.filter(Boolean).join(' ');
const given = (value: Raw, key: string, word = key): string => (value[key] === undefined ? '' : `${word} ${shortValue(value[key], 40)}`);
const bounds = (value: Raw): string => words(given(value, 'above'), given(value, 'below'));
const span = (value: Raw): string => words(given(value, 'after'), given(value, 'before'), given(value, 'weekday'));
const attribute = (value: Raw): string => (value['attribute'] === undefined ? '' : `.${shortValue(value['attribute'], 40)}`);
const states = (value: unknown): string =>
  listOf(value)
    .map((item) => shortValue(item, 30))
    .join(' or ');

const triggerDetail: Readonly<Record<string, (trigger: Raw) => string>> = {
  state: (t) =>
    words(
      `${some(t['entity_id'])}${attribute(t)}`,
      t['from'] != null && `from ${states(t['from'])}`,
      t['to'] != null && `to ${states(t['to'])}`,
      given(t, 'for'),
    ),
  numeric_state: (t) => words(`${some(t['entity_id'])}${attribute(t)}`, bounds(t), given(t, 'for')),
  template: (t) => shortValue(t['value_template']),
  time: (t) => words(some(t['at']) || shortValue(t['at']), given(t, 'weekday')),
  time_pattern: (t) => words(given(t, 'hours'), given(t, 'minutes'), given(t, 'seconds')),
  sun: (t) => words(shortValue(t['event']), given(t, 'offset')),
  event: (t) => words(states(t['event_type']), t['event_data'] !== undefined && shortValue(t['event_data'], 60)),
  zone: (t) => words(some(t['entity_id']), shortValue(t['event'] ?? 'enter'), some(t['zone'])),
  device: (t) => words(shortValue(t['domain']), shortValue(t['type']), `device:${shortValue(t['device_id'], 32)}`),
  homeassistant: (t) => shortValue(t['event']),
  mqtt: (t) => shortValue(t['topic']),
  webhook: () => '',
};

/** A trigger in a few words: "state lock.front_door to unlocked". */
export const triggerWords = (trigger: unknown): string => {
  if (!isRecord(trigger)) return shortValue(trigger);
  const kind = triggerKind(trigger);
  return words(kind, triggerDetail[kind]?.(trigger) ?? some(trigger['entity_id']), trigger['enabled'] === false && '(switched off)');
};

const conditionDetail: Readonly<Record<string, (condition: Raw) => string>> = {
  state: (c) => words(`${some(c['entity_id'])}${attribute(c)}`, '=', states(c['state']), given(c, 'for')),
  numeric_state: (c) => words(`${some(c['entity_id'])}${attribute(c)}`, bounds(c)),
  template: (c) => shortValue(c['value_template']),
  time: span,
  sun: (c) => words(span(c), given(c, 'after_offset'), given(c, 'before_offset')),
  zone: (c) => words(some(c['entity_id']), 'in', some(c['zone'])),
  trigger: (c) => `id ${states(c['id'])}`,
  device: (c) => words(shortValue(c['domain']), shortValue(c['type']), `device:${shortValue(c['device_id'], 32)}`),
};

/** A condition in a few words: "numeric_state sensor.hall above 22". */
export const conditionWords = (condition: unknown): string => {
  if (typeof condition === 'string') return `template ${shortValue(condition)}`;
  if (!isRecord(condition)) return shortValue(condition);
  const kind = conditionKind(condition);
  const inner = innerConditions(condition);
  const detail = conditionDetail[kind]?.(condition) ?? (inner.length > 0 ? `of ${inner.length}` : '');
  return words(kind, detail, condition['enabled'] === false && '(switched off)');
};

const targetWords = (value: unknown): string => {
  if (!isRecord(value)) return '';
  const places = (['area', 'floor', 'label', 'device'] as const).map((kind) => {
    const ids = some(value[`${kind}_id`]);
    return ids && `${kind}:${ids}`;
  });
  return words(some(value['entity_id']), ...places);
};

/** A service call in a few words: "light.turn_on light.hall {"brightness_pct":30}". */
export const callWords = (service: string, target: unknown, data: unknown): string => {
  const { entity_id: named, ...rest } = toRecord(data);
  const where = targetWords(target) || some(named);
  return words(service, where, Object.keys(rest).length > 0 && shortValue(rest));
};

const stepKinds: Readonly<Record<string, (value: unknown) => string>> = {
  choose: (value) => `choose of ${listOf(value).length}`,
  if: () => 'if',
  repeat: (value) =>
    isRecord(value)
      ? words('repeat', given(value, 'count'), value['while'] !== undefined && 'while', value['until'] !== undefined && 'until')
      : 'repeat',
  parallel: () => 'parallel',
  sequence: () => 'sequence',
  delay: (value) => `delay ${shortValue(value, 40)}`,
  wait_template: (value) => `wait until ${shortValue(value)}`,
  wait_for_trigger: (value) => `wait for ${listOf(value).map(triggerWords).join(' or ')}`,
  variables: (value) => `variables ${isRecord(value) ? Object.keys(value).join(', ') : ''}`,
  event: (value) => `fire event ${shortValue(value)}`,
  stop: (value) => `stop: ${shortValue(value)}`,
  scene: (value) => `scene ${shortValue(value)}`,
  set_conversation_response: () => 'set the answer',
};

/** A step of a sequence in a few words. */
export const actionWords = (action: unknown): string => {
  if (typeof action === 'string') return conditionWords(action);
  if (!isRecord(action)) return shortValue(action);
  const off = action['enabled'] === false && '(switched off)';
  const service = action['action'] ?? action['service'];
  if (typeof service === 'string') return words(callWords(service, action['target'] ?? action, action['data']), off);
  if (action['condition'] !== undefined || conditionKind(action) !== 'unknown') return conditionWords(action);
  const kind = Object.keys(stepKinds).find((key) => action[key] !== undefined);
  if (kind !== undefined) return words(stepKinds[kind]?.(action[kind]), off);
  if (action['device_id'] !== undefined)
    return words(shortValue(action['domain']), shortValue(action['type']), `device:${shortValue(action['device_id'], 32)}`, off);
  return words(shortValue(action), off);
};
