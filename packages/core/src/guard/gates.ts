import { refuse } from '../errors/tool-error.ts';
import type { Approval, Approvals } from '../runtime/approvals.ts';
import { allows } from '../security/levels.ts';

export interface GateOptions {
  /** The server's levels, weakest first. */
  readonly levels: readonly string[];
  /** The level in force. */
  readonly level: string;
  /** What holds for security-relevant actions: a person is asked each time, or they are never done. */
  readonly security: 'ask' | 'never';
  readonly accepts: Approvals['accepts'];
  /** Where a person can do it instead: "in the Vivint app". */
  readonly elsewhere: string;
}

/** More than `doing` says, for an error's `why` and `next`. */
export interface About {
  /** A sentence: "It would unlock lock.front." */
  readonly why?: string | undefined;
  /** What to do about a missing approval. */
  readonly next?: string | undefined;
}

/** The gates below the tools: level and consent. Each throws, or lets through. `doing` begins a sentence: "Restarting Home Assistant". */
export interface Gates {
  /** @throws ToolError permission_denied below the level that is needed */
  requireLevel(needed: string, doing: string): void;
  /** @throws ToolError permission_denied where security-relevant actions are never done */
  requireAllowed(doing: string, about?: About): void;
  /** Refuses before a person is asked what would be refused whoever agreed. @throws ToolError permission_denied */
  requireAskable(needed: string, doing: string): void;
  /** For what needs a person and is not security-relevant. @throws ToolError confirmation_required without the approval of one */
  requireConsent(approval: Approval | undefined, doing: string, about?: About): void;
  /** For what is security-relevant: `requireAllowed`, then `requireConsent`. @throws ToolError permission_denied, confirmation_required */
  requireApproval(approval: Approval | undefined, doing: string, about?: About): void;
}

const sentences = (...parts: readonly (string | undefined)[]): string | undefined => parts.filter(Boolean).join(' ') || undefined;

export const createGates = ({ levels, level, security, accepts, elsewhere }: GateOptions): Gates => {
  const requireLevel: Gates['requireLevel'] = (needed, doing) => {
    if (allows(levels, level, needed)) return;
    throw refuse('permission_denied', `${doing} needs the level "${needed}".`, {
      why: `This server runs at the level "${level}".`,
      next: ['Ask the person who runs this server to raise its level.'],
    });
  };
  const requireAllowed: Gates['requireAllowed'] = (doing, { why } = {}) => {
    if (security !== 'never') return;
    throw refuse('permission_denied', `${doing} was not done.`, {
      why: sentences(why, 'This server is set to never do such actions.'),
      next: [`Leave this to a person, ${elsewhere}.`],
    });
  };
  const requireConsent: Gates['requireConsent'] = (approval, doing, { why, next = 'Use a tool that asks for agreement.' } = {}) => {
    if (!accepts(approval)) throw refuse('confirmation_required', `${doing} needs a person's agreement.`, { why, next: [next] });
  };
  return {
    requireLevel,
    requireAllowed,
    requireConsent,
    requireAskable: (needed, doing) => {
      requireLevel(needed, doing);
      requireAllowed(doing);
    },
    requireApproval: (approval, doing, about) => {
      requireAllowed(doing, about);
      requireConsent(approval, doing, about);
    },
  };
};
