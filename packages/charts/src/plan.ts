import { type NumberAxis, numberAxis } from './number-axis.ts';
import { type NumberPanel, type Plotted, valuesOf } from './number-panel.ts';
import { strokeOf } from './palette.ts';
import type { ChartSeries, StateSeries } from './spec.ts';
import { cleanText } from './text.ts';

/** A group of series that can share an axis. */
interface Group {
  readonly unit: string;
  readonly totals: boolean;
  readonly series: readonly Plotted[];
}

export interface Plan {
  readonly panels: readonly NumberPanel[];
  /** Pixels of each number panel's plot. */
  readonly plotHeight: number;
  readonly states: readonly StateSeries[];
}

const mostUnitLength = 30;

const groupsOf = (all: readonly ChartSeries[]): readonly Group[] => {
  const groups = new Map<string, Group>();
  all.forEach((series, index) => {
    if (series.kind === 'states') return;
    const [unit, totals] = [cleanText(series.unit, mostUnitLength), series.kind === 'totals'];
    const key = JSON.stringify([unit, totals]);
    const before = groups.get(key)?.series ?? [];
    groups.set(key, { unit, totals, series: [...before, { series, stroke: strokeOf(index, before.length) }] });
  });
  return [...groups.values()];
};

const axisOf = ({ series, totals }: Group, most: number): NumberAxis => {
  const all = series.flatMap((one) => valuesOf(one.series));
  return numberAxis(all, { most, fromZero: totals });
};

/** Of one panel, and of two; more are lower. */
const plotHeights = [230, 160];

/** Each unit has a panel of its own: where lines of two scales cross means nothing, and readers think it does. */
export const planOf = (all: readonly ChartSeries[]): Plan => {
  const states = all.flatMap((series) => (series.kind === 'states' ? [series] : []));
  const groups = groupsOf(all);
  const plotHeight = plotHeights[Math.max(0, groups.length - 1)] ?? 115;
  const most = Math.max(3, Math.floor(plotHeight / 36));
  const panels = groups.map((group) => ({ plotted: group.series, axis: axisOf(group, most), unit: group.unit }));
  return { panels, plotHeight, states };
};
