import { defineTool, spanWords } from '@switchyard-mcp/core';
import * as z from 'zod';
import { activeNow, alarmWord } from '../domain/active-now.ts';
import { floorOf, placeOf } from '../domain/find-places.ts';
import { nameOfArea } from '../domain/findables.ts';
import { hasLowBattery } from '../domain/low-battery.ts';
import type { Entity, Home } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { stateWords } from '../format/state-words.ts';

const input = z.object({
  area: z.string().max(100).optional().describe('Only this area'),
  floor: z.string().max(100).optional(),
  detail: z.enum(['concise', 'full']).default('concise').describe('full names more, and counts integrations and labels'),
});

const counts = z.record(z.string(), z.number());
const pairs = z.array(z.tuple([z.string(), z.number()]));
const ids = z.array(z.string()).optional();

const output = z.lazy(() =>
  z.strictObject({
    home: z.string().optional(),
    version: z.string().optional(),
    core: z.string().optional(),
    entities: z.number(),
    domains: counts,
    floors: pairs.optional(),
    areas: pairs,
    devices: z.number().optional(),
    integrations: counts.optional(),
    labels: pairs.optional(),
    now: z.record(z.string(), z.array(z.string())),
    unavailable: z.number().optional(),
    unavailable_ids: ids,
    low_battery: ids,
    updates: ids,
  }),
);

/** How much is named: ids in one list, ids under "now" altogether, lines of counts. A large home costs no more than a small one. */
const limits = { concise: { named: 12, active: 44, counts: 30 }, full: { named: 40, active: 160, counts: 100 } } as const;
type Limits = (typeof limits)[keyof typeof limits];
const gone = (entity: Entity): boolean => entity.state?.state === 'unavailable';

/** Ids with their states, the first few; the rest as a number. */
const named = (entities: readonly Entity[], max: number, nowMs: number): readonly string[] => {
  const shown = entities.slice(0, max).map((entity) => {
    const alarm = alarmWord(entity);
    if (alarm === undefined) return `${entity.entityId} ${stateWords(entity.state, nowMs)}`;
    return `${entity.entityId} ${alarm} ${spanWords(nowMs - (entity.state?.lastChangedAt ?? nowMs))}`;
  });
  return entities.length > max ? [...shown, `+${entities.length - max} more`] : shown;
};

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string | undefined): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
};

/** A long table of counts: the largest, and how many more there are. */
const largest = (counts: Record<string, number>, max: number): Record<string, number> => {
  const entries = Object.entries(counts);
  const rest = entries.slice(max);
  return Object.fromEntries(
    rest.length === 0 ? entries : [...entries.slice(0, max), [`+${rest.length} more`, rest.reduce((sum, [, count]) => sum + count, 0)]],
  );
};

const scope = (home: Home, args: z.output<typeof input>): readonly Entity[] => {
  const area = args.area === undefined ? undefined : placeOf(home, 'area', args.area);
  const floor = args.floor === undefined ? undefined : placeOf(home, 'floor', args.floor);
  return [...home.entities.values()].filter(
    (entity) =>
      !entity.disabled && (area === undefined || entity.areaId === area) && (floor === undefined || floorOf(home, entity.areaId) === floor),
  );
};

const activeByDomain = (
  entities: readonly Entity[],
  { named: most, active: all }: Limits,
  nowMs: number,
): Record<string, readonly string[]> => {
  const found = activeNow(entities);
  const each = Math.max(3, Math.min(most, Math.floor(all / Math.max(1, found.size))));
  return Object.fromEntries([...found].map(([domain, those]) => [domain, named(those, each, nowMs)]));
};

/** What only the registries tell: how many devices, which integrations bring what, which labels are on what. */
const registryCounts = (home: Home, entities: readonly Entity[], most: number): Record<string, unknown> => {
  const devices = new Set(entities.flatMap(({ deviceId }) => deviceId ?? []));
  const labels = countBy(
    entities.flatMap((entity) => entity.labels),
    (id) => home.labels.get(id)?.name,
  );
  return {
    devices: devices.size,
    integrations: largest(
      countBy(entities, ({ platform, registered }) => platform ?? (registered ? 'unknown' : '(in no registry)')),
      most,
    ),
    ...(Object.keys(labels).length > 0 ? { labels: Object.entries(largest(labels, most)) } : {}),
  };
};

export const overviewTool = defineTool<HomeOperations>()({
  name: 'ha_overview',
  title: 'Overview of the home',
  description:
    'Returns the home at a glance: counts by domain, floor and area, what is on, open, unlocked or armed, what is unavailable, low batteries, updates. Start here for questions about the whole home; ha_search finds single things.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output,
  handler: async (args, { operations, signal }) => {
    const nowMs = operations.clock.now();
    const [home, config] = await Promise.all([operations.home(signal), operations.config(signal)]);
    const entities = scope(home, args);
    const limit = limits[args.detail];
    const unavailable = entities.filter(gone);
    const low = entities.filter(hasLowBattery);
    const updates = entities.filter((entity) => entity.domain === 'update' && entity.state?.state === 'on');
    const whole = args.area === undefined && args.floor === undefined;
    const areas = countBy(entities, (entity) => nameOfArea(home, entity.areaId) ?? (whole ? '(no area)' : undefined));
    return {
      data: {
        ...(whole
          ? { home: config.locationName, version: config.version, ...(config.state === 'RUNNING' ? {} : { core: config.state }) }
          : {}),
        entities: entities.length,
        domains: largest(
          countBy(entities, (entity) => entity.domain),
          limit.counts,
        ),
        // Names are other people's words: values, never keys.
        ...(whole
          ? { floors: Object.entries(countBy(entities, (entity) => home.floors.get(floorOf(home, entity.areaId) ?? '')?.name)) }
          : {}),
        areas: Object.entries(largest(areas, limit.counts)),
        ...(args.detail === 'full' ? registryCounts(home, entities, limit.counts) : {}),
        now: activeByDomain(entities, limit, nowMs),
        ...(unavailable.length > 0
          ? { unavailable: unavailable.length, unavailable_ids: unavailable.slice(0, limit.named).map((entity) => entity.entityId) }
          : {}),
        ...(low.length > 0 ? { low_battery: named(low, limit.named, nowMs) } : {}),
        ...(updates.length > 0 ? { updates: named(updates, limit.named, nowMs).map((text) => text.replace(/ on$/, '')) } : {}),
      },
    };
  },
});
