import { foldText, nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';
import { firstOf, floorOf, type PlaceKind, placeOf, placesNamed } from './find-places.ts';
import type { Entity, Home } from './model.ts';

/** Entities named one by one, and those that come with a place. The latter are filtered by what the action is for. */
export interface Targets {
  readonly named: readonly Entity[];
  readonly placed: readonly Entity[];
}

const prefixed = /^(area|floor|label|device):\s*(.+)$/i;
const everyOf = /^all:\s*([a-z0-9_]+)$/i;
const entityId = /^[a-z][a-z0-9_]*\.[a-z0-9_]+$/;

const describe = (home: Home, entity: Entity): string => {
  const area = entity.areaId === undefined ? undefined : home.areas.get(entity.areaId)?.name;
  return area ? `${entity.entityId} (${area})` : entity.entityId;
};

/** Entities of exactly this name, else of this alias: what is meant must not depend on whether aliases were read already. */
const named = (home: Home, wanted: string): readonly Entity[] => {
  const folded = foldText(wanted);
  const enabled = [...home.entities.values()].filter((entity) => !entity.disabled);
  const byName = enabled.filter((entity) => foldText(entity.name) === folded);
  return byName.length > 0 ? byName : enabled.filter((entity) => entity.aliases.some((alias) => foldText(alias) === folded));
};

/** All of a domain. @throws ToolError when the home has none: a misspelling, not an empty set. */
const everyEntity = (home: Home, domain: string): readonly Entity[] => {
  const found = [...home.entities.values()].filter((entity) => entity.domain === domain && !entity.disabled);
  if (found.length > 0) return found;
  throw refuse('not_found', `There is nothing of the domain "${domain.slice(0, 60)}".`, {
    didYouMean: nearMisses(domain, new Set([...home.entities.values()].map((entity) => entity.domain))),
  });
};

/** Bare words may name an area or a floor, if they name exactly one of them. */
const placeCalled = (home: Home, wanted: string): readonly Entity[] | undefined => {
  const places = (['area', 'floor'] as const).flatMap((kind) => placesNamed(home, kind, wanted).map((id) => ({ kind, id })));
  const [first] = places;
  if (first === undefined) return undefined;
  if (places.length === 1) return inPlace(home, first.kind, first.id);
  throw refuse(
    'ambiguous',
    `"${wanted.slice(0, 60)}" is ${places.length} places: ${firstOf(places.map(({ kind, id }) => `${kind}:${id}`))}.`,
    { next: ['Use one of these.'] },
  );
};

const inPlace = (home: Home, kind: PlaceKind, id: string): readonly Entity[] =>
  [...home.entities.values()].filter((entity) => {
    if (entity.disabled) return false;
    switch (kind) {
      case 'area':
        return entity.areaId === id;
      case 'floor':
        return floorOf(home, entity.areaId) === id;
      case 'device':
        return entity.deviceId === id;
      case 'label': {
        const device = entity.deviceId === undefined ? undefined : home.devices.get(entity.deviceId);
        const area = entity.areaId === undefined ? undefined : home.areas.get(entity.areaId);
        return entity.labels.includes(id) || (device?.labels.includes(id) ?? false) || (area?.labels.includes(id) ?? false);
      }
    }
  });

/** Can what is meant to be done be done with an entity of this domain? */
export type Fits = (domain: string) => boolean;

/** "light.hall (Hall lamp)": a name may be anyone's, the id is what to call again with. */
const withName = ({ entityId, name }: Entity): string => (name === '' ? entityId : `${entityId} (${name.slice(0, 40)})`);

/** Near ones that the action fits; any others only when there are none. */
const nearEntities = (home: Home, wanted: string, fits: Fits): readonly string[] => {
  const byId = entityId.test(wanted);
  const near = (entities: readonly Entity[]): readonly string[] => {
    const called = new Map<string, Entity>();
    for (const entity of entities)
      for (const text of byId ? [entity.entityId] : [entity.name, ...entity.aliases]) if (!called.has(text)) called.set(text, entity);
    const areas = byId ? [] : [...home.areas.values()].map((area) => `area:${area.name}`);
    const words = nearMisses(wanted, [...called.keys(), ...areas]).map((text) => {
      const entity = called.get(text);
      return entity === undefined ? text : withName(entity);
    });
    return [...new Set(words)];
  };
  const all = [...home.entities.values()];
  const fitting = near(all.filter(({ domain }) => fits(domain)));
  return fitting.length > 0 ? fitting : near(all.filter(({ domain }) => !fits(domain)));
};

const notFound = (home: Home, wanted: string, fits: Fits): ToolError => {
  const word = wanted.replace(/^.*\./, '').replace(/_/g, ' ').slice(0, 40);
  return refuse('not_found', `${wanted.slice(0, 80)} does not exist.`, {
    didYouMean: nearEntities(home, wanted, fits),
    next: [`ha_search query="${word}".`],
  });
};

const one = (home: Home, wanted: string, fits: Fits = () => true): { readonly entity: Entity } | { readonly place: readonly Entity[] } => {
  const place = prefixed.exec(wanted);
  if (place?.[1] && place[2]) {
    const kind = place[1].toLowerCase() as PlaceKind;
    return { place: inPlace(home, kind, placeOf(home, kind, place[2])) };
  }
  const every = everyOf.exec(wanted);
  if (every?.[1]) return { place: everyEntity(home, every[1].toLowerCase()) };
  const exact = home.entities.get(wanted.toLowerCase());
  if (exact) return { entity: exact };
  if (entityId.test(wanted)) throw notFound(home, wanted, fits);
  const found = named(home, wanted);
  if (found.length === 1 && found[0]) return { entity: found[0] };
  if (found.length > 1)
    throw refuse(
      'ambiguous',
      `"${wanted.slice(0, 60)}" is ${found.length} things: ${firstOf(found.map((entity) => describe(home, entity)))}.`,
      { next: ['Use the id.'] },
    );
  const called = placeCalled(home, wanted);
  if (called) return { place: called };
  throw notFound(home, wanted, fits);
};

/** Every target, before anything is sent. @throws ToolError for the first that is unknown or ambiguous. */
export const resolveTargets = (
  home: Home,
  wanted: readonly string[],
  { except = [], fits }: { readonly except?: readonly string[] | undefined; readonly fits?: Fits | undefined } = {},
): Targets => {
  const left = new Set(
    except.flatMap((text) => {
      const found = one(home, text.trim(), fits);
      return 'entity' in found ? [found.entity.entityId] : found.place.map((entity) => entity.entityId);
    }),
  );
  const byName = new Map<string, Entity>();
  const byPlace = new Map<string, Entity>();
  for (const text of wanted) {
    const found = one(home, text.trim(), fits);
    const entities = 'entity' in found ? [found.entity] : found.place;
    for (const entity of entities) if (!left.has(entity.entityId)) ('entity' in found ? byName : byPlace).set(entity.entityId, entity);
  }
  for (const id of byName.keys()) byPlace.delete(id);
  return { named: [...byName.values()], placed: [...byPlace.values()] };
};

/** One entity by id or exact name. */
export const resolveEntity = (home: Home, wanted: string): Entity => {
  const { named: found, placed } = resolveTargets(home, [wanted]);
  if (found[0] && found.length === 1) return found[0];
  throw refuse('invalid_input', `"${wanted.slice(0, 60)}" is a place with ${placed.length} entities; one entity is needed.`, {
    next: ['Name an entity id.'],
  });
};

/** False when one of these may need the voice aliases, which are fetched on demand. Ids and domains are no aliases, known or not. */
export const isResolvable = (home: Home, wanted: readonly string[]): boolean => wanted.every((text) => resolves(home, text.trim()));

/** As `one`, without working out what an error would say: in a large home that takes longer than all the rest. */
const resolves = (home: Home, wanted: string): boolean => {
  const place = prefixed.exec(wanted);
  if (place?.[1] && place[2]) return placesNamed(home, place[1].toLowerCase() as PlaceKind, place[2]).length === 1;
  if (everyOf.test(wanted) || entityId.test(wanted)) return true;
  const found = named(home, wanted);
  if (found.length > 0) return found.length === 1;
  return (['area', 'floor'] as const).flatMap((kind) => placesNamed(home, kind, wanted)).length === 1;
};
