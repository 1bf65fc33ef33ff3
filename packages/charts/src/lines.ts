import type { Frame } from './frame.ts';
import type { NumberSeries, Period, PeriodSeries } from './spec.ts';
import { type Corner, thinLine } from './thin-line.ts';

/** The line of a series in pieces between its gaps; and the gaps, in milliseconds. */
export interface Line {
  readonly runs: readonly (readonly Corner[])[];
  readonly gaps: readonly (readonly [fromMs: number, toMs: number])[];
}

export const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** Stretches of a step line, or points of a sloping one, with nothing outside the span. */
const visible = ({ points, shape }: NumberSeries, { span, knownUntilMs }: Frame) => {
  const until = Math.min(span.endMs, knownUntilMs);
  return points.flatMap(({ atMs, value }, index) => {
    const endMs = shape === 'step' ? Math.min(until, points[index + 1]?.atMs ?? until) : atMs;
    const startMs = shape === 'step' ? Math.max(span.startMs, atMs) : atMs;
    return startMs > endMs || startMs < span.startMs || endMs > until ? [] : [{ startMs, endMs, value }];
  });
};

export const lineOf = (series: NumberSeries, frame: Frame): Line => {
  const runs: Corner[][] = [];
  const gaps: (readonly [number, number])[] = [];
  let run: Corner[] | undefined;
  let knownTo = frame.span.startMs;
  for (const { startMs, endMs, value } of visible(series, frame)) {
    if (!isNumber(value)) {
      run = undefined;
      continue;
    }
    if (run === undefined) {
      runs.push((run = []));
      gaps.push([knownTo, startMs]);
    }
    run.push({ x: frame.xOf(startMs), value });
    if (endMs > startMs) run.push({ x: frame.xOf(endMs), value });
    knownTo = endMs;
  }
  gaps.push([knownTo, Math.min(frame.span.endMs, frame.knownUntilMs)]);
  return { runs: runs.map(thinLine), gaps: gaps.filter(([fromMs, toMs]) => frame.xOf(toMs) - frame.xOf(fromMs) >= 3) };
};

/** A period as drawn. */
export interface Column extends Corner {
  readonly fromX: number;
  readonly toX: number;
  readonly low: number;
  readonly high: number;
  readonly partial: boolean;
}

const columnOf = (period: Period, { xOf, span, knownUntilMs }: Frame): Column | undefined => {
  const { startMs, endMs, value, low, high, partial = false } = period;
  if (!isNumber(value) || endMs <= span.startMs || startMs >= span.endMs) return undefined;
  const [fromX, toX] = [xOf(startMs), xOf(Math.min(endMs, knownUntilMs))];
  const cut = startMs < span.startMs || endMs > Math.min(span.endMs, knownUntilMs);
  return {
    x: (fromX + toX) / 2,
    fromX,
    toX: Math.max(fromX, toX),
    value,
    low: isNumber(low) ? Math.min(low, value) : value,
    high: isNumber(high) ? Math.max(high, value) : value,
    partial: partial || cut,
  };
};

/** Of columns thinner than a pixel, the one farthest from zero. */
const merged = (run: readonly Column[]): readonly Column[] => {
  const kept: Column[] = [];
  for (const column of run) {
    const last = kept[kept.length - 1];
    if (!last || Math.floor(last.x) !== Math.floor(column.x) || column.toX - column.fromX >= 1) kept.push(column);
    else {
      const more = Math.abs(column.value) > Math.abs(last.value) ? column : last;
      const [low, high] = [Math.min(last.low, column.low), Math.max(last.high, column.high)];
      kept[kept.length - 1] = { ...more, fromX: last.fromX, toX: column.toX, low, high, partial: last.partial || column.partial };
    }
  }
  return kept;
};

/** The periods of a series in pieces between its gaps. */
export const columnsOf = ({ periods }: PeriodSeries, frame: Frame): readonly (readonly Column[])[] => {
  const runs: Column[][] = [];
  let lastEndMs = Number.NEGATIVE_INFINITY;
  for (const period of periods) {
    const column = columnOf(period, frame);
    if (!column) continue;
    if (runs.length === 0 || period.startMs > lastEndMs + 1000) runs.push([]);
    runs[runs.length - 1]?.push(column);
    lastEndMs = period.endMs;
  }
  return runs.map(merged);
};
