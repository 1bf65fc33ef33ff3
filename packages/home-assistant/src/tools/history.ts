import { defineTool, refuse, type ToolContext, type ToolError, type ToolReply, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { entitiesMeant } from '../domain/entity-refs.ts';
import type { Entity } from '../domain/model.ts';
import type { HomeOperations, StatisticPeriod } from '../domain/operations.ts';
import type { Span } from '../domain/span.ts';
import { minuteTime, spanOf } from '../format/time-words.ts';
import { type Frame, type Series, seriesOutput, stateSeries, statisticSeries, timeIn } from './history-series.ts';

const input = z.object({
  ids: z.array(z.string().min(1).max(200)).max(10).optional().describe('Entity ids or exact names; optional for logbook'),
  kind: z.enum(['states', 'statistics', 'logbook']).default('states').describe('statistics reach back for years'),
  start: z.string().max(40).default('24h').describe('24h, 7d, today, yesterday, this week, or ISO local'),
  end: z.string().max(40).optional(),
  period: z.enum(['5minute', 'hour', 'day', 'week', 'month']).optional(),
  points: z.int().min(0).max(200).default(24).describe('Most points per entity; 0: summary only'),
  chart: z.boolean().optional().describe('Add a PNG'),
});

const logbookColumns = ['at', 'what', 'became', 'by'] as const;

const output = z.lazy(() =>
  z.union([
    z.strictObject({
      from: z.string(),
      to: z.string(),
      total: z.number(),
      shown: z.number(),
      note: z.string().optional(),
      ...tableFields(logbookColumns),
    }),
    // By entity id or statistic.
    z.object({ from: z.string(), to: z.string(), chart: z.string().optional() }).catchall(seriesOutput),
  ]),
);

type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;
type Named = readonly (readonly [id: string, series: Series])[];

const dayMs = 86_400_000;
/** What the recorder keeps unless told otherwise. */
const keptDays = 10;
/** Points of one reply, over all entities. */
const mostPoints = 400;
const mostEntities = 10;

/** Statistics of other sources than entities are written with a colon. */
const isExternal = (id: string): boolean => /^[a-z0-9_]+:[a-z0-9_]+$/.test(id) && !/^(area|floor|label|device):/.test(id);

/** Few enough rows for the span. */
const periodFor = ({ startMs, endMs }: Span, nowMs: number): StatisticPeriod => {
  const days = (endMs - startMs) / dayMs;
  if (days <= 0.5 && nowMs - startMs < keptDays * dayMs) return '5minute';
  return days <= 7 ? 'hour' : days <= 120 ? 'day' : days <= 730 ? 'week' : 'month';
};

const readStatistics = async (
  args: Args,
  wanted: readonly { id: string; entity?: Entity }[],
  { frame, context }: { frame: Frame; context: Context },
): Promise<ReadonlyMap<string, Series>> => {
  const period = args.period ?? periodFor(frame.span, context.operations.clock.now());
  const ids = wanted.map(({ id }) => id);
  const found = ids.length === 0 ? new Map() : await context.operations.statistics(ids, frame.span, period, context.signal);
  return new Map(
    wanted.flatMap(({ id, entity }) => {
      const series = statisticSeries({ name: entity?.name ?? id, ...(entity ? { entity } : {}) }, found.get(id) ?? [], { period, frame });
      return series ? [[id, series] as const] : [];
    }),
  );
};

const noted = (series: Series, note: string): Series => ({ ...series, summary: { note, ...series.summary } });

/** States as recorded; statistics for what the recorder has thrown away. */
const readStates = async (
  args: Args,
  entities: readonly Entity[],
  { frame, context }: { frame: Frame; context: Context },
): Promise<Named> => {
  const { operations, signal } = context;
  const history = await operations.history(
    entities.map(({ entityId }) => entityId),
    frame.span,
    signal,
  );
  const old = frame.span.startMs < operations.clock.now() - keptDays * dayMs;
  const own = new Map(entities.map((entity) => [entity.entityId, stateSeries(entity, history.get(entity.entityId) ?? [], frame)]));
  const lacking = entities
    .filter((entity) => old || own.get(entity.entityId) === undefined)
    .map((entity) => ({ id: entity.entityId, entity }));
  const statistics = await readStatistics(args, lacking, { frame, context });
  return entities.map(({ entityId }) => {
    const [states, instead] = [own.get(entityId), statistics.get(entityId)];
    if (instead)
      return [
        entityId,
        noted(
          instead,
          states ? `Statistics: states are usually kept for ${keptDays} days only` : 'Statistics: no states are recorded in this time',
        ),
      ];
    if (!states) return [entityId, { summary: { none: 'neither states nor statistics in this time' } }];
    const from = history.get(entityId)?.[0]?.atMs ?? 0;
    return [
      entityId,
      old && from > frame.span.startMs
        ? noted(states, `Recorded only since ${minuteTime(from, frame.timeZone)}; there are no statistics`)
        : states,
    ];
  });
};

const readLogbook = async (
  args: Args,
  entities: readonly Entity[],
  { frame, context }: { frame: Frame; context: Context },
): Promise<ToolReply> => {
  const ids = entities.map(({ entityId }) => entityId);
  const entries = [...(await context.operations.logbook(frame.span, ids.length > 0 ? ids : undefined, context.signal))].sort(
    (a, b) => a.atMs - b.atMs,
  );
  let rows = entries
    .slice(entries.length - Math.min(entries.length, args.points))
    .map((entry) => [
      timeIn(frame, entry.atMs),
      entry.entityId ?? entry.name.slice(0, 80),
      (entry.state ?? entry.message ?? '').slice(0, 100),
      (entry.causeName ?? '').slice(0, 80),
    ]);
  // The cap of a reply would drop from the end, which is the newest.
  while (Buffer.byteLength(JSON.stringify(rows)) > 18_000) rows = rows.slice(Math.ceil(rows.length / 10));
  const head = { from: minuteTime(frame.span.startMs, frame.timeZone), to: minuteTime(frame.span.endMs, frame.timeZone) };
  return {
    data: {
      ...head,
      total: entries.length,
      shown: rows.length,
      ...(rows.length < entries.length ? { note: 'The newest; an earlier end gives those before' } : {}),
      columns: logbookColumns,
      rows,
    },
  };
};

const chartOf = async (
  named: Named,
  { span, timeZone }: Frame,
  nowMs: number,
): Promise<{ note?: string; images?: ToolReply['images'] }> => {
  const series = named.flatMap(([, { chart }]) => chart ?? []);
  const [first, second] = series;
  if (!first) return { note: 'nothing to draw' };
  try {
    const { renderChart } = await import('@switchyard-mcp/charts');
    const title = second ? 'History' : first.name;
    const { png, missing } = await renderChart({ title, span, timeZone, series, nowMs });
    const note = missing.length > 0 ? { note: 'marks the letters that its fonts lack' } : {};
    return { ...note, images: [{ mimeType: 'image/png', data: Buffer.from(png).toString('base64') }] };
  } catch {
    return { note: 'could not be drawn; the data is complete' };
  }
};

const needIds = (): ToolError =>
  refuse('invalid_input', 'No entities were named.', {
    issues: [{ path: 'ids', got: 'nothing', expected: 'entity ids or exact names; only kind="logbook" goes without' }],
  });

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
  output,
  handler: async (args, context) => {
    const { operations, signal } = context;
    const wanted = args.ids ?? [];
    if (wanted.length === 0 && args.kind !== 'logbook') throw needIds();
    const { timeZone } = await operations.config(signal);
    const span = spanOf(args, operations.clock.now(), timeZone);
    const external = args.kind === 'statistics' ? wanted.filter(isExternal) : [];
    const ids = wanted.filter((id) => !external.includes(id));
    const entities = ids.length > 0 ? await entitiesMeant(operations, ids, { most: mostEntities, signal }) : [];
    const count = entities.length + external.length;
    const frame: Frame = { span, timeZone, points: Math.min(args.points, Math.floor(mostPoints / Math.max(1, count))) };
    if (args.kind === 'logbook') return readLogbook(args, entities, { frame, context });
    let named: Named;
    if (args.kind === 'states') named = await readStates(args, entities, { frame, context });
    else {
      const sources = [...entities.map((entity) => ({ id: entity.entityId, entity })), ...external.map((id) => ({ id }))];
      const found = await readStatistics(args, sources, { frame, context });
      named = sources.map(({ id }) => [
        id,
        found.get(id) ?? { summary: { none: 'no statistics in this time; kind="states" may have some' } },
      ]);
    }
    const drawn = args.chart ? await chartOf(named, frame, operations.clock.now()) : {};
    const head = {
      from: minuteTime(span.startMs, timeZone),
      to: minuteTime(span.endMs, timeZone),
      ...(drawn.note ? { chart: drawn.note } : {}),
    };
    return {
      data: { ...head, ...Object.fromEntries(named.map(([id, { summary }]) => [id, summary])) },
      ...(drawn.images ? { images: drawn.images } : {}),
    };
  },
});
