import { minuteTime } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import { textsIn, triggerKind } from './automation-body.ts';
import type { Home } from './model.ts';

/** When a trigger fires by the clock. `about`: a day was added to or taken from a moment that moves by minutes. */
export interface Due {
  readonly next?: { readonly atMs: number; readonly about: boolean };
  readonly last?: { readonly atMs: number; readonly about: boolean };
}
type Raw = Readonly<Record<string, unknown>>;
type Moment = { readonly atMs: number; readonly about: boolean };
interface Clock {
  readonly nowMs: number;
  readonly timeZone: string;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

const around = (moments: readonly Moment[], nowMs: number): Due => {
  const sorted = [...moments].sort((a, b) => a.atMs - b.atMs);
  const next = sorted.find(({ atMs }) => atMs > nowMs);
  const last = sorted.filter(({ atMs }) => atMs <= nowMs).at(-1);
  return { ...(next ? { next } : {}), ...(last ? { last } : {}) };
};

/** "-00:30:00", "00:30", 1800, { minutes: 30 }; undefined for anything else, such as a template. */
const offsetMs = (value: unknown): number | undefined => {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value * 1000;
  if (isRecord(value)) {
    const units = { hours: 60 * minuteMs, minutes: minuteMs, seconds: 1000 };
    if (Object.keys(value).some((key) => !Object.hasOwn(units, key))) return undefined;
    const sum = Object.entries(units).reduce((total, [unit, ms]) => total + Number(value[unit] ?? 0) * ms, 0);
    return Number.isNaN(sum) ? undefined : sum;
  }
  const found = /^([+-]?)(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(String(value).trim());
  if (!found) return undefined;
  const ms = Number(found[2]) * 60 * minuteMs + Number(found[3]) * minuteMs + Number(found[4] ?? 0) * 1000;
  return found[1] === '-' ? -ms : ms;
};

/** Home Assistant tells only the next rising and setting; the days beside it are about so. */
const sunDue = (trigger: Raw, home: Home, { nowMs }: Clock): Due => {
  const attributes = home.entities.get('sun.sun')?.state?.attributes ?? {};
  const next = Date.parse(String(attributes[trigger['event'] === 'sunrise' ? 'next_rising' : 'next_setting']));
  const offset = offsetMs(trigger['offset']);
  if (Number.isNaN(next) || offset === undefined) return {};
  return around(
    [-2, -1, 0, 1].map((days) => ({ atMs: next + days * dayMs + offset, about: days !== 0 })),
    nowMs,
  );
};

/** The moment at which the clocks of the zone show this; `wall` is that time written as if it were UTC. */
const momentAt = (wall: number, timeZone: string): number => {
  const minute = Math.floor(wall / minuteMs) * minuteMs;
  let at = minute;
  // Twice, since the first guess may lie on the other side of a change of the clocks.
  for (let round = 0; round < 2; round += 1) at += minute - Date.parse(`${minuteTime(at, timeZone).slice(0, 16)}Z`);
  return at + (wall - minute);
};

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const clockMoments = (clock: string, trigger: Raw, { nowMs, timeZone }: Clock): readonly Moment[] => {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(clock);
  if (!found) return [];
  const inDay = (Number(found[1]) * 60 + Number(found[2])) * minuteMs + Number(found[3] ?? 0) * 1000;
  const wanted = textsIn(trigger['weekday']);
  const today = Date.parse(`${minuteTime(nowMs, timeZone).slice(0, 10)}T00:00Z`);
  return Array.from({ length: 17 }, (_, index) => today + (index - 8) * dayMs)
    .filter((midnight) => wanted.length === 0 || wanted.includes(weekdays[new Date(midnight).getUTCDay()] ?? ''))
    .map((midnight) => ({ atMs: momentAt(midnight + inDay, timeZone), about: false }));
};

/** A clock time, or an entity that holds one: an input_datetime or a sensor with a timestamp. */
const timeDue = (trigger: Raw, home: Home, clock: Clock): Due => {
  const moments = textsIn(trigger['at']).flatMap((at) => {
    if (!at.includes('.')) return clockMoments(at, trigger, clock);
    const state = home.entities.get(at)?.state;
    if (state === undefined) return [];
    if (/^\d{1,2}:\d{2}/.test(state.state)) return clockMoments(state.state, trigger, clock);
    const { timestamp } = state.attributes;
    const atMs = typeof timestamp === 'number' ? timestamp * 1000 : Date.parse(state.state);
    return Number.isNaN(atMs) || !/^\d{4}-\d{2}-\d{2}/.test(state.state) ? [] : [{ atMs, about: false }];
  });
  return around(moments, clock.nowMs);
};

/** When a trigger of sun or time is due next, and was last; empty for every other kind. */
export const dueOf = (trigger: unknown, home: Home, clock: Clock): Due => {
  if (!isRecord(trigger) || trigger['enabled'] === false) return {};
  const kind = triggerKind(trigger);
  if (kind === 'sun') return sunDue(trigger, home, clock);
  return kind === 'time' ? timeDue(trigger, home, clock) : {};
};
