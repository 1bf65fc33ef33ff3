import { type Clock, isToolError, jitteredBackoffMs } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { isRecord, numericOf, recordOf, recordsOf, textOf } from '@switchyard-mcp/core/json';
import type { StreamPosition } from './journal.ts';

/** The key that every Vivint client carries; it is public. */
const subscribeKey = 'sub-c-6fb03d68-6a78-11e2-ae8f-12313f022c90';

/** One message with the time of its publication. */
export interface StreamMessage {
  readonly payload: unknown;
  readonly publishedAt: number;
}

export interface StreamOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly channel: string;
  readonly userId: string;
  readonly signal: AbortSignal;
  /** Where an earlier run stopped. */
  readonly position: StreamPosition | undefined;
  /**
   * Messages in order. `gap`: some may be missing, so the whole must be read again. Resolves when they are taken in: only then does
   * the position move on.
   */
  readonly onMessages: (messages: readonly StreamMessage[], gap: boolean, position: StreamPosition) => Promise<void>;
  readonly onState: (state: 'live' | 'down') => void;
}

/** The service keeps messages for about 20 minutes and 100 of them; whoever was away longer has missed some. */
const keptMs = 15 * 60_000;
const keptMessages = 100;
/** It answers after 310 s at the latest. */
const pollTimeoutMs = 330_000;
const reconnectLimits = { firstMs: 1000, longestMs: 60_000 };

/** A 17-digit timetoken (tenths of microseconds) as epoch milliseconds. */
const timeOfToken = (token: string): number => Number(token.slice(0, 13));

interface Page {
  readonly timetoken: string;
  readonly region: number;
  readonly messages: readonly StreamMessage[];
}

const readPage = (body: unknown, now: number): Page | undefined => {
  if (!isRecord(body)) return undefined;
  const next = recordOf(body, 't');
  const timetoken = next === undefined ? undefined : textOf(next, 't');
  if (next === undefined || timetoken === undefined || !/^\d{1,20}$/.test(timetoken)) return undefined;
  const messages = recordsOf(body, 'm')
    // Other types are signals, object changes and files.
    .filter((message) => (numericOf(message, 'e') ?? 0) === 0)
    .map((message) => {
      const token = textOf(recordOf(message, 'p') ?? {}, 't');
      return { payload: message['d'], publishedAt: token === undefined ? now : timeOfToken(token) };
    });
  return { timetoken, region: numericOf(next, 'r') ?? 0, messages };
};

/**
 * Follows the account's channel until the signal fires: a long poll over plain HTTP, and again.
 * @see https://www.pubnub.com/docs/sdks/rest-api/subscribe-v-2
 */
export const followStream = async (options: StreamOptions): Promise<void> => {
  const { http, clock, signal } = options;
  const now = (): number => clock.now();
  let position = options.position !== undefined && now() - options.position.at <= keptMs ? options.position : undefined;
  let gap = position === undefined;
  let failures = 0;

  const poll = async (): Promise<Page | undefined> => {
    const answer = await http.request({
      path: `/v2/subscribe/${subscribeKey}/${encodeURIComponent(`PlatformChannel#${options.channel}`)}/0`,
      query: {
        tt: position?.timetoken ?? '0',
        ...(position === undefined ? {} : { tr: position.region }),
        uuid: `pn-${options.userId.toUpperCase()}`.slice(0, 92),
        pnsdk: 'Switchyard-Node/1.0',
        heartbeat: 300,
      },
      signal,
      timeoutMs: pollTimeoutMs,
    });
    return answer.status === 200 ? readPage(answer.body, now()) : undefined;
  };

  while (!signal.aborted) {
    try {
      const page = await poll();
      if (page === undefined) throw new Error('no page');
      const at = now();
      // The first answer only says where "now" is.
      const missed =
        gap || page.messages.length >= keptMessages || (position !== undefined && at - position.at > keptMs && page.messages.length > 0);
      const next = { timetoken: page.timetoken, region: page.region, at };
      options.onState('live');
      await options.onMessages(page.messages, missed, next);
      position = next;
      gap = false;
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      options.onState('down');
      const asked = isToolError(error) ? error.fields.retryAfterMs : undefined;
      failures += 1;
      await clock.wait(Math.max(asked ?? 0, jitteredBackoffMs(failures, reconnectLimits, { least: 0.5 })), signal);
      if (position !== undefined && now() - position.at > keptMs) {
        position = undefined;
        gap = true;
      }
    }
  }
};
