import { nearMisses } from '@switchyard-mcp/core';
import { type BodyReference, type ReferenceKind, referencesIn } from './body-references.ts';
import type { Home, Service } from './model.ts';

/** A reference to something that is not there, or that is switched off in the registry. */
export interface BrokenReference extends BodyReference {
  readonly problem: 'unknown' | 'disabled';
}

/** What exists, made once for many bodies. */
export interface Existing {
  readonly home: Home;
  readonly services: ReadonlySet<string>;
}

/** What exists in a home. */
export const existingIn = (home: Home, services: readonly Service[]): Existing => ({
  home,
  services: new Set(services.map(({ domain, service }) => `${domain}.${service}`)),
});

/** A registry id in the place of an entity id: device automations write it so. */
const problemOfEntity = ({ home, services }: Existing, { id, loose }: BodyReference): BrokenReference['problem'] | undefined => {
  const entity = home.entities.get(id);
  if (entity?.disabled) return 'disabled';
  return entity !== undefined || (loose && services.has(id)) ? undefined : 'unknown';
};

const exists: { readonly [K in Exclude<ReferenceKind, 'entity'>]: (existing: Existing, id: string) => boolean } = {
  service: ({ services }, id) => services.has(id),
  device: ({ home }, id) => home.devices.has(id),
  area: ({ home }, id) => home.areas.has(id),
  floor: ({ home }, id) => home.floors.has(id),
  label: ({ home }, id) => home.labels.has(id),
};

const problemOf = (existing: Existing, reference: BodyReference): BrokenReference['problem'] | undefined => {
  if (reference.kind === 'entity') return problemOfEntity(existing, reference);
  return exists[reference.kind](existing, reference.id) ? undefined : 'unknown';
};

/** References of a body that lead nowhere, each thing once. */
export const brokenReferences = (body: unknown, existing: Existing): readonly BrokenReference[] => {
  const seen = new Set<string>();
  return referencesIn(body).flatMap((reference) => {
    const problem = problemOf(existing, reference);
    const key = `${reference.kind} ${reference.id}`;
    if (problem === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ ...reference, problem }];
  });
};

const candidates = ({ home, services }: Existing, kind: ReferenceKind, id: string): Iterable<string> => {
  if (kind === 'service') return services;
  if (kind === 'device') return [];
  if (kind === 'area') return home.areas.keys();
  if (kind === 'floor') return home.floors.keys();
  if (kind === 'label') return home.labels.keys();
  const domain = id.slice(0, id.indexOf('.') + 1);
  return [...home.entities.keys()].filter((entityId) => entityId.startsWith(domain));
};

/** What was most likely meant, best first. */
export const nearReferences = (existing: Existing, { kind, id }: Pick<BodyReference, 'kind' | 'id'>, most = 2): readonly string[] =>
  nearMisses(id, candidates(existing, kind, id), most);
