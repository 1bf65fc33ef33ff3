import { type Approval, refuse } from '@switchyard-mcp/core';
import type { ObjectRef } from '../domain/object-ref.ts';
import { reachesFurther } from '../domain/reaches-further.ts';
import { securityActionsOf } from '../domain/security-actions.ts';
import type { Facet } from './facet.ts';

type Raw = Readonly<Record<string, unknown>>;

/** The rules for answers to a form: a flow makes helpers with actions of their own, so it is no way around the rules for objects. */
export interface FlowGuard {
  /** Security actions that what is sent would do by itself. @throws ToolError when it may not be sent whoever agrees. */
  check(sent: Raw, signal: AbortSignal): Promise<readonly string[]>;
  requireApproval(actions: readonly string[], approval: Approval | undefined): void;
}

/** Whatever a flow makes is looked through as a helper is. */
const anyHelper: ObjectRef = { kind: 'helper', domain: '', key: '', id: '' };

const saving = (actions: readonly string[]): string => `Saving what does ${actions.slice(0, 3).join(', ')} by itself`;

/** Makes the guard of forms. */
export const createFlowGuard = ({ ready, guard, policy, stateOf }: Facet): FlowGuard => {
  /** Groups and kinds of covers are told by states, and those are read only when something asks for them. */
  const actionsIn = async (sent: Raw, signal: AbortSignal): Promise<readonly string[]> => {
    let asked = false;
    const actions = securityActionsOf(anyHelper, sent, (entityId) => {
      asked = true;
      return stateOf(entityId);
    });
    if (!asked) return actions;
    await (await ready(signal)).home(signal);
    return securityActionsOf(anyHelper, sent, stateOf);
  };

  const requireApproval: FlowGuard['requireApproval'] = (actions, approval) => {
    if (actions.length > 0) guard.requireApproval(approval, saving(actions));
  };

  return {
    check: async (sent, signal) => {
      const way = policy.restricted ? reachesFurther(sent) : undefined;
      if (way !== undefined)
        throw refuse('permission_denied', 'The values were not sent.', {
          why: `This server may use only some entities, and ${way} can reach others.`,
          next: ['Name the single entities instead.'],
        });
      const actions = await actionsIn(sent, signal);
      // Nobody is asked to agree to what would then be refused.
      if (actions.length > 0) guard.requireAllowed(saving(actions));
      return actions;
    },
    requireApproval,
  };
};
