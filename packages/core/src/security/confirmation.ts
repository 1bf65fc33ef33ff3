import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ToolError } from '../errors/tool-error.ts';
import type { Approval } from '../tool/define-tool.ts';
import { canonicalJson, hashOf } from './canonical-json.ts';

/** How long a preview may be answered. */
export const confirmationSeconds = 120;

const approvals = new WeakSet<object>();
const approve = (how: Approval['how']): Approval => {
  const approval = Object.freeze({ how }) as Approval;
  approvals.add(approval);
  return approval;
};

/** Was this made here? Guards below the tools ask before they let a security-relevant act through. */
export const isApproval = (value: unknown): value is Approval => typeof value === 'object' && value !== null && approvals.has(value);

/** What an answer must be bound to. */
export interface ConfirmationSubject {
  readonly tool: string;
  /** Arguments without `confirm`. */
  readonly args: unknown;
  readonly principal: string;
  /** State of the targets as shown. */
  readonly state: unknown;
}

const refusal = (why: string): ToolError =>
  new ToolError({
    code: 'confirmation_required',
    what: 'The confirmation was not accepted; nothing was changed',
    why,
    sideEffects: 'none',
    next: ['call again without confirm to get a new preview, and ask the person.'],
  });

/** Mints and redeems the single-use tokens of previews. The key lives as long as the process. */
export class ConfirmationKeeper {
  readonly #key = randomBytes(32);
  readonly #open = new Map<string, { readonly expiresAtMs: number; readonly about: string; readonly state: string }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A token for exactly this subject. */
  mint(subject: ConfirmationSubject): string {
    this.#sweep();
    const nonce = randomBytes(9).toString('base64url');
    const expiresAtMs = this.#now() + confirmationSeconds * 1000;
    this.#open.set(nonce, { expiresAtMs, about: this.#about(subject), state: hashOf(subject.state) });
    return `${nonce}.${this.#sign(nonce, subject)}`;
  }

  /** The approval that a token stands for. @throws ToolError confirmation_required, with the reason. */
  redeem(token: string, subject: ConfirmationSubject): Approval {
    const [nonce = '', signature = ''] = token.split('.');
    const open = this.#open.get(nonce);
    if (!open) throw refusal('The token is unknown, was used already, or is older than 120 seconds');
    if (open.expiresAtMs < this.#now()) {
      this.#open.delete(nonce);
      throw refusal('The token is older than 120 seconds');
    }
    if (open.about !== this.#about(subject)) throw refusal('The token belongs to a call with other arguments');
    // Single use from here on, whatever comes next.
    this.#open.delete(nonce);
    if (open.state !== hashOf(subject.state)) throw refusal('The target has changed since the preview');
    const wanted = Buffer.from(this.#sign(nonce, subject));
    const got = Buffer.from(signature);
    if (wanted.length !== got.length || !timingSafeEqual(wanted, got)) throw refusal('The token is damaged');
    return approve('token');
  }

  /** The state a person was asked about, signed, so that it can travel through the client and back. */
  sealQuestion(subject: ConfirmationSubject): string {
    return this.mint(subject);
  }

  /** The approval of an accepted question, or undefined when the target has changed meanwhile and the person must be asked again. */
  acceptQuestion(sealed: string, subject: ConfirmationSubject): Approval | undefined {
    try {
      this.redeem(sealed, subject);
      return approve('elicitation');
    } catch {
      return undefined;
    }
  }

  #about({ tool, args, principal }: ConfirmationSubject): string {
    return hashOf([tool, args, principal]);
  }
  #sign(nonce: string, subject: ConfirmationSubject): string {
    return createHmac('sha256', this.#key)
      .update(`${nonce}\n${canonicalJson([this.#about(subject), hashOf(subject.state)])}`)
      .digest('base64url')
      .slice(0, 22);
  }
  #sweep(): void {
    for (const [nonce, { expiresAtMs }] of this.#open) if (expiresAtMs < this.#now()) this.#open.delete(nonce);
  }
}
