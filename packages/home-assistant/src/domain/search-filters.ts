import { foldText, nearMisses, refuse } from '@switchyard-mcp/core';
import { floorOf, placeOf } from './find-places.ts';
import { kindOf } from './findables.ts';
import type { Device, Entity, Home, Service } from './model.ts';

/** Something that a list or a search may show. */
export interface Found {
  readonly id: string;
  readonly kind: string;
}

interface Filters {
  readonly kinds?: readonly string[] | undefined;
  readonly domain?: string | undefined;
  readonly area?: string | undefined;
  readonly floor?: string | undefined;
  readonly label?: string | undefined;
  readonly state?: string | undefined;
  readonly device_class?: string | undefined;
  /** Ids that are wanted or, with false, the only ones that are not; from whoever asks. */
  readonly among?: { readonly ids: ReadonlySet<string>; readonly inside: boolean } | undefined;
}

/** What a filter may ask of a thing; a thing without the fact fails the filter. */
interface Facts {
  readonly domain?: string | undefined;
  readonly areaId?: string | undefined;
  readonly floorId?: string | undefined;
  readonly labels?: readonly string[];
  readonly state?: string | undefined;
  readonly deviceClass?: string | undefined;
  readonly entityId?: string;
}

const deviceClassOf = (entity: Entity): string | undefined => {
  const value = entity.state?.attributes['device_class'];
  return typeof value === 'string' ? value : undefined;
};

const deviceLabels = (device: Device | undefined): readonly string[] => device?.labels ?? [];
const areaLabels = (home: Home, areaId: string | undefined): readonly string[] => home.areas.get(areaId ?? '')?.labels ?? [];

const entityFacts = (home: Home, entity: Entity): Facts => ({
  entityId: entity.entityId,
  domain: entity.domain,
  areaId: entity.areaId,
  floorId: floorOf(home, entity.areaId),
  labels: [...entity.labels, ...deviceLabels(home.devices.get(entity.deviceId ?? '')), ...areaLabels(home, entity.areaId)],
  state: entity.state?.state,
  deviceClass: deviceClassOf(entity),
});

const factsOf = (home: Home, { id, kind }: Found): Facts => {
  switch (kind) {
    case 'device': {
      const device = home.devices.get(id);
      const areaId = device?.areaId;
      return { areaId, floorId: floorOf(home, areaId), labels: [...deviceLabels(device), ...areaLabels(home, areaId)] };
    }
    case 'area':
      return { areaId: id, floorId: floorOf(home, id), labels: areaLabels(home, id) };
    case 'floor':
      return { floorId: id };
    case 'label':
      return { labels: [id] };
    case 'service':
      return { domain: id.split('.')[0] };
    default: {
      const entity = home.entities.get(id);
      return entity ? entityFacts(home, entity) : {};
    }
  }
};

/** A filter word that fits nothing in this home is a misspelling, not an empty result. */
const known = (what: string, wanted: string, values: ReadonlySet<string>): string => {
  const folded = foldText(wanted.trim());
  if (values.has(folded)) return folded;
  throw refuse('not_found', `Nothing here has the ${what} "${wanted.slice(0, 60)}".`, {
    didYouMean: nearMisses(wanted, values),
    next: [`There are: ${[...values].sort().slice(0, 20).join(', ')}.`],
  });
};

type Test = (facts: Facts) => boolean;

const testsOf = (home: Home, services: readonly Service[], filters: Filters): readonly Test[] => {
  const { domain, device_class: deviceClass, area, floor, label, state, among } = filters;
  const entities = (): readonly Entity[] => [...home.entities.values()];
  const tests: Test[] = [];
  if (domain) {
    const domains = new Set([
      ...entities().map((entity) => entity.domain),
      ...(filters.kinds?.includes('service') ? services.map((service) => service.domain) : []),
    ]);
    const wanted = known('domain', domain, domains);
    tests.push((facts) => facts.domain === wanted);
  }
  if (deviceClass) {
    const wanted = known('device class', deviceClass, new Set(entities().flatMap((entity) => deviceClassOf(entity) ?? [])));
    tests.push((facts) => facts.deviceClass === wanted);
  }
  if (area) {
    const wanted = placeOf(home, 'area', area);
    tests.push((facts) => facts.areaId === wanted);
  }
  if (floor) {
    const wanted = placeOf(home, 'floor', floor);
    tests.push((facts) => facts.floorId === wanted);
  }
  if (label) {
    const wanted = placeOf(home, 'label', label);
    tests.push((facts) => facts.labels?.includes(wanted) ?? false);
  }
  if (state) {
    const wanted = foldText(state);
    tests.push((facts) => facts.state !== undefined && foldText(facts.state) === wanted);
  }
  // A disabled entity is nowhere, so it is neither inside nor left out.
  if (among)
    tests.push(
      ({ entityId }) => entityId !== undefined && !home.entities.get(entityId)?.disabled && among.ids.has(entityId) === among.inside,
    );
  return tests;
};

/** May this be shown? @throws ToolError when a filter names what the home does not have. */
export const filterOf = (home: Home, services: readonly Service[], filters: Filters, asked: boolean): ((item: Found) => boolean) => {
  const tests = testsOf(home, services, filters);
  const wanted = new Set(filters.kinds ?? []);
  return (item) => {
    const isEntity = item.kind !== 'service' && home.entities.has(item.id);
    // Without a kind, filters and plain lists are about entities; a query is about all.
    if (wanted.size > 0 ? !(wanted.has(item.kind) || (wanted.has('entity') && isEntity)) : !isEntity && (!asked || tests.length > 0))
      return false;
    if (tests.length === 0) return true;
    const facts = factsOf(home, item);
    return tests.every((test) => test(facts));
  };
};

/** Everything there is, in a steady order. */
export const everything = (home: Home, services: readonly Service[]): readonly Found[] => [
  ...[...home.entities.values()].map((entity) => ({ id: entity.entityId, kind: kindOf(entity) })),
  ...[...home.areas.keys()].map((id) => ({ id, kind: 'area' })),
  ...[...home.floors.keys()].map((id) => ({ id, kind: 'floor' })),
  ...[...home.labels.keys()].map((id) => ({ id, kind: 'label' })),
  ...[...home.devices.keys()].map((id) => ({ id, kind: 'device' })),
  ...services.map((service) => ({ id: `${service.domain}.${service.service}`, kind: 'service' })),
];

/** States that the same filters meet without the one on state: what a search for a state that nothing has may be told. */
export const statesThere = (home: Home, services: readonly Service[], filters: Filters): readonly string[] => {
  const accepts = filterOf(home, services, { ...filters, state: undefined }, false);
  const states = new Set<string>();
  for (const entity of home.entities.values())
    if (entity.state && accepts({ id: entity.entityId, kind: kindOf(entity) })) states.add(entity.state.state.slice(0, 40));
  return [...states].sort().slice(0, 12);
};
