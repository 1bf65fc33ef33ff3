import { valueAt } from './history.ts';
import type { Home } from './home.ts';
import { localPeriod } from './local-days.ts';
import type { HomeState, Json } from './types.ts';

const HOUR = 3_600_000;
/** Periods of the same length everywhere; the others begin at a local midnight. */
const LENGTHS: Readonly<Record<string, number>> = { '5minute': 300_000, hour: HOUR };
const UNIT_CLASS: Readonly<Record<string, string>> = {
  '°C': 'temperature',
  kWh: 'energy',
  W: 'power',
  V: 'voltage',
  hPa: 'pressure',
  '%': 'unitless',
};

/** The words Core accepts as a period. */
export const STATISTIC_PERIODS = [...Object.keys(LENGTHS), 'day', 'week', 'month', 'year'];

/** Is this a sensor with long-term statistics? */
function hasStatistics(state: HomeState): boolean {
  return state.attributes['state_class'] !== undefined && Number.isFinite(Number(state.state));
}

function isTotal(state: HomeState): boolean {
  return String(state.attributes['state_class']).startsWith('total');
}

/** The metadata of every statistic, in the shape of recorder/list_statistic_ids. */
export function listStatistics(home: Home): Json[] {
  return [...home.initial.values()].filter(hasStatistics).map((state) => {
    const unit = state.attributes['unit_of_measurement'] ?? null;
    const total = isTotal(state);
    return {
      statistic_id: state.entityId,
      display_unit_of_measurement: unit,
      has_mean: !total,
      mean_type: total ? 0 : 1,
      has_sum: total,
      name: null,
      source: 'recorder',
      statistics_unit_of_measurement: unit,
      unit_class: UNIT_CLASS[String(unit)] ?? null,
    };
  });
}

/** The rows of one statistic; undefined when there is no such one. */
export function statisticRows(
  home: Home,
  id: string,
  from: number,
  to: number,
  period: string,
  types: readonly string[],
): Json[] | undefined {
  const state = home.initial.get(id);
  if (!state || !hasStatistics(state)) return undefined;
  return spansOf(from, Math.min(to, Date.now()), period).map(({ start, end, known }) => {
    const full = isTotal(state) ? totalRow(home, state, start, known) : meanRow(home, state, start, known);
    return { start, end, ...Object.fromEntries(types.map((type) => [type, full[type] ?? null])) };
  });
}

/** The periods between two moments; `known` is the end of what is compiled, which lags behind in the one that is under way. */
function spansOf(from: number, to: number, period: string): { start: number; end: number; known: number }[] {
  const size = LENGTHS[period];
  const spans: { start: number; end: number; known: number }[] = [];
  if (size !== undefined)
    for (let start = Math.ceil(from / size) * size; start + size <= to; start += size)
      spans.push({ start, end: start + size, known: start + size });
  else {
    const compiled = Math.floor(to / HOUR) * HOUR;
    for (let { start, next } = localPeriod(from, period); start < compiled; { start, next } = localPeriod(next, period))
      spans.push({ start, end: next, known: Math.min(next, compiled) });
  }
  return spans;
}

function meanRow(home: Home, state: HomeState, start: number, end: number): Json {
  const values = Array.from({ length: 6 }, (_, index) => valueAt(state, home.startedAt, start + (index * (end - start)) / 6));
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, min: Math.min(...values), max: Math.max(...values) };
}

function totalRow(home: Home, state: HomeState, start: number, end: number): Json {
  const [before, after] = [valueAt(state, home.startedAt, start), valueAt(state, home.startedAt, end)];
  return { state: after, sum: after, change: Math.round((after - before) * 1000) / 1000 };
}
