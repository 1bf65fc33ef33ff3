import {
  cursorParam,
  defineTool,
  foldText,
  limitParam,
  page,
  pageFields,
  refuse,
  type ToolContext,
  type ToolReply,
  table,
  tableFields,
} from '@switchyard-mcp/core';
import * as z from 'zod';
import { indexOf, kinds, nameOfArea } from '../domain/findables.ts';
import type { Home, Service } from '../domain/model.ts';
import type { ObjectKind } from '../domain/object-ref.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { searchBodies } from '../domain/search-bodies.ts';
import { everything, type Found, filterOf, statesThere } from '../domain/search-filters.ts';
import { stateWords } from '../format/state-words.ts';

const input = z.object({
  query: z.string().max(200).optional().describe('Name, alias or id; misspellings are forgiven'),
  in: z
    .enum(['names', 'configs'])
    .default('names')
    .describe('configs: texts and ids inside automations, scripts, scenes, dashboards, helpers'),
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

const columns = ['id', 'name', 'area', 'state', 'kind'] as const;
const configColumns = ['id', 'name', 'path', 'text', 'more_places'] as const;

const output = z.lazy(() =>
  z.union([
    z.strictObject({
      ...pageFields,
      domains: z.string().optional(),
      states_there: z.array(z.string()).optional(),
      ...tableFields(columns),
    }),
    z.strictObject({ ...pageFields, ...tableFields(configColumns) }),
  ]),
);

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

const row = (home: Home, item: Found, { services, nowMs }: { services: readonly Service[]; nowMs: number }): readonly unknown[] => {
  const entity = home.entities.get(item.id);
  // A device or an area may have an id that is also an entity's only in theory; a service's may well be, as script.morning.
  if (!entity || item.kind === 'service') return placeRow(home, item, services);
  const state = entity.disabled ? 'disabled' : stateWords(entity.state, nowMs);
  return [item.id, entity.name, nameOfArea(home, entity.areaId), state, item.kind === 'entity' ? '' : item.kind];
};

/** "sensor 96, light 28": what a long list is made of, so that nobody has to page through it to count. */
const domainCounts = (all: readonly Found[]): string => {
  const counts = new Map<string, number>();
  for (const { id } of all) counts.set(id.split('.')[0] ?? '', (counts.get(id.split('.')[0] ?? '') ?? 0) + 1);
  const largest = [...counts].sort(([, a], [, b]) => b - a);
  return largest
    .slice(0, 12)
    .map(([domain, count]) => `${domain} ${count}`)
    .join(', ');
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

const configKinds = new Set<string>(['automation', 'script', 'scene', 'helper']);

/** Who uses this: the texts of bodies, with their pointers. */
const searchConfigs = async (args: Args, query: string, { operations, signal }: ToolContext<HomeOperations>): Promise<ToolReply> => {
  const { in: _in, query: _query, kinds: wanted, limit, cursor, ...filters } = args;
  const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const odd = wanted?.filter((kind) => !configKinds.has(kind)) ?? [];
  if (query === '' || given.length > 0 || odd.length > 0)
    throw refuse(
      'invalid_input',
      query === '' ? 'in="configs" needs a query.' : `in="configs" takes query and kinds, not ${[...given, ...odd].join(', ')}.`,
      { next: [`Kinds may be ${[...configKinds].join(', ')}; without kinds dashboards are searched too.`] },
    );
  const hits = searchBodies(await operations.objects.bodies(signal, wanted as readonly ObjectKind[] | undefined), query);
  const about = ['configs', foldText(query), wanted];
  const { items, head } = page(hits, { cursor, limit, query: about });
  const rows = items.map(({ object, at: [first, ...rest] }) => [
    object.ref.id,
    object.name,
    first?.pointer,
    first?.text,
    rest.length > 0 ? rest.length : '',
  ]);
  return { data: { ...head, ...table(configColumns, rows) } };
};

export const searchTool = defineTool<HomeOperations>()({
  name: 'ha_search',
  title: 'Search the home',
  description:
    'Finds entities, devices, areas, floors, labels, automations, scripts, scenes, helpers and services, with names, areas and states; or, with in="configs", who uses an entity, action or text. Use it to get ids, or to list by filter alone (domain="light", state="on"); ha_get reads attributes.',
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
    if (args.in === 'configs') return searchConfigs(args, query, context);
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
    const { items, offset, head } = page(all, { cursor: args.cursor, limit: args.limit, query: about });
    // A state is no closed list: nothing may be "on" just now. What there is tells a misspelling from that.
    const states = args.state && all.length === 0 ? statesThere(home, services, filters) : [];
    const nowMs = operations.clock.now();
    const rows = items.map((item) => row(home, item, { services, nowMs }));
    const counted = head.next !== undefined && offset === 0 && query === '' && all.every(({ id }) => id.includes('.')) && !args.domain;
    return {
      data: {
        ...head,
        ...(counted ? { domains: domainCounts(all) } : {}),
        ...(states.length > 0 ? { states_there: states } : {}),
        ...table(columns, rows),
      },
    };
  },
});
