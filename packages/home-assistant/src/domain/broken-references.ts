import { nearMisses, walkValue } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import type { Home, Service } from './model.ts';
import type { ReferenceKind } from './reference-keys.ts';
import { type RequiredReference, toRequired } from './required-references.ts';
import { type BodyReference, type ScannedBody, scanReferences } from './scan-references.ts';

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

const madeByStep = (step: Readonly<Record<string, unknown>>): readonly string[] => {
  const { data } = step;
  if (!isRecord(data)) return [];
  const scene = typeof data['scene_id'] === 'string' ? [`scene.${data['scene_id']}`] : [];
  const isGroup = (step['action'] ?? step['service']) === 'group.set' && typeof data['object_id'] === 'string';
  return isGroup ? [...scene, `group.${String(data['object_id'])}`] : scene;
};

/** Scenes and groups that a body makes when it runs, or that a script makes which it calls with their id. */
const madeBy = (body: unknown): readonly string[] => {
  const made: string[] = [];
  walkValue<void>(body, ({ value }) => void (isRecord(value) && made.push(...madeByStep(value))), { context: undefined });
  return made;
};

/** What exists in a home, with what these bodies make. */
export const existingIn = (home: Home, services: readonly Service[], bodies: readonly unknown[]): Existing => ({
  home,
  services: new Set(services.map(({ domain, service }) => `${domain}.${service}`)),
  made: new Set(bodies.flatMap(madeBy)),
});

const problemOfEntity = ({ home, services, made }: Existing, { id, role }: BodyReference): BrokenReference['problem'] | undefined => {
  const entity = home.entities.get(id);
  if (entity?.disabled) return 'disabled';
  return entity !== undefined || made.has(id) || (role === 'input' && services.has(id)) ? undefined : 'unknown';
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

/** References of a scanned body that lead nowhere, each thing once. */
export const brokenAmong = ({ references }: ScannedBody, existing: Existing): readonly BrokenReference[] => {
  const seen = new Set<string>();
  return references.flatMap((reference) => {
    const problem = reference.required ? problemOf(existing, reference) : undefined;
    if (problem === undefined) return [];
    const key = `${reference.kind} ${reference.id}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ ...toRequired(reference), problem }];
  });
};

/** As `brokenAmong`, of a body that was not scanned yet. */
export const brokenReferences = (body: unknown, existing: Existing): readonly BrokenReference[] =>
  brokenAmong(scanReferences(body), existing);

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
