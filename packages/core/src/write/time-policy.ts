/** Time that a call has left before its deadline, as a tool's context gives it. */
export interface TimeLeft {
  remainingMs(): number;
}

/**
 * How a call divides its time. A call that is cut off leaves a person in the dark, so each keeps some for its reply. Milliseconds.
 */
export const timePolicy = Object.freeze({
  /** Kept for the reply: reading once more, and saying what was seen. */
  replyMs: 3_000,
  /** With this much left, what is known is said, finished or not. */
  lastWordMs: 1_500,
  /** Kept to begin another of several writes: to send it, to see it, and to reply. */
  anotherWriteMs: 5_000,
  /** Kept to begin another write that is followed by a long read-back. */
  anotherLongWriteMs: 8_000,
  /** Least time that a request gets, whatever is left. */
  leastRequestMs: 1_000,
  /** Least time for which a step that must not stay open is watched. */
  leastWatchMs: 4_000,
  /** How long a system gets to show what it accepted. */
  settleMs: 5_000,
  /** How long is watched after a write that ended with an error of one of its targets. */
  afterErrorMs: 1_500,
  /** Between two looks at a system that reports changes by itself and is costly to ask. */
  lookEveryMs: 1_500,
  /** Between two reads of a system that does not report changes. */
  readEveryMs: 500,
});

/** For how long may be watched, up to `wantedMs`, so that the reply keeps its time. */
export const watchMs = ({ remainingMs }: TimeLeft, wantedMs: number): number =>
  Math.max(0, Math.min(wantedMs, remainingMs() - timePolicy.replyMs));

/** How long a request may take, with `afterMs` kept for what follows it and the reply's own time. */
export const requestMs = ({ remainingMs }: TimeLeft, afterMs = 0): number =>
  Math.max(timePolicy.leastRequestMs, remainingMs() - afterMs - timePolicy.replyMs);
