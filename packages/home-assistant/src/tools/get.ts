import { defineTool, isToolError, spanWords, type ToolError, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { nameOfArea } from '../domain/findables.ts';
import type { Entity, Home } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { resolveTargets } from '../domain/resolve-targets.ts';
import { whileStarting } from '../domain/while-starting.ts';
import { stateWords } from '../format/state-words.ts';
import { targetsParam } from './params.ts';

const input = z.object({
  ids: targetsParam.min(1).describe('Entity ids, exact names, or area:/floor:/label:/device: names'),
  attributes: z.array(z.string().max(100)).max(40).optional().describe('Attributes to add; ["*"] for all'),
  detail: z.enum(['concise', 'full']).default('concise').describe('full adds device, class, labels, integration'),
});

/** Attributes that repeat other columns or are noise to a reader. */
const noise = new Set([
  'friendly_name',
  'icon',
  'entity_picture',
  'supported_features',
  'attribution',
  'access_token',
  'editable',
  'device_class',
  'unit_of_measurement',
]);
const longestValue = 400;

const short = (value: unknown): unknown => {
  const text = JSON.stringify(value) ?? '';
  return text.length <= longestValue ? value : `${text.slice(0, longestValue)}… (${text.length} characters)`;
};

const chosen = (entity: Entity, names: readonly string[]): Record<string, unknown> => {
  const all = entity.state?.attributes ?? {};
  const keys = names.includes('*') ? Object.keys(all).filter((key) => !noise.has(key)) : names.filter((name) => Object.hasOwn(all, name));
  return Object.fromEntries(keys.map((key) => [key, short(all[key])]));
};

const columns = ['id', 'name', 'area', 'state', 'for'] as const;
const moreColumns = ['device', 'class', 'labels', 'integration', 'kind'] as const;

/** The last column holds attributes, which are whatever their integration made of them. */
const cell = z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.json())]);
const output = z.lazy(() =>
  z.strictObject({
    ...tableFields([...columns, ...moreColumns, 'attributes'], cell),
    missing: z.array(z.string()).optional(),
  }),
);

interface RowOptions {
  readonly names: readonly string[];
  readonly full: boolean;
  readonly nowMs: number;
  /** Needed where a row names a moment. */
  readonly timeZone?: string | undefined;
}

/** What the registries know of an entity, beside its place. */
const registered = (home: Home, entity: Entity): readonly unknown[] => {
  const device = entity.deviceId === undefined ? undefined : home.devices.get(entity.deviceId);
  const labels = [...entity.labels, ...(device?.labels ?? [])];
  const kind = [entity.category, entity.hidden ? 'hidden' : undefined, entity.registered ? undefined : 'in no registry'];
  return [
    device?.name ?? '',
    entity.state?.attributes['device_class'] ?? '',
    [...new Set(labels)].map((id) => home.labels.get(id)?.name ?? id).join(', '),
    entity.platform ?? '',
    kind.filter(Boolean).join(', '),
  ];
};

const row = (home: Home, entity: Entity, { names, full, nowMs, timeZone }: RowOptions): readonly unknown[] => {
  const extra = chosen(entity, names);
  const age = entity.state ? spanWords(nowMs - entity.state.lastChangedAt) : '';
  return [
    entity.entityId,
    entity.name,
    nameOfArea(home, entity.areaId) ?? '',
    entity.disabled ? 'disabled' : stateWords(entity.state, nowMs, timeZone),
    age,
    ...(full ? registered(home, entity) : []),
    Object.keys(extra).length > 0 ? extra : '',
  ];
};

/** All that resolve, and for each that does not, its error. */
const resolveEach = (home: Home, ids: readonly string[]): { entities: readonly Entity[]; errors: readonly ToolError[] } => {
  const entities = new Map<string, Entity>();
  const errors: ToolError[] = [];
  for (const id of ids) {
    try {
      const { named, placed } = resolveTargets(home, [id]);
      for (const entity of [...named, ...placed]) entities.set(entity.entityId, entity);
    } catch (error) {
      if (!isToolError(error)) throw error;
      errors.push(error);
    }
  }
  return { entities: [...entities.values()], errors };
};

export const getTool = defineTool<HomeOperations>()({
  name: 'ha_get',
  title: 'Read states',
  description:
    'Returns the states of many entities at once, with area, age and chosen attributes. Use it when the ids or exact names are known; ha_search finds them, ha_history tells the past.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output,
  handler: async (args, { operations, signal }) => {
    let home = await operations.home(signal);
    let found = resolveEach(home, args.ids);
    if (found.errors.length > 0) {
      // The name may be a voice alias; those are fetched only when something needs them.
      await operations.loadAliases(signal);
      home = await operations.home(signal);
      found = resolveEach(home, args.ids);
    }
    const [first] = found.errors;
    if (found.entities.length === 0 && first)
      return whileStarting(operations, signal, async () => {
        throw first;
      });
    const full = args.detail === 'full';
    const timers = found.entities.some(({ domain }) => domain === 'timer');
    const timeZone = timers ? (await operations.config(signal)).timeZone : undefined;
    const options = { names: args.attributes ?? [], full, nowMs: operations.clock.now(), timeZone };
    const rows = found.entities.map((entity) => row(home, entity, options));
    const shown = table([...columns, ...(full ? moreColumns : []), 'attributes'], rows);
    const missing = found.errors.map(({ fields }) =>
      [fields.what.replace(/\.$/, ''), ...(fields.didYouMean?.length ? [`near: ${fields.didYouMean.slice(0, 3).join(', ')}`] : [])].join(
        '; ',
      ),
    );
    return { data: { ...shown, ...(missing.length > 0 ? { missing } : {}) } };
  },
});
