import { defineTool } from '@switchyard-mcp/core';
import * as z from 'zod';
import { floorOf, placeOf } from '../domain/find-places.ts';
import { nameOfArea } from '../domain/findables.ts';
import { hasLowBattery } from '../domain/low-battery.ts';
import type { Entity, Home } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { stateWords } from '../format/state-words.ts';

const input = z.object({
  area: z.string().max(100).optional().describe('Only this area'),
  floor: z.string().max(100).optional(),
});

/** What a person would want to be told: open, unlocked, running. */
const active: Readonly<Record<string, (state: string) => boolean>> = {
  light: (state) => state === 'on',
  switch: (state) => state === 'on',
  fan: (state) => state === 'on',
  media_player: (state) => state === 'playing',
  cover: (state) => state !== 'closed' && state !== 'unknown',
  lock: (state) => state !== 'locked',
  valve: (state) => state !== 'closed',
  vacuum: (state) => state !== 'docked',
  siren: (state) => state === 'on',
  alarm_control_panel: () => true,
  climate: (state) => state !== 'off',
};
const maxNamed = 12;
/** Ids named under "now" altogether, so that a large home costs no more than a small one. */
const maxActive = 44;
const gone = (entity: Entity): boolean => entity.state?.state === 'unavailable';

/** Ids with their states, the first few; the rest as a number. */
const named = (entities: readonly Entity[], max = maxNamed): readonly string[] => {
  const shown = entities.slice(0, max).map((entity) => `${entity.entityId} ${stateWords(entity.state)}`);
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

const activeByDomain = (entities: readonly Entity[]): Record<string, readonly string[]> => {
  const visible = entities.filter((entity) => !entity.hidden && entity.state && !gone(entity));
  const found = Object.entries(active).flatMap(([domain, test]) => {
    const those = visible.filter((entity) => entity.domain === domain && test(entity.state?.state ?? ''));
    return those.length > 0 ? [[domain, those] as const] : [];
  });
  const each = Math.max(3, Math.min(maxNamed, Math.floor(maxActive / Math.max(1, found.length))));
  return Object.fromEntries(found.map(([domain, those]) => [domain, named(those, each)]));
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
  output: z.looseObject({ entities: z.number() }),
  handler: async (args, { operations, signal }) => {
    const [home, config] = [await operations.home(signal), await operations.config(signal)];
    const entities = scope(home, args);
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
          30,
        ),
        // Names are other people's words: values, never keys.
        ...(whole
          ? { floors: Object.entries(countBy(entities, (entity) => home.floors.get(floorOf(home, entity.areaId) ?? '')?.name)) }
          : {}),
        areas: Object.entries(largest(areas, 30)),
        now: activeByDomain(entities),
        ...(unavailable.length > 0
          ? { unavailable: unavailable.length, unavailable_ids: unavailable.slice(0, maxNamed).map((entity) => entity.entityId) }
          : {}),
        ...(low.length > 0 ? { low_battery: named(low) } : {}),
        ...(updates.length > 0 ? { updates: named(updates).map((text) => text.replace(/ on$/, '')) } : {}),
      },
    };
  },
});
