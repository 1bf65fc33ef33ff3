import { type Approval, refuse, tooDeep } from '@switchyard-mcp/core';
import { targetsByInput } from '../domain/blueprint-inputs.ts';
import type { Body } from '../domain/body.ts';
import { namedThings } from '../domain/body-references.ts';
import type { ObjectRef } from '../domain/object-ref.ts';
import { reachesFurther } from '../domain/reaches-further.ts';
import { scanReferences } from '../domain/scan-references.ts';
import type { Guard } from './guard.ts';
import type { Policy } from './policy.ts';

export interface GuardedWrite {
  /** The bodies as they will run: blueprints put in. */
  readonly effective: readonly Body[];
  readonly acts: readonly string[];
  readonly approval: Approval | undefined;
  /** How it was: what it names may only come back with it. */
  readonly comesBack: boolean;
}

/** The rules for objects: what lists hide is neither shown in a body nor reached by one, and nobody builds a key to the door unasked. */
export interface ObjectGuard {
  /** @throws ToolError when a body names what the lists hide. */
  checkRead(ref: ObjectRef, body: Body): void;
  /** @throws ToolError when a body that is to be stored names an entity that does not exist, or must look as if. */
  checkNames(ref: ObjectRef, body: Body): void;
  /** @throws ToolError when these acts are refused whoever agrees. */
  checkForbidden(ref: ObjectRef, actions: readonly string[]): void;
  /** Why bodies reach further than the lists; undefined when they do not. */
  reachOf(ref: ObjectRef, effective: readonly Body[]): string | undefined;
  checkWrite(ref: ObjectRef, write: GuardedWrite): void;
}

/** Kinds whose bodies act or read, a blueprint's in whatever is made from it; the others only name things. */
const acting = new Set(['automation', 'script', 'scene', 'helper', 'entity', 'blueprint']);

/** Kinds that name entities of this home. */
const entityKinds = new Set([...acting, 'dashboard', 'person', 'energy']);

/** What an input was given, somebody else may have chosen. */
const wayFurther = (body: Body): string | undefined => reachesFurther(body) ?? (targetsByInput(body) ? 'an input as target' : undefined);

const byItself = (actions: readonly string[]): string => `It would do ${actions.slice(0, 3).join(', ')} by itself.`;

/** Makes the guard of objects from the guard of entities. */
export const createObjectGuard = (policy: Policy, guard: Guard): ObjectGuard => {
  const checkRead: ObjectGuard['checkRead'] = (ref, body) => {
    if (!guard.mentionsHidden(body)) return;
    throw refuse('permission_denied', `The body of ${ref.id} is not shown.`, {
      why: 'It names entities outside those this server may use.',
      next: ['Ask the person who runs this server to widen its lists.'],
    });
  };

  const checkForbidden: ObjectGuard['checkForbidden'] = (ref, actions) => {
    if (actions.length > 0) guard.requireAllowed(`Saving ${ref.id}`, { why: byItself(actions) });
  };

  const checkApproval = (ref: ObjectRef, actions: readonly string[], approval: Approval | undefined): void => {
    if (actions.length > 0) guard.requireApproval(approval, `Saving ${ref.id}`, { why: byItself(actions) });
  };

  /** With lists in force what is hidden and what is not there get the same answer, or saving would tell them apart. */
  const checkNames = (ref: ObjectRef, body: Body): void => {
    if (!policy.restricted || !entityKinds.has(ref.kind)) return;
    const scan = scanReferences(body);
    if (!scan.complete) throw tooDeep(`The body of ${ref.id}`);
    for (const { kind, id } of namedThings(scan)) if (kind === 'entity' && id !== ref.id) guard.requireEntity(id);
  };

  const reachOf: ObjectGuard['reachOf'] = (ref, effective) => {
    if (!policy.restricted || !acting.has(ref.kind)) return undefined;
    const way = effective.map(wayFurther).find((found) => found !== undefined);
    return way === undefined ? undefined : `This server may use only some entities, and ${way} can reach others.`;
  };

  return {
    checkRead,
    checkNames,
    checkForbidden,
    reachOf,
    checkWrite: (ref, { effective, acts, approval, comesBack }) => {
      guard.requireLevel(ref.kind === 'integration' ? 'admin' : 'configure', `Changing ${ref.id}`);
      if (ref.kind === 'integration' && policy.restricted)
        throw refuse('permission_denied', `${ref.id} was not saved.`, {
          why: 'This server may use only some entities, and an integration has others.',
          next: ['Leave this to a person, in Home Assistant itself.'],
        });
      for (const body of effective) {
        if (!comesBack) checkNames(ref, body);
        checkRead(ref, body);
      }
      const reach = reachOf(ref, effective);
      if (reach !== undefined)
        throw refuse('permission_denied', `${ref.id} was not saved.`, { why: reach, next: ['Name the single entities instead.'] });
      checkApproval(ref, acts, approval);
    },
  };
};
