import { nearMisses } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { type NamedThing, namedIn } from './body-references.ts';
import { brokenReferences, existingIn, nearReferences } from './broken-references.ts';
import type { Home, Service } from './model.ts';

/** A reference to something that the home does not have. */
export interface UnknownThing extends NamedThing {
  readonly near: readonly string[];
}

/**
 * What a body needs and the home does not have, with what was most likely meant.
 * @param ignore ids that are fine although unknown: those of the body before, the object's own.
 */
export const unknownIn = (
  body: Body,
  { home, services, ignore }: { readonly home: Home; readonly services: readonly Service[]; readonly ignore: ReadonlySet<string> },
): readonly UnknownThing[] => {
  const existing = existingIn(home, services, [body]);
  return brokenReferences(body, existing).flatMap(({ kind, id, pointer, inTemplate, problem }) => {
    if (problem !== 'unknown' || ignore.has(`${kind} ${id}`)) return [];
    // Of the same domain first: light.hal is light.hall and not lock.hall.
    const near = nearReferences(existing, { kind, id }, 3);
    const others = kind === 'service' ? existing.services : kind === 'entity' ? home.entities.keys() : [];
    return [{ kind, id, at: pointer, inTemplate, near: near.length > 0 ? near : nearMisses(id, others, 3) }];
  });
};

/** Keys of everything that a body names, for `ignore`. */
export const keysNamed = (body: Body | undefined): ReadonlySet<string> =>
  new Set(body === undefined ? [] : namedIn(body).map(({ kind, id }) => `${kind} ${id}`));
