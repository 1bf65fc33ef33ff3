import { decodeCursor, defineTool, encodeCursor, foldText, nearMisses, ToolError, table } from '@switchyard-mcp/core';
import * as z from 'zod';
import { floorOf, placeOf } from '../domain/find-places.ts';
import { indexOf, kindOf, kinds, nameOfArea } from '../domain/findables.ts';
import type { Entity, Home, Service } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import type { Findable } from '../domain/search-index.ts';
import { stateWords } from '../format/state-words.ts';
import { cursorParam, limitParam } from './params.ts';

const input = z.object({
  query: z.string().max(200).optional().describe('Name, alias or id; misspellings are forgiven'),
  kinds: z.array(z.enum(kinds)).optional(),
  domain: z.string().max(60).optional().describe('e.g. light'),
  area: z.string().max(100).optional().describe('Exact name, alias or id; so floor and label'),
  floor: z.string().max(100).optional(),
  label: z.string().max(100).optional(),
  state: z.string().max(100).optional().describe('Exact state, e.g. on'),
  device_class: z.string().max(60).optional(),
  limit: limitParam(100, 25),
  cursor: cursorParam,
});
type Args = z.output<typeof input>;

const output = z.looseObject({ total: z.number(), shown: z.number(), columns: z.array(z.string()), rows: z.array(z.array(z.unknown())) });

const deviceClass = (entity: Entity): string | undefined => {
  const value = entity.state?.attributes['device_class'];
  return typeof value === 'string' ? value : undefined;
};

/** A filter word that fits nothing in this home is a misspelling, not an empty result. */
const mustExist = (what: string, wanted: string, known: ReadonlySet<string>): void => {
  if (known.has(wanted)) return;
  throw new ToolError({
    code: 'not_found',
    what: `Nothing here has the ${what} "${wanted.slice(0, 60)}"`,
    didYouMean: nearMisses(wanted, known),
    next: [`there are: ${[...known].sort().slice(0, 20).join(', ')}.`],
    sideEffects: 'none',
  });
};

type Test = (entity: Entity) => boolean;

const entityTests = (home: Home, args: Args): readonly Test[] => {
  const all = [...home.entities.values()];
  const tests: Test[] = [];
  if (args.domain) {
    mustExist('domain', args.domain, new Set(all.map((entity) => entity.domain)));
    tests.push((entity) => entity.domain === args.domain);
  }
  if (args.device_class) {
    mustExist('device class', args.device_class, new Set(all.flatMap((entity) => deviceClass(entity) ?? [])));
    tests.push((entity) => deviceClass(entity) === args.device_class);
  }
  if (args.area) {
    const area = placeOf(home, 'area', args.area);
    tests.push((entity) => entity.areaId === area);
  }
  if (args.floor) {
    const floor = placeOf(home, 'floor', args.floor);
    tests.push((entity) => floorOf(home, entity.areaId) === floor);
  }
  if (args.label) {
    const label = placeOf(home, 'label', args.label);
    tests.push(
      (entity) =>
        entity.labels.includes(label) ||
        (home.devices.get(entity.deviceId ?? '')?.labels.includes(label) ?? false) ||
        (home.areas.get(entity.areaId ?? '')?.labels.includes(label) ?? false),
    );
  }
  if (args.state) {
    const wanted = args.state;
    tests.push((entity) => entity.state?.state === wanted);
  }
  return tests;
};

const row = (home: Home, item: { readonly id: string; readonly kind: string }, services: readonly Service[]): readonly unknown[] => {
  const entity = home.entities.get(item.id);
  if (entity)
    return [
      item.id,
      entity.name,
      nameOfArea(home, entity.areaId) ?? '',
      entity.disabled ? 'disabled' : stateWords(entity.state),
      item.kind === 'entity' ? '' : item.kind,
    ];
  switch (item.kind) {
    case 'device': {
      const device = home.devices.get(item.id);
      return [item.id, device?.name ?? '', nameOfArea(home, device?.areaId) ?? '', '', 'device'];
    }
    case 'area': {
      const area = home.areas.get(item.id);
      return [item.id, area?.name ?? '', home.floors.get(area?.floorId ?? '')?.name ?? '', '', 'area'];
    }
    case 'service':
      return [item.id, services.find((service) => `${service.domain}.${service.service}` === item.id)?.name ?? '', '', '', 'service'];
    default:
      return [item.id, home.floors.get(item.id)?.name ?? home.labels.get(item.id)?.name ?? '', '', '', item.kind];
  }
};

const listed = (
  home: Home,
  services: readonly Service[],
  accepts: (item: { id: string; kind: string }) => boolean,
): readonly { id: string; kind: string }[] =>
  [
    ...[...home.entities.values()].map((entity) => ({ id: entity.entityId, kind: kindOf(entity) })),
    ...[...home.areas.keys()].map((id) => ({ id, kind: 'area' })),
    ...[...home.floors.keys()].map((id) => ({ id, kind: 'floor' })),
    ...[...home.labels.keys()].map((id) => ({ id, kind: 'label' })),
    ...[...home.devices.keys()].map((id) => ({ id, kind: 'device' })),
    ...services.map((service) => ({ id: `${service.domain}.${service.service}`, kind: 'service' })),
  ].filter(accepts);

export const searchTool = defineTool<HomeOperations>()({
  name: 'ha_search',
  title: 'Search the home',
  description:
    'Finds entities, devices, areas, floors, labels, automations, scripts, scenes, helpers and services, with names, areas and states. Use it to get ids, or to list by filter alone (domain="light", state="on"); ha_get reads attributes.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output,
  handler: async (args, { operations, signal }) => {
    const query = args.query?.trim() ?? '';
    if (query !== '') await operations.loadAliases(signal);
    const [home, services] = [await operations.home(signal), await operations.services(signal)];
    const tests = entityTests(home, args);
    const wanted = new Set<string>(args.kinds ?? []);
    const accepts = (item: { readonly id: string; readonly kind: string }): boolean => {
      if (wanted.size > 0 && !(wanted.has(item.kind) || (wanted.has('entity') && home.entities.has(item.id)))) return false;
      const entity = home.entities.get(item.id);
      if (entity) return tests.every((test) => test(entity));
      // Without a query or a kind, a list is about entities.
      return tests.length === 0 && (query !== '' || wanted.size > 0);
    };
    const found: readonly { readonly id: string; readonly kind: string }[] =
      query === ''
        ? listed(home, services, accepts)
        : indexOf(home, services, `${home.registryRevision}/${services.length}/${home.entities.size}`)
            .search(query, accepts as (item: Findable) => boolean)
            .map(({ item }) => item);
    const about = [query && foldText(query), args.kinds, args.domain, args.area, args.floor, args.label, args.state, args.device_class];
    const offset = decodeCursor(args.cursor, about);
    const page = found.slice(offset, offset + args.limit);
    const next = offset + page.length < found.length ? encodeCursor(offset + page.length, about) : undefined;
    return {
      data: {
        total: found.length,
        shown: page.length,
        ...(next ? { next } : {}),
        ...table(
          ['id', 'name', 'area', 'state', 'kind'],
          page.map((item) => row(home, item, services)),
        ),
      },
    };
  },
});
