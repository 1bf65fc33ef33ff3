import type { Clock } from '../clock.ts';
import { type Answer, wallPage } from '../http/answer.ts';

/** When the wall before the login host shuts a caller out. */
export interface BlockRules {
  /** This many passwords … */
  attempts: number;
  /** … within this time … */
  withinMs: number;
  /** … block the address for this long. */
  forMs: number;
}

/** Counts logins and answers "error code: 1020" to those who hurry. */
export class LoginBlock {
  readonly rules: BlockRules;
  readonly #clock: Clock;
  #attempts: number[] = [];
  #until = 0;

  constructor(clock: Clock, rules: Partial<BlockRules> = {}) {
    this.#clock = clock;
    this.rules = { attempts: 10, withinMs: 60_000, forMs: 3_600_000, ...rules };
  }

  /** Notes one password. */
  count(): void {
    const now = this.#clock.now();
    this.#attempts = [...this.#attempts.filter((at) => now - at < this.rules.withinMs), now];
    if (this.#attempts.length > this.rules.attempts) this.#until = now + this.rules.forMs;
  }

  /** Shuts everybody out now. */
  start(forMs = this.rules.forMs): void {
    this.#until = this.#clock.now() + forMs;
  }

  lift(): void {
    this.#until = 0;
    this.#attempts = [];
  }

  get active(): boolean {
    return this.#clock.now() < this.#until;
  }

  answer(): Answer | undefined {
    return this.active ? wallPage() : undefined;
  }
}
