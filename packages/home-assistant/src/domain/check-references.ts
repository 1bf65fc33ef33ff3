import { nearMisses } from '@switchyard-mcp/core';
import { type NamedThing, namedIn, type ReferenceKind } from './body-references.ts';
import { isObject } from './json-pointer.ts';
import type { Home, Service } from './model.ts';
import type { Body } from './object-operations.ts';

/** A reference to something that the home does not have. */
export interface UnknownThing extends NamedThing {
  readonly near: readonly string[];
}

const maxDepth = 40;

/** Scenes that a body makes itself with scene.create exist once it has run. */
const scenesMade = (value: unknown, depth = 0): readonly string[] => {
  if (depth > maxDepth) return [];
  if (Array.isArray(value)) return value.flatMap((item) => scenesMade(item, depth + 1));
  if (!isObject(value)) return [];
  const own = typeof value['scene_id'] === 'string' ? [`scene.${value['scene_id']}`] : [];
  return [...own, ...Object.values(value).flatMap((item) => scenesMade(item, depth + 1))];
};

interface Known {
  has(kind: ReferenceKind, id: string): boolean;
  all(kind: ReferenceKind): Iterable<string>;
}

const knownIn = (home: Home, services: readonly Service[]): Known => {
  const names = new Set(services.map(({ domain, service }) => `${domain}.${service}`));
  const maps: Readonly<Record<ReferenceKind, { has(id: string): boolean; keys(): Iterable<string> }>> = {
    entity: home.entities,
    service: names,
    device: home.devices,
    area: home.areas,
    floor: home.floors,
    label: home.labels,
  };
  return { has: (kind, id) => maps[kind].has(id), all: (kind) => maps[kind].keys() };
};

/** In a template a dotted word in quotes may be anything; it counts as an entity only if its domain is one here. */
const countsAsEntity = (thing: NamedThing, domains: ReadonlySet<string>): boolean =>
  thing.kind !== 'entity' || !thing.inTemplate || domains.has(thing.id.split('.')[0] ?? '');

/**
 * What a body names that the home does not have, with what was most likely meant.
 * @param ignore ids that are fine although unknown: those of the body before, the object's own.
 */
export const unknownIn = (
  body: Body,
  { home, services, ignore }: { readonly home: Home; readonly services: readonly Service[]; readonly ignore: ReadonlySet<string> },
): readonly UnknownThing[] => {
  const known = knownIn(home, services);
  const domains = new Set([...home.entities.values()].map((entity) => entity.domain));
  const made = new Set(scenesMade(body));
  const seen = new Set<string>();
  return namedIn(body).flatMap((thing) => {
    const key = `${thing.kind} ${thing.id}`;
    if (known.has(thing.kind, thing.id) || ignore.has(key) || made.has(thing.id) || seen.has(key)) return [];
    if (!countsAsEntity(thing, domains)) return [];
    seen.add(key);
    const domain = `${thing.id.split('.')[0] ?? ''}.`;
    // Of the same domain first: light.hal is light.hall and not lock.hall.
    const same =
      thing.kind === 'entity' || thing.kind === 'service' ? [...known.all(thing.kind)].filter((id) => id.startsWith(domain)) : [];
    const near = nearMisses(thing.id, same, 3);
    return [{ ...thing, near: near.length > 0 ? near : nearMisses(thing.id, known.all(thing.kind), 3) }];
  });
};

/** Keys of everything that a body names, for `ignore`. */
export const keysNamed = (body: Body | undefined): ReadonlySet<string> =>
  new Set(body === undefined ? [] : namedIn(body).map(({ kind, id }) => `${kind} ${id}`));
