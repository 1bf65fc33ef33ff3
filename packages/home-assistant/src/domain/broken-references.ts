import { nearMisses } from '@switchyard-mcp/core';
import { isRecord } from './is-record.ts';
import type { Home, Service } from './model.ts';
import { type ReferenceKind, type RequiredReference, requiredBy } from './required-references.ts';

/** A reference to something that is not there, or that is switched off in the registry. */
export interface BrokenReference extends RequiredReference {
  readonly problem: 'unknown' | 'disabled';
}

/** What exists, made once for many bodies. */
export interface Existing {
  readonly home: Home;
  readonly services: ReadonlySet<string>;
  /** Entities that bodies make while they run, and that are not there before. */
  readonly made: ReadonlySet<string>;
}

/** Scenes and groups that a body makes when it runs, or that a script makes which it calls with their id. */
const madeBy = (body: unknown): readonly string[] => {
  if (Array.isArray(body)) return body.flatMap(madeBy);
  if (!isRecord(body)) return [];
  const data = isRecord(body['data']) ? body['data'] : {};
  const scene = typeof data['scene_id'] === 'string' ? [`scene.${data['scene_id']}`] : [];
  const isGroup = (body['action'] ?? body['service']) === 'group.set' && typeof data['object_id'] === 'string';
  const group = isGroup ? [`group.${String(data['object_id'])}`] : [];
  return [...scene, ...group, ...Object.values(body).flatMap(madeBy)];
};

/** What exists in a home, with what these bodies make. */
export const existingIn = (home: Home, services: readonly Service[], bodies: readonly unknown[]): Existing => ({
  home,
  services: new Set(services.map(({ domain, service }) => `${domain}.${service}`)),
  made: new Set(bodies.flatMap(madeBy)),
});

const problemOfEntity = ({ home, services, made }: Existing, { id, loose }: RequiredReference): BrokenReference['problem'] | undefined => {
  const entity = home.entities.get(id);
  if (entity?.disabled) return 'disabled';
  return entity !== undefined || made.has(id) || (loose && services.has(id)) ? undefined : 'unknown';
};

const exists: { readonly [K in Exclude<ReferenceKind, 'entity'>]: (existing: Existing, id: string) => boolean } = {
  service: ({ services }, id) => services.has(id),
  device: ({ home }, id) => home.devices.has(id),
  area: ({ home }, id) => home.areas.has(id),
  floor: ({ home }, id) => home.floors.has(id),
  label: ({ home }, id) => home.labels.has(id),
};

const problemOf = (existing: Existing, reference: RequiredReference): BrokenReference['problem'] | undefined => {
  if (reference.kind === 'entity') return problemOfEntity(existing, reference);
  return exists[reference.kind](existing, reference.id) ? undefined : 'unknown';
};

/** References of a body that lead nowhere, each thing once. */
export const brokenReferences = (body: unknown, existing: Existing): readonly BrokenReference[] => {
  const seen = new Set<string>();
  return requiredBy(body).flatMap((reference) => {
    const problem = problemOf(existing, reference);
    const key = `${reference.kind} ${reference.id}`;
    if (problem === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ ...reference, problem }];
  });
};

const placesOf = ({ home }: Existing, kind: ReferenceKind): Iterable<string> => {
  if (kind === 'area') return home.areas.keys();
  if (kind === 'floor') return home.floors.keys();
  return kind === 'label' ? home.labels.keys() : [];
};

/** What was most likely meant, best first: of entities and services only those of the same domain. */
export const nearReferences = (existing: Existing, { kind, id }: Pick<RequiredReference, 'kind' | 'id'>, most = 2): readonly string[] => {
  if (kind !== 'entity' && kind !== 'service') return nearMisses(id, placesOf(existing, kind), most);
  const domain = id.slice(0, id.indexOf('.') + 1);
  const all = kind === 'service' ? existing.services : existing.home.entities.keys();
  const names = [...all].filter((one) => one.startsWith(domain)).map((one) => one.slice(domain.length));
  return nearMisses(id.slice(domain.length), names, most).map((name) => domain + name);
};
