import { defineTool, type ToolContext, ToolError, type ToolReply } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { Entity, HistoryPoint } from '../domain/model.ts';
import type { HomeOperations, Span, StatisticPeriod } from '../domain/operations.ts';
import { resolveTargets } from '../domain/resolve-targets.ts';
import { type ChartSeries, drawChart } from '../format/chart.ts';
import { downsample, numbersOf, numericSummary, type Sample, wordSummary } from '../format/history-summary.ts';
import { minuteTime, parseMoment } from '../format/time-words.ts';

const input = z.object({
  ids: z.array(z.string().min(1).max(200)).min(1).max(10).describe('Entity ids or exact names'),
  kind: z.enum(['states', 'statistics', 'logbook']).default('states').describe('statistics reach back for years'),
  start: z.string().max(40).default('24h').describe('24h, 7d, today, yesterday, or ISO local'),
  end: z.string().max(40).default('now'),
  period: z.enum(['5minute', 'hour', 'day', 'week', 'month']).optional(),
  points: z.int().min(0).max(200).default(24).describe('Most points per entity; 0 for the summary alone'),
  chart: z.boolean().optional().describe('Add a PNG chart'),
});
type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

interface Frame {
  readonly span: Span;
  readonly timeZone: string;
  readonly entities: readonly Entity[];
}

interface Series {
  readonly summary: Record<string, unknown>;
  readonly chart?: ChartSeries | undefined;
}

const frameOf = async (args: Args, { operations, signal }: Context): Promise<Frame> => {
  const [home, { timeZone }] = [await operations.home(signal), await operations.config(signal)];
  const { named, placed } = resolveTargets(home, args.ids);
  const nowMs = Date.now();
  const span = {
    startMs: parseMoment(args.start, { nowMs, timeZone }),
    endMs: Math.min(nowMs, parseMoment(args.end, { nowMs, timeZone })),
  };
  if (span.startMs >= span.endMs)
    throw new ToolError({
      code: 'invalid_input',
      what: 'The start is not before the end, or lies in the future',
      sideEffects: 'none',
      next: ['start="24h" means the last 24 hours.'],
    });
  return { span, timeZone, entities: [...named, ...placed].slice(0, 10) };
};

const unitOf = (entity: Entity): string => {
  const unit = entity.state?.attributes['unit_of_measurement'];
  return typeof unit === 'string' ? unit : '';
};

const shortTime = (atMs: number, { span, timeZone }: Frame): string => {
  const full = minuteTime(atMs, timeZone);
  return span.endMs - span.startMs <= 26 * 3_600_000 ? full.slice(11) : full.slice(5);
};

const numberSeries = (entity: Entity, samples: readonly Sample[], { args, frame }: { args: Args; frame: Frame }): Series => {
  const shown = args.points > 0 ? downsample(samples, args.points) : [];
  return {
    summary: {
      ...(unitOf(entity) ? { unit: unitOf(entity) } : {}),
      ...numericSummary(samples, { endMs: frame.span.endMs, timeZone: frame.timeZone }),
      ...(shown.length > 0 ? { points: shown.map(({ atMs, value }) => [shortTime(atMs, frame), value]) } : {}),
      ...(shown.length > 0 && shown.length < samples.length
        ? { of: `${samples.length} changes, lowest and highest of each span kept` }
        : {}),
    },
    chart: { name: entity.name, unit: unitOf(entity), points: downsample(samples, 400) },
  };
};

const wordSeries = (entity: Entity, points: readonly HistoryPoint[], { args, frame }: { args: Args; frame: Frame }): Series => {
  const shown = args.points > 0 ? points.slice(-args.points) : [];
  return {
    summary: {
      ...wordSummary(points, frame.span),
      ...(shown.length > 0
        ? { points: shown.map(({ atMs, state }) => [shortTime(Math.max(atMs, frame.span.startMs), frame), state.slice(0, 80)]) }
        : {}),
      ...(shown.length < points.length && args.points > 0 ? { of: `the last ${shown.length} of ${points.length}` } : {}),
    },
    chart: { name: entity.name, unit: '', points: points.map(({ atMs, state }) => ({ atMs, value: state })) },
  };
};

const states = async (args: Args, frame: Frame, { operations, signal }: Context): Promise<readonly (readonly [string, Series])[]> => {
  const ids = frame.entities.map((entity) => entity.entityId);
  const history = await operations.history(ids, frame.span, signal);
  return frame.entities.map((entity) => {
    const points = history.get(entity.entityId) ?? [];
    if (points.length === 0)
      return [entity.entityId, { summary: { none: 'no states recorded in this time; kind="statistics" may reach further back' } }];
    const numbers = numbersOf(points);
    const away = points.filter(({ state }) => state === 'unavailable' || state === 'unknown').length;
    const series = numbers ? numberSeries(entity, numbers, { args, frame }) : wordSeries(entity, points, { args, frame });
    return [entity.entityId, numbers && away > 0 ? { ...series, summary: { ...series.summary, unavailable: `${away} times` } } : series];
  });
};

/** Few enough points for the span. */
const periodFor = ({ startMs, endMs }: Span): StatisticPeriod => {
  const days = (endMs - startMs) / 86_400_000;
  return days <= 0.5 ? '5minute' : days <= 7 ? 'hour' : days <= 120 ? 'day' : 'month';
};

const statistics = async (args: Args, frame: Frame, { operations, signal }: Context): Promise<readonly (readonly [string, Series])[]> => {
  const period = args.period ?? periodFor(frame.span);
  const found = await operations.statistics(
    frame.entities.map((entity) => entity.entityId),
    frame.span,
    period,
    signal,
  );
  return frame.entities.map((entity) => {
    const points = found.get(entity.entityId) ?? [];
    if (points.length === 0) return [entity.entityId, { summary: { none: `no ${period} statistics in this time` } }];
    const summed = points.some(({ change, mean }) => change !== undefined && mean === undefined);
    const samples = points.flatMap(({ startMs, mean, change, state, sum }) => {
      const value = summed ? change : (mean ?? state ?? sum);
      return value === undefined ? [] : [{ atMs: startMs, value }];
    });
    if (samples.length === 0) return [entity.entityId, { summary: { none: 'no values' } }];
    const series = numberSeries(entity, samples, { args, frame });
    const total = summed ? { total: Number(samples.reduce((sum, { value }) => sum + value, 0).toPrecision(6)) } : {};
    return [entity.entityId, { ...series, summary: { period, ...total, ...series.summary } }];
  });
};

const logbook = async (args: Args, frame: Frame, { operations, signal }: Context): Promise<ToolReply> => {
  const entries = await operations.logbook(
    frame.span,
    frame.entities.map((entity) => entity.entityId),
    signal,
  );
  const shown = args.points > 0 ? entries.slice(-Math.max(args.points, 1)) : [];
  const rows = shown.map((entry) => [
    shortTime(entry.atMs, frame),
    entry.entityId ?? entry.name,
    entry.state ?? entry.message ?? '',
    entry.causeName ?? '',
  ]);
  return { data: { total: entries.length, shown: shown.length, columns: ['at', 'what', 'became', 'by'], rows } };
};

export const historyTool = defineTool<HomeOperations>()({
  name: 'ha_history',
  title: 'History',
  description:
    'Returns what entities did over time: a summary (min, max, mean, or time in each state), evenly thinned points, and a chart if asked; statistics for long spans, logbook for who did what.',
  toolset: 'data',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output: z.looseObject({}),
  handler: async (args, context) => {
    const frame = await frameOf(args, context);
    if (args.kind === 'logbook') return logbook(args, frame, context);
    const series = await (args.kind === 'states' ? states : statistics)(args, frame, context);
    const { span, timeZone } = frame;
    const data = {
      from: minuteTime(span.startMs, timeZone),
      to: minuteTime(span.endMs, timeZone),
      ...Object.fromEntries(series.map(([id, { summary }]) => [id, summary])),
    };
    const charts = series.flatMap(([, { chart }]) => chart ?? []).slice(0, 3);
    if (!args.chart || charts.length === 0) return { data };
    const title =
      charts.length === 1
        ? `${charts[0]?.name ?? ''}${charts[0]?.unit ? ` (${charts[0].unit})` : ''}`
        : charts.map(({ name }) => name).join(', ');
    const png = drawChart(charts, { title, ...span, timeLabel: (atMs) => shortTime(atMs, frame).replace('T', ' ') });
    return { data, images: [{ mimeType: 'image/png', data: png.toString('base64') }] };
  },
});
