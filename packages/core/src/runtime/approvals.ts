declare const approved: unique symbol;
/** Proof that a person (or a token from a preview) agreed. Only core can make one; guards below the tools ask for it. */
export interface Approval {
  readonly [approved]: true;
  readonly how: 'elicitation' | 'token';
}

/** What guards below the tools ask before they let a security-relevant action through. */
export interface Approvals {
  /** Was this approval given through this runtime? Anything else, a look-alike object included, is not accepted. */
  accepts(value: unknown): value is Approval;
}

/** The side that gives approvals. Only the call path holds it. */
export interface ApprovalIssuer extends Approvals {
  approve(how: Approval['how']): Approval;
}

export const createApprovals = (): ApprovalIssuer => {
  const given = new WeakSet<object>();
  return {
    accepts: (value): value is Approval => typeof value === 'object' && value !== null && given.has(value),
    approve: (how) => {
      const approval = Object.freeze({ how }) as Approval;
      given.add(approval);
      return approval;
    },
  };
};
