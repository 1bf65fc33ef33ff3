import type { Entity } from './model.ts';
import { opensUp } from './security.ts';

/** What a person would want to be told: open, unlocked, running. Binary sensors have words of their own. */
const active: Readonly<Record<string, (state: string) => boolean>> = {
  light: (state) => state === 'on',
  switch: (state) => state === 'on',
  fan: (state) => state === 'on',
  media_player: (state) => state === 'playing',
  cover: (state) => state !== 'closed' && state !== 'unknown',
  lock: (state) => state !== 'locked',
  valve: (state) => state !== 'closed',
  vacuum: (state) => state !== 'docked',
  siren: (state) => state === 'on',
  alarm_control_panel: () => true,
  climate: (state) => state !== 'off',
};

/** What "on" means for the sensors that a person would want to hear of, the gravest first. */
const words: Readonly<Record<string, string>> = {
  carbon_monoxide: 'carbon monoxide',
  smoke: 'smoke',
  gas: 'gas',
  moisture: 'wet',
  safety: 'unsafe',
  tamper: 'tampered with',
  lock: 'unlocked',
  garage_door: 'open',
  door: 'open',
  opening: 'open',
  window: 'open',
  problem: 'problem',
};
const gravest = Object.keys(words);

const classOf = ({ state }: Entity): string => String(state?.attributes['device_class'] ?? '');

/** "open", "smoke", "wet"; undefined for a binary sensor that tells nothing of note. */
export const alarmWord = (entity: Entity): string | undefined =>
  entity.domain === 'binary_sensor' && entity.state?.state === 'on' && Object.hasOwn(words, classOf(entity))
    ? words[classOf(entity)]
    : undefined;

/** Small numbers first: what lets somebody in, or is stuck, before what is only on. */
const urgency = (entity: Entity): number => {
  if (entity.domain === 'binary_sensor') return gravest.indexOf(classOf(entity));
  if (entity.domain === 'lock') return entity.state?.state === 'jammed' ? 0 : entity.state?.state === 'locking' ? 2 : 1;
  return opensUp(entity.entityId, classOf(entity)) ? 0 : 1;
};

/** What is on, open, unlocked or alarming, by domain; within each the most urgent first. */
export const activeNow = (entities: readonly Entity[]): ReadonlyMap<string, readonly Entity[]> => {
  const found = new Map<string, Entity[]>(['binary_sensor', ...Object.keys(active)].map((domain) => [domain, []]));
  for (const entity of entities) {
    const { state } = entity;
    if (entity.hidden || state === undefined || state.state === 'unavailable') continue;
    if (active[entity.domain]?.(state.state) === true || alarmWord(entity) !== undefined) found.get(entity.domain)?.push(entity);
  }
  const some = [...found].filter(([, those]) => those.length > 0);
  return new Map(some.map(([domain, those]) => [domain, those.sort((a, b) => urgency(a) - urgency(b))]));
};
