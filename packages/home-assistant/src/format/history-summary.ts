import type { HistoryPoint } from '../domain/model.ts';
import type { Span } from '../domain/span.ts';
import { durationWords, minuteTime } from './time-words.ts';

/** A state and how long it lasted inside the span. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly state: string;
}

/** States that say that nothing is known. */
export const isMissing = (state: string): boolean => state === 'unavailable' || state === 'unknown' || state === '';

/** The number a state is, if it is one. */
export const numberIn = (state: string): number | undefined => {
  const value = state.trim() === '' ? Number.NaN : Number(state);
  return Number.isFinite(value) ? value : undefined;
};

/** What held when: each point until the next one, cut to the span. */
export const stretchesOf = (points: readonly HistoryPoint[], span: Span): readonly Stretch[] => {
  const sorted = [...points].sort((a, b) => a.atMs - b.atMs);
  return sorted.flatMap(({ atMs, state }, index) => {
    const startMs = Math.max(atMs, span.startMs);
    const endMs = Math.min(sorted[index + 1]?.atMs ?? span.endMs, span.endMs);
    return endMs < span.startMs || startMs > span.endMs || (endMs === span.startMs && atMs < span.startMs)
      ? []
      : [{ startMs, endMs: Math.max(startMs, endMs), state }];
  });
};

/** Numbers with a stray text between them are numbers still; words with a stray number are words. */
export const isNumeric = (stretches: readonly Stretch[], hasUnit: boolean): boolean => {
  const known = stretches.filter(({ state }) => !isMissing(state));
  const numbers = known.filter(({ state }) => numberIn(state) !== undefined).length;
  return numbers > 0 && (numbers === known.length || (hasUnit && numbers * 2 > known.length));
};

/** Two decimals, or four significant digits for what is smaller than 1. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 1 || value === 0 ? Math.round(value * 100) / 100 : Number(value.toPrecision(4));

const changesOf = (stretches: readonly Stretch[]): number =>
  stretches.filter(({ state }, index) => index > 0 && stretches[index - 1]?.state !== state).length;

const missingOf = (stretches: readonly Stretch[]): Readonly<Record<string, unknown>> => {
  const missing = stretches.filter(({ state }) => numberIn(state) === undefined);
  if (missing.length === 0) return {};
  const ms = missing.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  return { missing: `${missing.length} ${missing.length === 1 ? 'time' : 'times'}, ${durationWords(ms)} without a number, not counted in` };
};

/** Lowest, highest, time-weighted mean and when the peaks were, of what was a number. */
export const numericSummary = (stretches: readonly Stretch[], timeZone: string): Readonly<Record<string, unknown>> => {
  const known = stretches.flatMap(({ startMs, endMs, state }) => {
    const value = numberIn(state);
    return value === undefined ? [] : [{ startMs, ms: endMs - startMs, value }];
  });
  const [first] = known;
  const last = known[known.length - 1];
  if (!first || !last) return missingOf(stretches);
  const low = known.reduce((best, one) => (one.value < best.value ? one : best), first);
  const high = known.reduce((best, one) => (one.value > best.value ? one : best), first);
  const totalMs = known.reduce((sum, { ms }) => sum + ms, 0);
  const mean =
    totalMs > 0
      ? known.reduce((sum, { ms, value }) => sum + value * ms, 0) / totalMs
      : known.reduce((sum, { value }) => sum + value, 0) / known.length;
  return {
    min: rounded(low.value),
    max: rounded(high.value),
    mean: rounded(mean),
    first: rounded(first.value),
    last: rounded(last.value),
    changes: changesOf(stretches),
    min_at: minuteTime(low.startMs, timeZone),
    max_at: minuteTime(high.startMs, timeZone),
    ...missingOf(stretches),
  };
};

const shownStates = 12;

/** How often it changed and how long it was in each state, longest first. */
export const stateSummary = (stretches: readonly Stretch[]): Readonly<Record<string, unknown>> => {
  const spent = new Map<string, number>();
  for (const { state, startMs, endMs } of stretches) spent.set(state, (spent.get(state) ?? 0) + endMs - startMs);
  const totalMs = [...spent.values()].reduce((sum, ms) => sum + ms, 0) || 1;
  const sorted = [...spent].sort((a, b) => b[1] - a[1]);
  const words = (ms: number): string => `${durationWords(ms)} ${Math.round((ms / totalMs) * 1000) / 10}%`;
  const time = sorted.slice(0, shownStates).map(([state, ms]) => [state.slice(0, 60) || 'empty', words(ms)] as const);
  const rest = sorted.slice(shownStates);
  return {
    changes: changesOf(stretches),
    last: stretches[stretches.length - 1]?.state.slice(0, 60) ?? 'none',
    time_in: Object.fromEntries(time),
    ...(rest.length > 0 ? { other_states: `${rest.length} more, ${words(rest.reduce((sum, [, ms]) => sum + ms, 0))}` } : {}),
  };
};
