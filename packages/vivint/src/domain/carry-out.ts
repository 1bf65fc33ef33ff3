import { type Approval, isToolError, type ToolError } from '@switchyard-mcp/core';
import type { Act } from './acts.ts';
import type { House } from './model.ts';
import type { VivintOperations } from './operations.ts';

/** How far a target is: there, on its way, not moved so far, or something shows that it will not come there (a stuck bolt). */
export type Reached = 'done' | 'pending' | 'no' | 'failed';

export interface CarryOut {
  readonly act: Act;
  readonly approval?: Approval | undefined;
  /** Looks at the home as it is now. */
  readonly reached: (house: House) => Reached;
  readonly waitMs: number;
  /** On its way is as far as the wait can see: an exit delay is longer than anybody's patience. */
  readonly stopAtPending?: boolean;
  /** Gives up the sending, and the looking unless that has a signal of its own. */
  readonly signal: AbortSignal;
  readonly watchSignal?: AbortSignal;
}

export type Ending = 'done' | 'pending' | 'failed' | 'unknown' | 'refused';

export interface Outcome {
  readonly ending: Ending;
  /** Home after the act; absent when it could not be read. */
  readonly house?: House;
  readonly error?: ToolError;
  /** The state could be read at the end, and it was not there yet. */
  readonly looked?: true;
}

/** Between two looks, when no message comes. */
const lookEveryMs = 1500;

/** Resolves at the next change, or after a while. */
const untilChange = (operations: VivintOperations, ms: number, signal: AbortSignal): Promise<void> => {
  const changed = new AbortController();
  const stop = operations.onChange(() => changed.abort());
  return operations.wait(ms, AbortSignal.any([signal, changed.signal])).finally(stop);
};

/** The act was sent: whatever keeps it from being seen, the end of the call too, does not undo it. */
const look = async (operations: VivintOperations, signal: AbortSignal, maxAgeMs: number): Promise<House | undefined> => {
  try {
    const house = await operations.house(signal, { maxAgeMs });
    // A picture from before the act proves nothing.
    return house.stale === undefined ? house : undefined;
  } catch (error) {
    if (!isToolError(error)) throw error;
    return undefined;
  }
};

/**
 * Sends an act once, then looks until it is done, cannot be, or the time is over. What was not seen is called neither done nor failed:
 * a slow panel or a slow message may still bring it.
 */
export const carryOut = async (
  operations: VivintOperations,
  { act, approval, reached, waitMs, stopAtPending, signal: sendSignal, watchSignal: signal = sendSignal }: CarryOut,
): Promise<Outcome> => {
  let lost: ToolError | undefined;
  try {
    await operations.perform(act, { approval, signal: sendSignal });
  } catch (error) {
    if (!isToolError(error)) throw error;
    if (error.fields.sideEffects !== 'unknown') return { ending: 'refused', error };
    lost = error;
  }
  const sentAt = operations.now();
  let house: House | undefined;
  for (;;) {
    const now = operations.now();
    const over = now >= sentAt + waitMs;
    // Messages move the picture at once; whole reads in between, and one at the end, catch what they missed.
    const mayBeOldMs = over || house?.stream !== 'live' ? 0 : Math.max(0, now - sentAt - lookEveryMs);
    const seen = await look(operations, signal, mayBeOldMs);
    house = seen ?? house;
    const state = seen === undefined ? 'no' : reached(seen);
    if (state === 'done' || state === 'failed') return { ending: state, ...(house ? { house } : {}) };
    if (state === 'pending' && stopAtPending && seen !== undefined) return { ending: 'pending', house: seen };
    if (over || signal.aborted) {
      if (seen !== undefined && state === 'pending') return { ending: 'pending', house: seen };
      return {
        ending: 'unknown',
        ...(house ? { house } : {}),
        ...(lost ? { error: lost } : {}),
        ...(seen === undefined ? {} : { looked: true }),
      };
    }
    await untilChange(operations, Math.min(lookEveryMs, Math.max(1, sentAt + waitMs - operations.now())), signal);
  }
};
