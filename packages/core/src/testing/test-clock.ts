import { type Clock, waitBy } from '../time/clock.ts';

interface Timer {
  readonly due: number;
  readonly fn: () => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that moves only when a test moves it. */
export class TestClock implements Clock {
  #now: number;
  #monotonic = 0;
  #timers: readonly Timer[] = [];

  /** @param startAt epoch milliseconds; a fixed day when left out */
  constructor(startAt: number = Date.parse('2026-11-25T08:00:00Z')) {
    this.#now = startAt;
  }

  /** How many waits and timers have not ended. */
  get pending(): number {
    return this.#timers.length;
  }

  // Arrow functions, since callers pass single methods on.
  readonly now = (): number => this.#now;

  readonly monotonic = (): number => this.#monotonic;

  readonly after = (ms: number, fn: () => void): (() => void) => {
    const timer = { due: this.#monotonic + Math.max(0, ms), fn };
    this.#timers = [...this.#timers, timer].sort((a, b) => a.due - b.due);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  readonly wait = (ms: number, signal?: AbortSignal): Promise<void> => waitBy(this.after, ms, signal);

  /** Lets time pass: runs everything that falls due on the way, in order and at its own moment, and what follows from it. */
  async advance(ms: number): Promise<void> {
    const target = this.#monotonic + ms;
    await turn();
    for (let next = this.#timers[0]; next !== undefined && next.due <= target; next = this.#timers[0]) {
      this.#moveTo(next.due);
      this.#timers = this.#timers.slice(1);
      next.fn();
      await turn();
    }
    this.#moveTo(target);
    await turn();
  }

  /** Sets the wall clock, as a person or a time server does: no timer runs. */
  setTime(epochMs: number): void {
    this.#now = epochMs;
  }

  /** Resolves once as many timers are pending: code under test that does I/O first has then begun to wait. */
  async untilPending(count: number): Promise<void> {
    while (this.#timers.length < count) await turn();
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
