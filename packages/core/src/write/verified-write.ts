import { isToolError, type ToolError } from '../errors/tool-error.ts';
import { type Watched, type WatchOptions, watchUntil } from './watch-until.ts';

/**
 * What became of a write. `refused`: nothing was sent, or nothing was done. `unchanged`: it was so before. `unknown`: sent, and not seen;
 * a slow system or a slow message may still bring it.
 */
export type WriteOutcome = 'done' | 'unchanged' | 'pending' | 'failed' | 'unknown' | 'refused';

export interface VerifiedWrite<S, A> extends Omit<WatchOptions<S>, 'waitMs'> {
  /** Sends it, once. The client sends inside `runtime.writes.track`. */
  readonly send: () => Promise<A>;
  /** How long is watched once it was sent. */
  readonly waitMs: number | (() => number);
  /** The same after an error that leaves open whether it was done; undefined to look no more. As `waitMs` when left out. */
  readonly waitAfterErrorMs?: (error: ToolError) => number | undefined;
}

export interface Verified<S, A> extends Partial<Omit<Watched<S>, 'reached'>> {
  readonly outcome: Exclude<WriteOutcome, 'unchanged'>;
  /** What the system answered to the write. */
  readonly answer?: A;
  /** Why it was refused, or why its answer never came. */
  readonly error?: ToolError;
}

interface Sent<A> {
  readonly answer?: A;
  readonly error?: ToolError;
}

const sendOnce = async <A>(send: () => Promise<A>): Promise<Sent<A>> => {
  try {
    return { answer: await send() };
  } catch (error) {
    if (!isToolError(error)) throw error;
    return { error };
  }
};

const waitAfter = <S, A>({ waitMs, waitAfterErrorMs }: VerifiedWrite<S, A>, error: ToolError | undefined): number | undefined => {
  if (error !== undefined && waitAfterErrorMs !== undefined) return waitAfterErrorMs(error);
  return typeof waitMs === 'number' ? waitMs : waitMs();
};

/**
 * Sends a write once, then watches until it is done, cannot be, or the time is over. A read that fails after the write does not make the
 * write fail: it was sent, and whatever keeps it from being seen does not undo it.
 */
export const verifiedWrite = async <S, A>(write: VerifiedWrite<S, A>): Promise<Verified<S, A>> => {
  const sent = await sendOnce(write.send);
  const { error } = sent;
  if (error !== undefined && (error.fields.sideEffects ?? 'none') === 'none') return { outcome: 'refused', error };
  const waitMs = waitAfter(write, error);
  if (waitMs === undefined) return { outcome: 'unknown', ...sent };
  const { reached, ...seen } = await watchUntil({ ...write, waitMs });
  return { outcome: reached === 'no' ? 'unknown' : reached, ...seen, ...sent };
};
