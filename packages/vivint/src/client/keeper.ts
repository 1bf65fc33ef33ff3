import type { Clock } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import type { HouseCache } from './house-cache.ts';
import { followStream } from './stream.ts';

export interface KeeperOptions {
  readonly cache: HouseCache;
  readonly clock: Clock;
  readonly streamHttp: HttpClient;
  readonly live: boolean;
}

/** Keeps the picture of the homes fresh while somebody looks at it. */
export interface Keeper {
  /** Somebody looks: starts what is not running. */
  touch(): void;
  /** Somebody watches until the returned function is called: it does not fall asleep meanwhile. */
  watch(): () => void;
  close(): Promise<void>;
}

/** The stream falls silent when the API was asked nothing for 15 minutes, so the whole is read well before. */
const refreshEveryMs = 4 * 60_000;
/** After this long without a look, nothing is asked any more. */
const idleMs = 60 * 60_000;
/** How often, at most, it is written down that the stream was followed. */
const markEveryMs = 60_000;

export const createKeeper = ({ cache, clock, streamHttp, live }: KeeperOptions): Keeper => {
  let lastUse = clock.now();
  let watchers = 0;
  let running: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;
  let closed = false;

  const refreshing = async (signal: AbortSignal, sleep: () => void): Promise<void> => {
    while (!signal.aborted) {
      await clock.wait(refreshEveryMs, signal);
      if (signal.aborted) return;
      if (watchers === 0 && clock.now() - lastUse > idleMs) return sleep();
      // The next read tells of the failure.
      await cache.refresh().catch(() => undefined);
    }
  };

  const following = async (signal: AbortSignal): Promise<void> => {
    const { account, journal } = cache;
    if (!live || account?.channel === undefined) return;
    const position = await journal.position();
    let watchedFrom = position?.at;
    let marked = 0;
    await followStream({
      http: streamHttp,
      clock,
      channel: account.channel,
      userId: account.userId,
      signal,
      position,
      onState: (state) => cache.setStream(state),
      onMessages: async (messages, gap, next) => {
        await cache.take(messages);
        if (gap) {
          watchedFrom = next.at;
          // What was missed shows in the difference of two reads.
          await cache.refresh().catch(() => undefined);
        }
        if (messages.length === 0 && !gap && next.at - marked < markEveryMs) return;
        marked = next.at;
        await journal.watched({ from: watchedFrom ?? next.at, to: next.at });
        await journal.savePosition(next);
      },
    });
  };

  const start = (): void => {
    if (running !== undefined || closed) return;
    const stop = new AbortController();
    const sleep = (): void => stop.abort();
    const ended = Promise.allSettled([refreshing(stop.signal, sleep), following(stop.signal)]).then(() => {
      cache.setStream('off');
      running = undefined;
    });
    running = { stop, ended };
  };

  return {
    touch: () => {
      lastUse = clock.now();
      start();
    },
    watch: () => {
      watchers += 1;
      lastUse = clock.now();
      if (cache.account !== undefined) start();
      let open = true;
      return () => {
        if (open) watchers -= 1;
        open = false;
      };
    },
    close: async () => {
      closed = true;
      running?.stop.abort();
      await running?.ended;
    },
  };
};
