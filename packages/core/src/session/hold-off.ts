import { unlink } from 'node:fs/promises';
import { readPrivateJson, writePrivateFile } from '../files/private-file.ts';
import { type BackoffLimits, backoffMs } from '../time/backoff.ts';
import type { Clock } from '../time/clock.ts';

/** Keeps what was refused, such as a login, from being sent again and again: not by this process, and not after a restart. */
export interface HoldOff {
  /** Until when (epoch milliseconds) nothing may be sent, and why; undefined when it may. */
  active(): Promise<{ readonly until: number; readonly why: string } | undefined>;
  /** Notes an attempt before it is made. Each one in a row doubles the wait. */
  begin(why: string): Promise<void>;
  /** Notes why the attempt failed. `retryAfterMs`: the system asked for at least this wait. */
  failed(why: string, retryAfterMs?: number): Promise<void>;
  /** The attempt never reached the system: it does not count, and may be made again after `waitMs`. */
  unsent(why: string, waitMs: number): Promise<void>;
  /** Nothing is refused any more. */
  clear(): Promise<void>;
}

export interface HoldOffOptions extends BackoffLimits {
  readonly clock: Pick<Clock, 'now'>;
  /** A private JSON file; in memory without. */
  readonly path?: string | undefined;
}

interface State {
  readonly until: number;
  readonly attempts: number;
  readonly why: string;
}

const asState = (value: unknown): State | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { until, attempts, why } = value as Record<string, unknown>;
  if (typeof until !== 'number') return undefined;
  return { until, attempts: typeof attempts === 'number' ? attempts : 1, why: typeof why === 'string' ? why : '' };
};

export const createHoldOff = ({ clock, path, ...limits }: HoldOffOptions): HoldOff => {
  let memory: State | undefined;
  const read = async (): Promise<State | undefined> =>
    path === undefined ? memory : asState(await readPrivateJson(path, { maxBytes: 4096 }));
  const write = async (state: State): Promise<void> => {
    memory = state;
    if (path !== undefined) await writePrivateFile(path, JSON.stringify(state));
  };
  const change = async (edit: (state: State) => State): Promise<void> => {
    const state = await read();
    if (state !== undefined) await write(edit(state));
  };
  return {
    active: async () => {
      const state = await read();
      return state !== undefined && state.until > clock.now() ? { until: state.until, why: state.why } : undefined;
    },
    begin: async (why) => {
      const attempts = ((await read())?.attempts ?? 0) + 1;
      await write({ attempts, until: clock.now() + backoffMs(attempts, limits), why });
    },
    failed: (why, retryAfterMs = 0) =>
      change(({ attempts, until }) => ({ attempts, until: Math.max(until, clock.now() + retryAfterMs), why })),
    unsent: (why, waitMs) => change(({ attempts }) => ({ attempts: Math.max(0, attempts - 1), until: clock.now() + waitMs, why })),
    clear: async () => {
      memory = undefined;
      if (path !== undefined) await unlink(path).catch(() => undefined);
    },
  };
};
