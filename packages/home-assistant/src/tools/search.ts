import { decodeCursor, defineTool, encodeCursor, foldText, type ToolContext, table } from '@switchyard-mcp/core';
import * as z from 'zod';
import { indexOf, kinds, nameOfArea } from '../domain/findables.ts';
import type { Home, Service } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { everything, type Found, filterOf, statesThere } from '../domain/search-filters.ts';
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
  exposed: z.boolean().optional().describe('To the Assist voice assistant'),
  limit: limitParam(100, 25),
  cursor: cursorParam,
});
type Args = z.output<typeof input>;

const output = z.looseObject({ total: z.number(), shown: z.number(), columns: z.array(z.string()), rows: z.array(z.array(z.unknown())) });

const placeRow = (home: Home, { id, kind }: Found, services: readonly Service[]): readonly unknown[] => {
  switch (kind) {
    case 'device': {
      const device = home.devices.get(id);
      return [id, device?.name, nameOfArea(home, device?.areaId), '', kind];
    }
    case 'area': {
      const area = home.areas.get(id);
      return [id, area?.name, home.floors.get(area?.floorId ?? '')?.name, '', kind];
    }
    case 'service':
      return [id, services.find((service) => `${service.domain}.${service.service}` === id)?.name, '', '', kind];
    default:
      return [id, (kind === 'floor' ? home.floors : home.labels).get(id)?.name, '', '', kind];
  }
};

const row = (home: Home, item: Found, services: readonly Service[]): readonly unknown[] => {
  const entity = home.entities.get(item.id);
  // A device or an area may have an id that is also an entity's only in theory; a service's may well be, as script.morning.
  if (!entity || item.kind === 'service') return placeRow(home, item, services);
  const state = entity.disabled ? 'disabled' : stateWords(entity.state);
  return [item.id, entity.name, nameOfArea(home, entity.areaId), state, item.kind === 'entity' ? '' : item.kind];
};

type Filters = Parameters<typeof filterOf>[2];

const filtersOf = async (args: Args, { operations, signal }: ToolContext<HomeOperations>): Promise<Filters> => {
  if (args.exposed === undefined) return args;
  return { ...args, among: { ids: await operations.system.exposed('conversation', signal), inside: args.exposed } };
};

const found = (home: Home, services: readonly Service[], filters: Filters, query: string): readonly Found[] => {
  const accepts = filterOf(home, services, filters, query !== '');
  if (query === '') return everything(home, services).filter(accepts);
  const index = indexOf(home, services, `${home.registryRevision}/${services.length}/${home.entities.size}`);
  return index.search(query, accepts).map(({ item }) => item);
};

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
  handler: async (args, context) => {
    const { operations, signal } = context;
    const query = args.query?.trim() ?? '';
    if (query !== '') await operations.loadAliases(signal);
    const [home, services] = [await operations.home(signal), await operations.services(signal)];
    const filters = await filtersOf(args, context);
    const all = found(home, services, filters, query);
    const about = [
      query && foldText(query),
      args.kinds,
      args.domain,
      args.area,
      args.floor,
      args.label,
      args.state,
      args.device_class,
      args.exposed,
    ];
    const offset = decodeCursor(args.cursor, about);
    const page = all.slice(offset, offset + args.limit);
    const next = offset + page.length < all.length ? encodeCursor(offset + page.length, about) : undefined;
    // A state is no closed list: nothing may be "on" just now. What there is tells a misspelling from that.
    const states = args.state && all.length === 0 ? statesThere(home, services, filters) : [];
    const rows = page.map((item) => row(home, item, services));
    return {
      data: {
        total: all.length,
        shown: page.length,
        ...(next ? { next } : {}),
        ...(states.length > 0 ? { states_there: states } : {}),
        ...table(['id', 'name', 'area', 'state', 'kind'], rows),
      },
    };
  },
});
