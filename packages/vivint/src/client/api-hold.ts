import type { Clock, RuntimeStorage } from '@switchyard-mcp/core';
import { blockedError } from './cloud-error.ts';
import { type Cooldown, createCooldown } from './cooldown.ts';

/** Leaves the API alone while the wall before it turns this address away: each request then makes the block longer. */
export interface ApiHold {
  /** @throws ToolError while nothing may be sent. */
  check(): Promise<void>;
  /** Notes what an answer says: a block, or that there is none. */
  note(blocked: boolean): Promise<void>;
}

const longestMs = 3_600_000;

/** One for each API host, a quarter of an hour at first and an hour at most, also after a restart. A login by a person ends it. */
export const apiCooldown = (storage: RuntimeStorage | undefined, apiUrl: string): Cooldown =>
  createCooldown(storage, ['api', apiUrl], longestMs);

export const createApiHold = (cooldown: Cooldown, clock: Clock): ApiHold => {
  // The file is read once: a block that another process meets later, this one meets by itself.
  let until: number | undefined;
  /** Nothing is on disk any more that a later block would be counted on top of. */
  let clean = false;
  const read = async (): Promise<number> => (await cooldown.active(clock.now()))?.until ?? 0;
  let begun: Promise<void> | undefined;
  const begin = async (): Promise<void> => {
    clean = false;
    until = clock.now() + longestMs;
    await cooldown.begin(clock.now(), 'Vivint refused requests from this network.');
    until = await read();
  };
  return {
    check: async () => {
      until ??= await read();
      const leftMs = until - clock.now();
      if (leftMs > 0) throw blockedError(leftMs);
    },
    note: async (blocked) => {
      const held = (until ?? 0) > clock.now();
      if (blocked) {
        // Those that were under way together are one attempt.
        if (!held) begun = begin();
        await begun;
      } else if (!held && !clean) {
        clean = true;
        await cooldown.clear();
      }
    },
  };
};
