import type { Clock } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { createKeepAlive } from '@switchyard-mcp/core/session';
import type { HouseCache } from './house-cache.ts';
import { followStream } from './stream.ts';

export interface BackgroundRefreshOptions {
  readonly cache: HouseCache;
  readonly clock: Clock;
  readonly streamHttp: HttpClient;
  readonly live: boolean;
}

/** Keeps the picture of the homes fresh while somebody looks at it. */
export interface BackgroundRefresh {
  /** Somebody looks: starts what is not running. */
  touch(): void;
  /** Somebody watches until the returned function is called: it does not pause meanwhile. */
  watch(): () => void;
  close(): Promise<void>;
}

/** The stream falls silent when the API was asked nothing for 15 minutes, so the whole is read well before. */
const refreshEveryMs = 4 * 60_000;
/** After this long without a look, nothing is asked any more. */
const idleMs = 60 * 60_000;
/** How often, at most, it is written down that the stream was followed. */
const markEveryMs = 60_000;

const follow = async ({ cache, clock, streamHttp, live }: BackgroundRefreshOptions, signal: AbortSignal): Promise<void> => {
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

export const createBackgroundRefresh = (options: BackgroundRefreshOptions): BackgroundRefresh => {
  const { cache, clock } = options;
  const keepAlive = createKeepAlive({
    clock,
    everyMs: refreshEveryMs,
    idleMs,
    ping: () => cache.refresh(),
    alongside: (signal) => follow(options, signal),
    onPause: () => cache.setStream('off'),
  });
  return {
    touch: keepAlive.touch,
    watch: () => {
      if (cache.account !== undefined) keepAlive.touch();
      return keepAlive.hold();
    },
    close: keepAlive.close,
  };
};
