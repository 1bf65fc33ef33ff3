import { refuse } from '../errors/tool-error.ts';
import type { Approval } from '../runtime/approvals.ts';
import { type ConfirmationKeeper, type ConfirmationSubject, confirmationSeconds } from '../security/confirmation.ts';
import type { CallOutcome, CallRequest } from './call-outcome.ts';
import type { ConfirmationRequest } from './define-tool.ts';
import type { Sanitise } from './sanitise.ts';

/** Not an error: the handler met a point where a person must agree, and the call ends with the question. */
export class NeedsConsent {
  readonly request: ConfirmationRequest;
  readonly subject: ConfirmationSubject;
  constructor(request: ConfirmationRequest, subject: ConfirmationSubject) {
    this.request = request;
    this.subject = subject;
  }
}

interface Asked {
  readonly subject: ConfirmationSubject;
  /** The `confirm` argument. */
  readonly token: string | undefined;
  readonly request: CallRequest;
}

export interface Consent {
  /** The approval of a person, or of a token. @throws NeedsConsent when nobody was asked yet, ToolError when they declined */
  approvalOf(wanted: ConfirmationRequest, asked: Asked): Approval;
  /** The question or, for a client that cannot ask, the preview with a token. `wrote`: something was sent already. */
  ask(needed: NeedsConsent, how: { readonly canAsk: boolean; readonly wrote: boolean }): CallOutcome;
  /** Does this reply only ask? Then nothing was done yet. */
  isPreview(outcome: CallOutcome): boolean;
}

/** The question as one text: what, its rows, and what speaks against it. */
const questionOf = ({ summary, will, against }: Omit<ConfirmationRequest, 'state'>): string => {
  const rows = will.map((row) => row.filter(Boolean).join(' ')).filter((row) => row.toLowerCase() !== summary.toLowerCase());
  return `${summary}?${rows.length > 0 ? ` ${rows.join('; ')}.` : ''}${against ? ` Against it: ${against.join('; ')}.` : ''}`;
};

export const createConsent = (keeper: ConfirmationKeeper, sanitise: Sanitise): Consent => {
  const previews = new WeakSet<CallOutcome>();
  return {
    isPreview: (outcome) => previews.has(outcome),
    approvalOf: (wanted, { subject, token, request }) => {
      if (token !== undefined) return keeper.redeem(token, subject);
      if (request.answer === 'decline' || request.answer === 'cancel')
        throw refuse('confirmation_declined', 'The person declined.', { next: ['Tell the person, and do not try another way.'] });
      const approval = request.answer === 'accept' && request.askedState ? keeper.acceptQuestion(request.askedState, subject) : undefined;
      if (approval) return approval;
      throw new NeedsConsent(wanted, subject);
    },
    ask: ({ request: { summary, will, against, state }, subject }, { canAsk, wrote }) => {
      const clean = sanitise({ summary, will, ...(against?.length ? { against } : {}) });
      if (canAsk)
        return { kind: 'ask', message: questionOf(clean), request: { ...clean, state }, askedState: keeper.sealQuestion(subject) };
      const { summary: _summary, ...rows } = clean;
      const preview: CallOutcome = {
        kind: 'reply',
        data: {
          confirm: keeper.mint(subject),
          expires: `${confirmationSeconds} s`,
          ...rows,
          next: `${wrote ? '' : 'Nothing was sent. '}Ask the person, then call again with the same arguments and this confirm.`,
        },
        images: [],
      };
      previews.add(preview);
      return preview;
    },
  };
};
