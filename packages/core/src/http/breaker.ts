import { refuse, type ToolError } from '../errors/tool-error.ts';
import { type Clock, systemClock } from '../time/clock.ts';

export interface BreakerOptions {
  /** Failures in a row that open it, 5 by default. */
  readonly failures?: number;
  /** How long it stays open, 10 s by default. */
  readonly openMs?: number;
  /** The machine's own by default. */
  readonly clock?: Clock;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** The verdict on one request. The first one counts. */
export interface Passage {
  succeeded(): void;
  failed(): void;
  /** No verdict, as when the caller cancelled. */
  abandoned(): void;
}

export interface Breaker {
  readonly state: BreakerState;
  /** Lets a request through, or throws `upstream_unavailable` at once. */
  enter(): Passage;
}

const open = (waitMs: number): ToolError =>
  refuse('upstream_unavailable', 'The system failed several times in a row, so it gets no requests for now.', {
    next: [`Try again in ${Math.max(1, Math.ceil(waitMs / 1000))} s.`],
    retryable: true,
    retryAfterMs: Math.max(1, Math.ceil(waitMs)),
  });

/** Opens after failures in a row, then lets a single probe through. */
export const createBreaker = ({ failures = 5, openMs = 10_000, clock = systemClock }: BreakerOptions = {}): Breaker => {
  let inRow = 0;
  let openedAt: number | undefined;
  let probing = false;

  const state = (): BreakerState => {
    if (openedAt === undefined) return 'closed';
    return clock.monotonic() - openedAt >= openMs ? 'half-open' : 'open';
  };
  const judge = (probe: boolean, failed: boolean | undefined): void => {
    if (probe) probing = false;
    // Requests that began before it opened say nothing about the system now.
    if (failed === undefined || (openedAt !== undefined && !probe)) return;
    inRow = failed ? inRow + 1 : 0;
    if (!failed) openedAt = undefined;
    else if (probe || inRow >= failures) openedAt = clock.monotonic();
  };
  return {
    get state() {
      return state();
    },
    enter: () => {
      const current = state();
      if (current === 'open') throw open(openMs - (clock.monotonic() - (openedAt ?? 0)));
      if (current === 'half-open' && probing) throw open(1_000);
      const probe = current === 'half-open';
      if (probe) probing = true;
      let judged = false;
      const once = (failed: boolean | undefined): void => {
        if (!judged) judge(probe, failed);
        judged = true;
      };
      return { succeeded: () => once(false), failed: () => once(true), abandoned: () => once(undefined) };
    },
  };
};
