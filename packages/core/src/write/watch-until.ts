import { isToolError } from '../errors/tool-error.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { timePolicy } from './time-policy.ts';

/** How far a target is: there, on its way, not moved so far, or something shows that it will not come there (a stuck bolt). */
export type Reached = 'done' | 'pending' | 'failed' | 'no';

export interface Look {
  /** Since the watch began. */
  readonly elapsedMs: number;
  /** No other look follows. */
  readonly isLast: boolean;
}

export interface WatchOptions<S> {
  /** The state as it is now; undefined, or a ToolError, when it cannot be read. */
  readonly look: (look: Look) => Promise<S | undefined> | S | undefined;
  readonly reached: (state: S) => Reached;
  /** Calls the listener at a change until the returned function is called. */
  readonly onChange?: (listener: () => void) => () => void;
  /** Between two looks when no change is heard of; `Infinity` where every change is. */
  readonly everyMs?: number | ((looks: number) => number);
  readonly waitMs: number;
  /** On its way is as far as the wait can see. */
  readonly stopAtPending?: boolean;
  /** Ends at the first look that cannot read it, instead of trying again. */
  readonly stopAtUnreadable?: boolean;
  /** Ends the watch: what was seen until then counts. */
  readonly signal: AbortSignal;
  readonly clock?: Pick<Clock, 'monotonic' | 'wait'>;
}

export interface Watched<S> {
  /** "no" too when the state could not be read. */
  readonly reached: Reached;
  /** As last read; absent when it never could be. */
  readonly state?: S;
  /** Was the last look able to read it? */
  readonly isCurrent: boolean;
}

const lookOnce = async <S>({ look }: WatchOptions<S>, at: Look): Promise<S | undefined> => {
  try {
    return await look(at);
  } catch (error) {
    // Anything else is a fault of this program, and known as one.
    if (!isToolError(error)) throw error;
    return undefined;
  }
};

/** Resolves at the next change, after a while, or when the signal fires. */
const untilChange = async <S>({ onChange, signal, clock = systemClock }: WatchOptions<S>, ms: number): Promise<void> => {
  if (onChange === undefined) return clock.wait(ms, signal);
  const changed = new AbortController();
  const stop = onChange(() => changed.abort());
  await clock.wait(ms, AbortSignal.any([signal, changed.signal])).finally(stop);
};

/** Looks until what was asked is there or cannot come any more, the time is over, or the signal fires. Looks once at least, and once at the end. */
export const watchUntil = async <S>(options: WatchOptions<S>): Promise<Watched<S>> => {
  const { reached, waitMs, signal, clock = systemClock, everyMs = timePolicy.readEveryMs } = options;
  const startedAt = clock.monotonic();
  let state: S | undefined;
  for (let looks = 1; ; looks += 1) {
    const elapsedMs = clock.monotonic() - startedAt;
    const isLast = elapsedMs >= waitMs;
    const seen = await lookOnce(options, { elapsedMs, isLast });
    state = seen ?? state;
    const how = seen === undefined ? 'no' : reached(seen);
    const isOver =
      how === 'done' ||
      how === 'failed' ||
      (how === 'pending' && options.stopAtPending === true) ||
      (seen === undefined && options.stopAtUnreadable === true);
    if (isOver || isLast || signal.aborted)
      return { reached: how, isCurrent: seen !== undefined, ...(state === undefined ? {} : { state }) };
    const nextMs = typeof everyMs === 'number' ? everyMs : everyMs(looks);
    await untilChange(options, Math.max(1, Math.min(nextMs, startedAt + waitMs - clock.monotonic())));
  }
};

/** Short pauses first, since most systems show at once what they stored. */
const growing = (looks: number): number => Math.min(timePolicy.readEveryMs, 50 * 1.5 ** (looks - 1));

/** The first answer that is not undefined; undefined when the time ran out. */
export const firstAnswer = async <T>(
  ask: () => Promise<T | undefined>,
  {
    waitMs = timePolicy.settleMs,
    ...options
  }: { readonly signal: AbortSignal; readonly waitMs?: number; readonly clock?: Pick<Clock, 'monotonic' | 'wait'> },
): Promise<T | undefined> => {
  const { state } = await watchUntil<T>({ look: ask, reached: () => 'done', everyMs: growing, waitMs, ...options });
  return state;
};
