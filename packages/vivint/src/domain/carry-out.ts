import { type Approval, type Reached, timePolicy, type Verified, verifiedWrite } from '@switchyard-mcp/core';
import type { Act } from './acts.ts';
import type { House } from './model.ts';
import type { VivintOperations } from './operations.ts';

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

/** With the home after it; absent when it could not be read. */
export type Outcome = Verified<House, void>;

/** Sends an action once, then looks at the home until it is done, cannot be, or the time is over. */
export const carryOut = (
  operations: VivintOperations,
  { act, approval, signal: sendSignal, watchSignal: signal = sendSignal, ...watch }: CarryOut,
): Promise<Outcome> => {
  let isLive = false;
  return verifiedWrite<House, void>({
    ...watch,
    signal,
    send: () => operations.perform(act, { approval, signal: sendSignal }),
    look: async ({ elapsedMs, isLast }) => {
      // Messages move the picture at once; whole reads in between, and one at the end, catch what they missed.
      const maxAgeMs = isLast || !isLive ? 0 : Math.max(0, elapsedMs - timePolicy.lookEveryMs);
      const house = await operations.house(signal, { maxAgeMs });
      // A picture from before it was sent proves nothing.
      if (house.stale !== undefined) return undefined;
      isLive = house.stream === 'live';
      return house;
    },
    onChange: operations.onChange,
    everyMs: timePolicy.lookEveryMs,
    clock: operations.clock,
  });
};
