import { valueAt } from './history.ts';
import type { Home } from './home.ts';
import type { HomeState, Json } from './types.ts';

const PERIODS: Readonly<Record<string, number>> = {
  '5minute': 300_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
};
const UNIT_CLASS: Readonly<Record<string, string>> = {
  '°C': 'temperature',
  kWh: 'energy',
  W: 'power',
  V: 'voltage',
  hPa: 'pressure',
  '%': 'unitless',
};

/** The words Core accepts as a period. */
export const STATISTIC_PERIODS = Object.keys(PERIODS);

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
  const size = PERIODS[period] ?? 3_600_000;
  const rows: Json[] = [];
  for (let start = Math.ceil(from / size) * size; start + size <= Math.min(to, Date.now()); start += size) {
    const full = isTotal(state) ? totalRow(home, state, start, size) : meanRow(home, state, start, size);
    rows.push({ start, end: start + size, ...Object.fromEntries(types.map((type) => [type, full[type] ?? null])) });
  }
  return rows;
}

function meanRow(home: Home, state: HomeState, start: number, size: number): Json {
  const values = Array.from({ length: 6 }, (_, index) => valueAt(state, home.startedAt, start + (index * size) / 6));
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, min: Math.min(...values), max: Math.max(...values) };
}

function totalRow(home: Home, state: HomeState, start: number, size: number): Json {
  const [before, after] = [valueAt(state, home.startedAt, start), valueAt(state, home.startedAt, start + size)];
  return { state: after, sum: after, change: Math.round((after - before) * 1000) / 1000 };
}
