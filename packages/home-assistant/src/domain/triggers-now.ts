import { isRecord } from '@switchyard-mcp/core/json';
import { listOf, textsIn, triggerKind } from './automation-body.ts';
import type { Entity, Home } from './model.ts';

/** One trigger and what it looks at now. */
export interface TriggerNow {
  /** As in traces: trigger/0. */
  readonly path: string;
  readonly trigger: unknown;
  /** Present values; "" when it looks at no entity. */
  readonly seen: string;
  /** Why it cannot fire; undefined when nothing speaks against it. */
  readonly problem?: string;
}

type Raw = Readonly<Record<string, unknown>>;
type Age = (ms: number) => string;

const isInside = (trigger: Raw, value: string): boolean => {
  const number = Number(value);
  const above = trigger['above'] === undefined || number > Number(trigger['above']);
  const below = trigger['below'] === undefined || number < Number(trigger['below']);
  return value.trim() !== '' && above && below;
};

/** It fires when something becomes so, and never while it stays so. */
const isSoAlready = (trigger: Raw, value: string): boolean => {
  const kind = triggerKind(trigger);
  if (kind === 'numeric_state') return isInside(trigger, value);
  return kind === 'state' && trigger['to'] !== undefined && listOf(trigger['to']).includes(value);
};

const problemOf = (entityId: string, entity: Entity | undefined, age: Age): string | undefined => {
  if (entity === undefined) return `${entityId} does not exist`;
  if (entity.disabled) return `${entityId} is disabled`;
  const { state } = entity;
  return state?.state === 'unavailable' ? `${entityId} is unavailable ${age(state.lastChangedAt)}` : undefined;
};

const valueSeen = (entity: Entity, trigger: Raw): string | undefined => {
  const attribute = trigger['attribute'];
  const value = typeof attribute === 'string' ? entity.state?.attributes[attribute] : entity.state?.state;
  return value === undefined || value === null ? undefined : String(value).slice(0, 40);
};

const seenOf = (entityId: string, entity: Entity | undefined, trigger: Raw, age: Age): string | undefined => {
  const value = entity === undefined ? undefined : valueSeen(entity, trigger);
  // That it is unavailable is said as a problem.
  if (entity?.state === undefined || value === undefined || entity.state.state === 'unavailable') return undefined;
  const already = isSoAlready(trigger, value) ? ', so already: it fires only when that begins' : '';
  const many = textsIn(trigger['entity_id']).length > 1;
  return `${many ? `${entityId} ` : ''}is ${value} ${age(entity.state.lastChangedAt)}${already}`;
};

const oneNow = (home: Home, trigger: unknown, path: string, age: Age): TriggerNow => {
  if (!isRecord(trigger)) return { path, trigger, seen: '' };
  if (trigger['enabled'] === false) return { path, trigger, seen: '', problem: 'it is switched off' };
  const device = trigger['device_id'];
  if (typeof device === 'string' && !home.devices.has(device)) return { path, trigger, seen: '', problem: 'its device does not exist' };
  const ids = textsIn(trigger['entity_id']).filter((id) => id.includes('.'));
  const problems = ids.flatMap((id) => problemOf(id, home.entities.get(id), age) ?? []);
  const seen = ids.slice(0, 3).flatMap((id) => seenOf(id, home.entities.get(id), trigger, age) ?? []);
  return { path, trigger, seen: seen.join('; '), ...(problems.length > 0 ? { problem: problems.slice(0, 3).join('; ') } : {}) };
};

/** What each trigger looks at now, and what keeps it from firing. `age` says since when, in words. */
export const triggersNow = (home: Home, triggers: readonly unknown[], age: Age): readonly TriggerNow[] =>
  triggers.map((trigger, index) => oneNow(home, trigger, `trigger/${index}`, age));
