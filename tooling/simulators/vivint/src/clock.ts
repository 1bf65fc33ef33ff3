import { setImmediate as turn } from 'node:timers/promises';

/** How the simulated time runs. */
export interface ClockOptions {
  /** Milliseconds since 1970; the present moment otherwise. */
  readonly startAt?: number;
  /** False: time moves only by `advance`. */
  readonly flowing?: boolean;
}

/** Node's timers hold no more. */
const LONGEST_WAIT_MS = 0x7fff_ffff;

interface Timer {
  readonly due: number;
  readonly act: () => void;
}

/** The time of the simulated cloud: token ends, delays, long polls and blocks all go by it. */
export class Clock {
  readonly #startAt: number;
  readonly #flowing: boolean;
  readonly #begun = performance.now();
  #skippedMs = 0;
  #timers: Timer[] = [];
  #alarm: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ClockOptions = {}) {
    this.#startAt = options.startAt ?? Date.now();
    this.#flowing = options.flowing ?? true;
  }

  /** Milliseconds since 1970. */
  now(): number {
    const flowedMs = this.#flowing ? performance.now() - this.#begun : 0;
    return Math.floor(this.#startAt + this.#skippedMs + flowedMs);
  }

  /** Runs `act` once after a delay; the answer takes it back. */
  after(delayMs: number, act: () => void): () => void {
    const timer = { due: this.now() + Math.max(0, delayMs), act };
    this.#timers.push(timer);
    this.#timers.sort((a, b) => a.due - b.due);
    this.#arm();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Jumps ahead, running everything that falls due on the way, in order and at its own moment. */
  async advance(ms: number): Promise<void> {
    const target = this.now() + ms;
    for (;;) {
      const next = this.#timers[0];
      if (!next || next.due > target) break;
      this.#jumpTo(next.due);
      this.#runDue();
      await turn();
    }
    this.#jumpTo(target);
    this.#arm();
    await turn();
  }

  /** Drops what is still waiting. */
  close(): void {
    this.#closed = true;
    this.#timers = [];
    clearTimeout(this.#alarm);
  }

  #jumpTo(time: number): void {
    this.#skippedMs += Math.max(0, time - this.now());
  }

  #runDue(): void {
    const now = this.now();
    const due = this.#timers.filter((timer) => timer.due <= now);
    this.#timers = this.#timers.filter((timer) => timer.due > now);
    for (const timer of due) timer.act();
  }

  #arm(): void {
    clearTimeout(this.#alarm);
    const next = this.#timers[0];
    if (!next || this.#closed) return;
    const waitMs = next.due - this.now();
    // A clock that stands still has nothing to wait for but what is due already.
    if (!this.#flowing && waitMs > 0) return;
    this.#alarm = setTimeout(
      () => {
        this.#runDue();
        this.#arm();
      },
      Math.min(Math.max(0, waitMs), LONGEST_WAIT_MS),
    );
    this.#alarm.unref();
  }
}

/** The cloud's way to write a time: UTC with six digits and no zone. */
export function writeTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000`;
}
