import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import type { Approval, ApprovalIssuer } from '../runtime/approvals.ts';
import type { Clock } from '../time/clock.ts';
import { canonicalJson, hashOf } from './canonical-json.ts';

/** How long a preview may be answered. */
export const confirmationSeconds = 120;
/** Previews open at once; the oldest gives way, so that a loop of previews cannot fill the memory. */
const maxOpen = 1000;

/** What an answer must be bound to. */
export interface ConfirmationSubject {
  readonly tool: string;
  /** Arguments without `confirm`. */
  readonly args: unknown;
  readonly principal: string;
  /** State of the targets as shown. */
  readonly state: unknown;
}

interface Open {
  readonly how: Approval['how'];
  readonly expiresAtMs: number;
  readonly about: string;
  readonly state: string;
  /** Kept until it expires, so that a second use is told from an unknown token. */
  used: boolean;
}

const refusal = (why: string): ToolError =>
  refuse('confirmation_required', 'The confirmation was not accepted.', {
    why,
    next: ['Call again without confirm to get a new preview, and ask the person.'],
  });

export interface ConfirmationKeeperOptions {
  readonly approvals: ApprovalIssuer;
  readonly clock: Pick<Clock, 'now'>;
}

/** Mints and redeems the single-use tokens of previews. The key lives as long as this object. */
export class ConfirmationKeeper {
  readonly #key = randomBytes(32);
  readonly #open = new Map<string, Open>();
  readonly #now: () => number;
  readonly #approvals: ApprovalIssuer;

  constructor({ approvals, clock }: ConfirmationKeeperOptions) {
    this.#approvals = approvals;
    this.#now = () => clock.now();
  }

  /** A token for exactly this subject, for a model to give back as `confirm`. */
  mint(subject: ConfirmationSubject): string {
    return this.#seal(subject, 'token');
  }

  /** The approval that a token stands for. @throws ToolError confirmation_required, with the reason. */
  redeem(token: string, subject: ConfirmationSubject): Approval {
    return this.#unseal(token, subject, 'token');
  }

  /** What a person is asked about, signed, so that it can travel through the client and back. It is no `confirm` token. */
  sealQuestion(subject: ConfirmationSubject): string {
    return this.#seal(subject, 'elicitation');
  }

  /** The approval of an accepted question, or undefined when the target has changed meanwhile and the person must be asked again. */
  acceptQuestion(sealed: string, subject: ConfirmationSubject): Approval | undefined {
    try {
      return this.#unseal(sealed, subject, 'elicitation');
    } catch {
      return undefined;
    }
  }

  #seal(subject: ConfirmationSubject, how: Approval['how']): string {
    this.#sweep();
    const nonce = randomBytes(9).toString('base64url');
    const expiresAtMs = this.#now() + confirmationSeconds * 1000;
    this.#open.set(nonce, { how, expiresAtMs, about: this.#about(subject), state: hashOf(subject.state), used: false });
    return `${nonce}.${this.#sign(nonce, subject, how)}`;
  }

  #unseal(sealed: string, subject: ConfirmationSubject, how: Approval['how']): Approval {
    const [nonce = '', signature = ''] = sealed.split('.');
    const open = this.#open.get(nonce);
    if (!open || open.how !== how) throw refusal('The token is not one of this server, or it is long expired');
    if (open.used) throw refusal('The token was used already; each works once');
    if (open.expiresAtMs < this.#now()) throw refusal(`The token is older than ${confirmationSeconds} seconds`);
    if (open.about !== this.#about(subject)) throw refusal('The token belongs to a call with other arguments');
    // Single use from here on, whatever comes next.
    open.used = true;
    if (open.state !== hashOf(subject.state)) throw refusal('The target has changed since the preview');
    const wanted = Buffer.from(this.#sign(nonce, subject, how));
    const got = Buffer.from(signature);
    if (wanted.length !== got.length || !timingSafeEqual(wanted, got)) throw refusal('The token is damaged');
    return this.#approvals.approve(how);
  }

  #about({ tool, args, principal }: ConfirmationSubject): string {
    return hashOf([tool, args, principal]);
  }
  #sign(nonce: string, subject: ConfirmationSubject, how: Approval['how']): string {
    return createHmac('sha256', this.#key)
      .update(`${nonce}\n${canonicalJson([how, this.#about(subject), hashOf(subject.state)])}`)
      .digest('base64url')
      .slice(0, 22);
  }
  #sweep(): void {
    for (const [nonce, { expiresAtMs }] of this.#open) {
      if (expiresAtMs >= this.#now() && this.#open.size < maxOpen) break;
      this.#open.delete(nonce);
    }
  }
}
