import type { ToolError } from '../errors/tool-error.ts';
import type { Clock } from '../time/clock.ts';
import type { HoldOff } from './hold-off.ts';

/** Leaves a system alone while it turns this machine away: each request then could make the block longer. */
export interface RequestHold {
  /** @throws ToolError while nothing may be sent. */
  check(): Promise<void>;
  /** Notes what an answer shows: a block, or that there is none. */
  note(blocked: boolean): Promise<void>;
}

export interface RequestHoldOptions {
  readonly holdOff: HoldOff;
  readonly clock: Pick<Clock, 'now'>;
  /** Why nothing is sent: the reason of the hold-off. */
  readonly why: string;
  /** The error for a request that is held back, with the time that is left. */
  readonly refusal: (leftMs: number) => ToolError;
}

const unwrittenMs = 3_600_000;

export const createRequestHold = ({ holdOff, clock, why, refusal }: RequestHoldOptions): RequestHold => {
  // The file is read once: a block that another process meets later, this one meets by itself.
  let until: number | undefined;
  /** Nothing is on disk any more that a later block would be counted on top of. */
  let clean = false;
  let begun: Promise<void> | undefined;
  const read = async (): Promise<number> => (await holdOff.active())?.until ?? 0;
  const begin = async (): Promise<void> => {
    clean = false;
    // Held at once, and for long if it cannot be written.
    until = clock.now() + unwrittenMs;
    await holdOff.begin(why);
    until = await read();
  };
  return {
    check: async () => {
      until ??= await read();
      const leftMs = until - clock.now();
      if (leftMs > 0) throw refusal(leftMs);
    },
    note: async (blocked) => {
      const held = (until ?? 0) > clock.now();
      if (blocked) {
        // Those that were under way together are one attempt.
        if (!held) begun = begin();
        await begun;
      } else if (!held && !clean) {
        clean = true;
        await holdOff.clear();
      }
    },
  };
};
