import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, type RuntimeStorage } from '@switchyard-mcp/core';
import { readPrivateJson, writePrivateFile } from '@switchyard-mcp/core/files';
import { isRecord, numberOf, textOf } from './raw.ts';

/** After something was sent and led nowhere, it is not sent again by itself for a while: not by this process, not after a restart. */
export interface Cooldown {
  /** Until when, and why; undefined when a login may be tried. */
  active(now: number): Promise<{ readonly until: number; readonly why: string } | undefined>;
  /** Notes an attempt, before it is made. Each one in a row doubles the time. */
  begin(now: number, why: string): Promise<void>;
  /** Says why the attempt led nowhere; `until` when it was not the login's fault and may be tried again sooner. */
  explain(why: string, until?: number): Promise<void>;
  clear(): Promise<void>;
}

interface State {
  readonly until: number;
  readonly attempts: number;
  readonly why: string;
}

const firstMs = 15 * 60_000;

const asState = (value: unknown): State | undefined => {
  const until = isRecord(value) ? numberOf(value, 'until') : undefined;
  if (!isRecord(value) || until === undefined) return undefined;
  return { until, attempts: numberOf(value, 'attempts') ?? 1, why: textOf(value, 'why') ?? '' };
};

/** Kept in a file of the state folder, one for each account and login host, or in memory where there is none. */
export const createCooldown = (
  storage: RuntimeStorage | undefined,
  account: readonly (string | undefined)[],
  longestMs = 24 * 3_600_000,
): Cooldown => {
  const name = hashOf(account.map((part) => part ?? '')).slice(0, 12);
  const path = storage && join(storage.stateFolder, `${storage.profile}.${name}.cooldown.json`);
  let memory: State | undefined;
  const read = async (): Promise<State | undefined> =>
    path === undefined ? memory : asState(await readPrivateJson(path, { maxBytes: 4096 }));
  const write = async (state: State): Promise<void> => {
    memory = state;
    if (path !== undefined) await writePrivateFile(path, JSON.stringify(state));
  };
  return {
    active: async (now) => {
      const state = await read();
      return state !== undefined && state.until > now ? { until: state.until, why: state.why } : undefined;
    },
    begin: async (now, why) => {
      const attempts = ((await read())?.attempts ?? 0) + 1;
      await write({ attempts, until: now + Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 10)), why });
    },
    explain: async (why, until) => {
      const state = await read();
      if (state !== undefined)
        await write(until === undefined ? { ...state, why } : { until, attempts: Math.max(0, state.attempts - 1), why });
    },
    clear: async () => {
      memory = undefined;
      if (path !== undefined) await unlink(path).catch(() => undefined);
    },
  };
};
