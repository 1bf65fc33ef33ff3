import type { Home } from './home.ts';
import { noise } from './identifiers.ts';
import type { HomeState, Json } from './types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEP = 10 * 60_000;
/** The recorder's default: ten days. */
const KEEP = 10 * DAY;

/** One point of an entity's past. */
export interface PastPoint {
  readonly state: string;
  readonly attributes: Readonly<Json>;
  readonly at: number;
  readonly service: string | undefined;
  /** Of recorded changes: whose doing it was. */
  readonly contextId?: string;
}

/** Domains whose past is a row of on and off. */
const TOGGLING = new Set(['light', 'switch', 'binary_sensor', 'fan', 'media_player', 'input_boolean', 'person', 'device_tracker']);
const OTHER: Readonly<Record<string, readonly [string, string]>> = {
  media_player: ['playing', 'idle'],
  person: ['home', 'not_home'],
  device_tracker: ['home', 'not_home'],
};

/** The number a sensor showed at a moment: a day's curve that ends in the seeded value. */
export function valueAt(seeded: HomeState, origin: number, at: number): number {
  const end = Number(seeded.state);
  const unit = seeded.attributes['unit_of_measurement'];
  if (unit === 'kWh') return round(Math.max(0, end - ((origin - at) / HOUR) * 0.35));
  if (unit === 'W')
    return round(
      Math.max(0, end + swing(seeded.entityId, at, Math.max(40, end * 0.4)) - swing(seeded.entityId, origin, Math.max(40, end * 0.4))),
    );
  const reach = unit === '°C' ? 2.4 : unit === '%' && seeded.attributes['device_class'] !== 'battery' ? 6 : Math.abs(end) * 0.02;
  return round(end + swing(seeded.entityId, at, reach) - swing(seeded.entityId, origin, reach));
}

/** Warmest at three in the afternoon (UTC), with a little noise. */
function swing(entityId: string, at: number, reach: number): number {
  return reach * Math.sin((2 * Math.PI * (at - 9 * HOUR)) / DAY) + reach * 0.15 * (noise(entityId, Math.floor(at / STEP)) - 0.5);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function isNumeric(state: HomeState): boolean {
  return (
    state.entityId.startsWith('sensor.') &&
    state.state !== '' &&
    Number.isFinite(Number(state.state)) &&
    state.attributes['unit_of_measurement'] !== undefined
  );
}

function numericPast(seeded: HomeState, origin: number, from: number, to: number): PastPoint[] {
  const points: PastPoint[] = [];
  for (let at = Math.ceil(from / STEP) * STEP; at < Math.min(to, origin); at += STEP) {
    const jitter = Math.floor(noise(seeded.entityId, at / STEP) * 20_000);
    const state = String(valueAt(seeded, origin, at));
    if (points.at(-1)?.state !== state && at + jitter < origin)
      points.push({ state, attributes: seeded.attributes, at: at + jitter, service: undefined });
  }
  return points;
}

function togglingPast(seeded: HomeState, from: number, to: number): PastPoint[] {
  const domain = seeded.entityId.slice(0, seeded.entityId.indexOf('.'));
  const [on, off] = OTHER[domain] ?? ['on', 'off'];
  const points: PastPoint[] = [];
  // Start an hour early: a span may begin in the middle of one.
  for (let hour = Math.floor(from / HOUR) - 1; hour * HOUR < Math.min(to, seeded.changedAt - HOUR); hour += 1) {
    if (noise(seeded.entityId, hour) < 0.75) continue;
    const start = hour * HOUR + Math.floor(noise(seeded.entityId, hour + 7) * 20 * 60_000);
    const length = Math.floor((5 + noise(seeded.entityId, hour + 13) * 30) * 60_000);
    points.push({ state: on, attributes: seeded.attributes, at: start, service: undefined });
    points.push({ state: off, attributes: seeded.attributes, at: start + length, service: undefined });
  }
  return points;
}

function wholePast(home: Home, entityId: string, from: number, to: number): PastPoint[] {
  const seeded = home.initial.get(entityId);
  const points: PastPoint[] = [];
  if (seeded) {
    const floor = Math.max(from, home.startedAt - KEEP);
    if (isNumeric(seeded)) points.push(...numericPast(seeded, seeded.changedAt, floor - STEP, to));
    else if (TOGGLING.has(entityId.slice(0, entityId.indexOf('.')))) points.push(...togglingPast(seeded, floor - 6 * HOUR, to));
    points.push({ state: seeded.state, attributes: seeded.attributes, at: seeded.changedAt, service: undefined });
  }
  for (const { state, service } of home.recorded.get(entityId) ?? []) {
    points.push({ state: state.state, attributes: state.attributes, at: state.updatedAt, service, contextId: state.context.id });
  }
  return points;
}

/** The past of an entity between two moments; the state at the start comes first, stamped with the start. */
export function history(home: Home, entityId: string, from: number, to: number, startState = true): PastPoint[] {
  if (from > Date.now()) return [];
  const all = wholePast(home, entityId, from, to);
  const before = all.filter((point) => point.at < from).at(-1);
  const inside = all.filter((point) => point.at >= from && point.at <= to);
  return startState && before ? [{ ...before, at: from }, ...inside] : inside;
}
