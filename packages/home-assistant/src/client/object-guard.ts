import { type Approval, isApproval, ToolError } from '@switchyard-mcp/core';
import { namedIn } from '../domain/body-references.ts';
import type { Body } from '../domain/object-operations.ts';
import type { ObjectRef } from '../domain/object-ref.ts';
import { reachesFurther } from '../domain/reaches-further.ts';
import type { Guard } from './guard.ts';
import type { Policy } from './policy.ts';

/** The rules for objects: what lists hide is neither shown in a body nor reached by one, and nobody builds a key to the door unasked. */
export interface ObjectGuard {
  /** @throws ToolError when a body names what the lists hide. */
  checkRead(ref: ObjectRef, body: Body): void;
  /** @throws ToolError when a body that is to be stored names an entity that does not exist, or must look as if. */
  checkNames(ref: ObjectRef, body: Body): void;
  /** `effective` are the bodies as they will run: blueprints put in. */
  checkWrite(ref: ObjectRef, effective: readonly Body[], acts: readonly string[], approval: Approval | undefined): void;
}

/** Kinds whose bodies act or read by themselves; the others only name things. */
const acting = new Set(['automation', 'script', 'scene', 'helper', 'entity']);

/** Kinds that name entities of this home; a blueprint names what its inputs will be. */
const entityKinds = new Set([...acting, 'dashboard', 'person', 'energy']);

const refuse = (what: string, why: string, next: string): never => {
  throw new ToolError({ code: 'permission_denied', what, why, next: [next], retryable: false, sideEffects: 'none' });
};

/** Makes the guard of objects from the guard of entities. */
export const createObjectGuard = (policy: Policy, guard: Guard): ObjectGuard => {
  const checkRead: ObjectGuard['checkRead'] = (ref, body) => {
    if (!guard.mentionsHidden(body)) return;
    refuse(
      `The body of ${ref.id} is not shown`,
      'It names entities outside those this server may use.',
      'ask the person who runs this server to widen its lists.',
    );
  };

  const checkApproval = (ref: ObjectRef, acts: readonly string[], approval: Approval | undefined): void => {
    if (acts.length === 0) return;
    const named = acts.slice(0, 3).join(', ');
    if (policy.security === 'never')
      refuse(
        `${ref.id} was not saved`,
        `It would do ${named} by itself, and this server is set to never do that.`,
        'leave this to a person.',
      );
    if (!isApproval(approval))
      throw new ToolError({
        code: 'confirmation_required',
        what: `${ref.id} would do ${named} by itself; that needs a person's agreement. Nothing was sent`,
        sideEffects: 'none',
      });
  };

  /** With lists in force what is hidden and what is not there get the same answer, or saving would tell them apart. */
  const checkNames = (ref: ObjectRef, body: Body): void => {
    if (!policy.restricted) return;
    for (const { kind, id } of namedIn(body)) if (kind === 'entity' && id !== ref.id && entityKinds.has(ref.kind)) guard.requireEntity(id);
  };

  return {
    checkRead,
    checkNames,
    checkWrite: (ref, effective, acts, approval) => {
      guard.requireLevel(ref.kind === 'integration' ? 'admin' : 'configure', `Changing ${ref.id}`);
      if (ref.kind === 'integration' && policy.restricted)
        refuse(
          `${ref.id} was not saved`,
          'This server may use only some entities, and an integration has others.',
          'leave this to a person, in Home Assistant itself.',
        );
      for (const body of effective) {
        checkNames(ref, body);
        checkRead(ref, body);
        const way = policy.restricted && acting.has(ref.kind) ? reachesFurther(body) : undefined;
        if (way !== undefined)
          refuse(
            `${ref.id} was not saved`,
            `This server may use only some entities, and ${way} can reach others.`,
            'name the single entities instead.',
          );
      }
      checkApproval(ref, acts, approval);
    },
  };
};
