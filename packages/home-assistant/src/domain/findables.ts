import { floorOf } from './find-places.ts';
import type { Entity, Home, Service } from './model.ts';
import { flowHelpers, storageHelpers } from './object-ref.ts';
import { buildSearchIndex, type Findable, type SearchIndex } from './search-index.ts';

export const kinds = ['entity', 'device', 'area', 'floor', 'label', 'automation', 'script', 'scene', 'helper', 'service'] as const;
export type Kind = (typeof kinds)[number];

/** Those of a config entry are found by who made them; the same platform in YAML makes what nobody calls a helper. */
const isHelper = ({ domain, platform, configEntryId }: Entity): boolean =>
  storageHelpers.has(domain) || (configEntryId !== undefined && flowHelpers.has(platform ?? ''));

/** Automations, scripts, scenes and helpers are entities too; they are found under either word. */
export const kindOf = (entity: Entity): Kind => {
  if (entity.domain === 'automation' || entity.domain === 'script' || entity.domain === 'scene') return entity.domain;
  return isHelper(entity) ? 'helper' : 'entity';
};

export const nameOfArea = (home: Home, areaId: string | undefined): string | undefined =>
  areaId === undefined ? undefined : home.areas.get(areaId)?.name;
const nameOfFloor = (home: Home, areaId: string | undefined): string | undefined => {
  const floor = floorOf(home, areaId);
  return floor === undefined ? undefined : home.floors.get(floor)?.name;
};

const present = (texts: readonly (string | undefined)[]): readonly string[] =>
  texts.filter((text): text is string => text !== undefined && text !== '');

const entityItem = (home: Home, entity: Entity): Findable => ({
  id: entity.entityId,
  kind: kindOf(entity),
  texts: [entity.name, ...entity.aliases, entity.entityId.split('.')[1]?.replace(/_/g, ' ') ?? ''],
  context: present([
    entity.domain.replace(/_/g, ' '),
    nameOfArea(home, entity.areaId),
    nameOfFloor(home, entity.areaId),
    entity.deviceId === undefined ? undefined : home.devices.get(entity.deviceId)?.name,
    ...entity.labels.map((label) => home.labels.get(label)?.name),
  ]),
  minor: entity.hidden || entity.disabled || entity.category !== undefined,
});

const findablesOf = (home: Home, services: readonly Service[]): readonly Findable[] => [
  ...[...home.entities.values()].map((entity) => entityItem(home, entity)),
  ...[...home.devices.values()].map((device) => ({
    id: device.deviceId,
    kind: 'device',
    texts: [device.name],
    context: present([device.manufacturer, device.model, nameOfArea(home, device.areaId)]),
    minor: true,
  })),
  ...[...home.areas.values()].map((area) => ({
    id: area.areaId,
    kind: 'area',
    texts: [area.name, ...area.aliases],
    context: present([nameOfFloor(home, area.areaId)]),
    minor: false,
  })),
  ...[...home.floors.values()].map((floor) => ({
    id: floor.floorId,
    kind: 'floor',
    texts: [floor.name, ...floor.aliases],
    context: [],
    minor: false,
  })),
  ...[...home.labels.values()].map((label) => ({ id: label.labelId, kind: 'label', texts: [label.name], context: [], minor: false })),
  ...services.map((service) => ({
    id: `${service.domain}.${service.service}`,
    kind: 'service',
    texts: [`${service.domain} ${service.service}`.replace(/_/g, ' ')],
    context: present([service.name]),
    minor: true,
  })),
];

interface KeptIndex {
  readonly revision: string;
  readonly index: SearchIndex;
}

/**
 * By the areas of a home: each connection has a list of its own, and with lists of entities in force each view of it. So one home never
 * takes the place of another, is never searched with another's words, and is forgotten with its connection.
 */
const kept = new WeakMap<Home['areas'], KeptIndex>();

/** The index of a home; kept while its registries and names stay the same. */
export const indexOf = (home: Home, services: readonly Service[], revision: string): SearchIndex => {
  const known = kept.get(home.areas);
  if (known?.revision === revision) return known.index;
  const index = buildSearchIndex(findablesOf(home, services));
  kept.set(home.areas, { revision, index });
  return index;
};
