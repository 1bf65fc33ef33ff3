import type { ChartSeries } from '@switchyard-mcp/charts';
import * as z from 'zod';
import type { Entity, HistoryPoint, StatisticPoint } from '../domain/model.ts';
import type { StatisticPeriod } from '../domain/operations.ts';
import type { Span } from '../domain/span.ts';
import { downsampleKinds, downsampleNumbers, groupEvenly } from '../format/downsample.ts';
import {
  isMissing,
  isNumeric,
  numberIn,
  numericSummary,
  rounded,
  type Stretch,
  stateSummary,
  stretchesOf,
} from '../format/history-summary.ts';
import { minuteTime } from '../format/time-words.ts';

/** What the numbers of one call have in common. */
export interface Frame {
  readonly span: Span;
  readonly timeZone: string;
  /** Most points of each entity. */
  readonly points: number;
}
export interface Series {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly chart?: ChartSeries;
}

const number = z.number();
const text = z.string();
const maybe = text.optional();
const points = z.array(z.array(z.union([text, number]))).optional();
const shared = { note: maybe, unit: maybe, of: maybe, points };

/** What a reply says of one entity or statistic: nothing, numbers, words, or statistics of what is measured or grows. */
export const seriesOutput = z.lazy(() =>
  z.union([
    z.strictObject({ none: text }),
    z.strictObject({
      ...shared,
      ...{ min: number, max: number, mean: number, first: number, last: number, changes: number },
      ...{ min_at: text, max_at: text, missing: maybe },
    }),
    z.strictObject({ ...shared, changes: number, last: text, time_in: z.record(text, text), other_states: maybe }),
    z.strictObject({ ...shared, missing: text }),
    z.strictObject({
      ...{ ...shared, period: text, columns: z.array(text).optional() },
      ...{ min: number, max: number, mean: number, min_at: maybe, max_at: maybe },
    }),
    z.strictObject({ ...shared, period: text, columns: z.array(text).optional(), total: number, most: number, most_at: text }),
  ]),
);

/** The minute; without its date while the whole span is one day, whose date is in the reply. */
export const timeIn = ({ span, timeZone }: Frame, atMs: number): string => {
  const text = minuteTime(atMs, timeZone);
  return minuteTime(span.startMs, timeZone).slice(0, 10) === minuteTime(span.endMs, timeZone).slice(0, 10) ? text.slice(11) : text;
};

const unitOf = (entity: Entity): string => {
  const unit = entity.state?.attributes['unit_of_measurement'];
  return typeof unit === 'string' ? unit.slice(0, 20) : '';
};

const thinned = (shown: number, raw: number, how: string): Readonly<Record<string, unknown>> =>
  shown < raw ? { of: shown === 0 ? `${raw} raw points` : `${shown} of ${raw} raw points; ${how}` } : {};

const numberSeries = (entity: Entity, stretches: readonly Stretch[], frame: Frame): Series => {
  const unit = unitOf(entity);
  const values = stretches.flatMap(({ startMs, state }) => {
    const value = numberIn(state);
    return value === undefined ? [] : [{ atMs: startMs, value }];
  });
  const shown = downsampleNumbers(values, frame.points);
  const summary = {
    ...(unit ? { unit } : {}),
    ...numericSummary(stretches, frame.timeZone),
    ...thinned(shown.length, values.length, 'every lowest and highest kept'),
    ...(shown.length > 0 ? { points: shown.map(({ atMs, value }) => [timeIn(frame, atMs), rounded(value)]) } : {}),
  };
  return {
    summary,
    chart: {
      kind: 'numbers',
      name: entity.name,
      unit,
      shape: 'step',
      points: stretches.map(({ startMs, state }) => ({ atMs: startMs, value: numberIn(state) })),
    },
  };
};

const wordSeries = (entity: Entity, stretches: readonly Stretch[], frame: Frame): Series => {
  const shown = downsampleKinds(stretches, frame.points, ({ state }) => state);
  const summary = {
    ...stateSummary(stretches),
    ...thinned(shown.length, stretches.length, 'evenly chosen'),
    ...(shown.length > 0 ? { points: shown.map(({ startMs, state }) => [timeIn(frame, startMs), state.slice(0, 80)]) } : {}),
  };
  return {
    summary,
    chart: {
      kind: 'states',
      name: entity.name,
      points: stretches.map(({ startMs, state }) => ({ atMs: startMs, state: isMissing(state) ? undefined : state })),
    },
  };
};

/** An entity's states over a span, or undefined when none are recorded. */
export const stateSeries = (entity: Entity, points: readonly HistoryPoint[], frame: Frame): Series | undefined => {
  const stretches = stretchesOf(points, frame.span);
  if (stretches.length === 0) return undefined;
  return isNumeric(stretches, unitOf(entity) !== '') ? numberSeries(entity, stretches, frame) : wordSeries(entity, stretches, frame);
};

interface Measured {
  readonly startMs: number;
  readonly endMs: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

const joined = (group: readonly Measured[]): readonly Measured[] => {
  const [first, last] = [group[0], group[group.length - 1]];
  if (!first || !last) return [];
  const ms = group.reduce((sum, one) => sum + one.endMs - one.startMs, 0) || 1;
  return [
    {
      startMs: first.startMs,
      endMs: last.endMs,
      mean: group.reduce((sum, one) => sum + one.mean * (one.endMs - one.startMs), 0) / ms,
      min: group.reduce((least, { min }) => Math.min(least, min), first.min),
      max: group.reduce((most, { max }) => Math.max(most, max), first.max),
    },
  ];
};

const joinedNote = (shown: number, raw: number): Readonly<Record<string, unknown>> =>
  shown < raw ? { of: shown === 0 ? `${raw} rows` : `${raw} rows, each shown one joins up to ${Math.ceil(raw / shown)}` } : {};

const measuredSeries = (name: string, unit: string, { rows, frame }: { rows: readonly Measured[]; frame: Frame }): Series => {
  const [all] = joined(rows);
  const low = rows.find(({ min }) => min === all?.min);
  const high = rows.find(({ max }) => max === all?.max);
  const shown = groupEvenly(rows, frame.points).flatMap(joined);
  const summary = {
    ...(unit ? { unit } : {}),
    min: rounded(all?.min ?? 0),
    max: rounded(all?.max ?? 0),
    mean: rounded(all?.mean ?? 0),
    ...(low && high ? { min_at: timeIn(frame, low.startMs), max_at: timeIn(frame, high.startMs) } : {}),
    ...joinedNote(shown.length, rows.length),
    ...(shown.length > 0
      ? {
          columns: ['from', 'mean', 'min', 'max'],
          points: shown.map((row) => [timeIn(frame, row.startMs), rounded(row.mean), rounded(row.min), rounded(row.max)]),
        }
      : {}),
  };
  const periods = rows.map(({ startMs, endMs, mean, min, max }) => ({ startMs, endMs, value: mean, low: min, high: max }));
  return { summary, chart: { kind: 'means', name, unit, periods } };
};

interface Grown {
  readonly startMs: number;
  readonly endMs: number;
  readonly change: number;
}

const growthSeries = (name: string, unit: string, { rows, frame }: { rows: readonly Grown[]; frame: Frame }): Series => {
  const sum = (group: readonly { readonly change: number }[]): number => group.reduce((total, { change }) => total + change, 0);
  const most = rows.reduce((best, row) => (row.change > best.change ? row : best), rows[0] ?? { startMs: frame.span.startMs, change: 0 });
  const shown = groupEvenly(rows, frame.points);
  const summary = {
    ...(unit ? { unit } : {}),
    total: rounded(sum(rows)),
    most: rounded(most.change),
    most_at: timeIn(frame, most.startMs),
    ...joinedNote(shown.length, rows.length),
    ...(shown.length > 0
      ? { columns: ['from', 'change'], points: shown.map((group) => [timeIn(frame, group[0]?.startMs ?? 0), rounded(sum(group))]) }
      : {}),
  };
  const periods = rows.map(({ startMs, endMs, change }) => ({ startMs, endMs, value: change }));
  return { summary, chart: { kind: 'totals', name, unit, periods } };
};

/** Long-term statistics: of a measurement its mean, lowest and highest; of a meter how much it grew. */
export const statisticSeries = (
  source: { readonly name: string; readonly entity?: Entity },
  points: readonly StatisticPoint[],
  { period, frame }: { period: StatisticPeriod; frame: Frame },
): Series | undefined => {
  const unit = source.entity ? unitOf(source.entity) : '';
  const sorted = [...points].sort((a, b) => a.startMs - b.startMs);
  const measured = sorted.flatMap(({ startMs, endMs, mean, min, max }) =>
    mean === undefined ? [] : [{ startMs, endMs, mean, min: min ?? mean, max: max ?? mean }],
  );
  const grown = sorted.flatMap(({ startMs, endMs, change, sum }, index) => {
    const before = sorted[index - 1]?.sum;
    const growth = change ?? (sum !== undefined && before !== undefined ? sum - before : undefined);
    return growth === undefined ? [] : [{ startMs, endMs, change: growth }];
  });
  if (measured.length === 0 && grown.length === 0) return undefined;
  const series =
    measured.length > 0
      ? measuredSeries(source.name, unit, { rows: measured, frame })
      : growthSeries(source.name, unit, { rows: grown, frame });
  return { ...series, summary: { period, ...series.summary } };
};
