import { isToolError, ToolError } from '@switchyard-mcp/core';
import { type CommandOptions, dropped, lostError, waitForAnswer } from './answer.ts';
import type { Frame } from './frame.ts';
import { type Link, type LinkOptions, openLink } from './link.ts';
import { cancelledError } from './map-error.ts';
import { createPending } from './pending.ts';

export interface SocketOptions extends Omit<LinkOptions, 'connectTimeoutMs' | 'heartbeatMs' | 'pongMs'> {
  readonly log: (message: string) => void;
  readonly connectTimeoutMs?: number;
  readonly heartbeatMs?: number;
  readonly pongMs?: number;
  /** Longest pause between two attempts to come back. */
  readonly maxBackoffMs?: number;
  /** How long a read waits for a lost connection to come back. */
  readonly reconnectWaitMs?: number;
}

export interface SubscribeOptions extends CommandOptions {
  /** Is made again after every reconnect. */
  readonly lasting?: boolean;
  /** Called before the subscription is sent, at first and after every reconnect. */
  readonly starting?: () => void;
}

/** The WebSocket API of one Home Assistant: connects on first use and comes back by itself. */
export interface HomeSocket {
  command(message: Frame, options: CommandOptions): Promise<unknown>;
  /** Resolves once Home Assistant accepted the subscription; the result ends it. */
  subscribe(message: Frame, onEvent: (event: unknown) => void, options: SubscribeOptions): Promise<() => void>;
  /** Resolves when signed in. */
  ready(signal: AbortSignal): Promise<void>;
  /** Calls back after every reconnect until the returned function is called. */
  onReconnect(listener: () => void): () => void;
  readonly connected: boolean;
  close(): void;
}

interface Lasting {
  readonly message: Frame;
  readonly onEvent: (event: unknown) => void;
  readonly starting: (() => void) | undefined;
  id: number;
}

const firstBackoffMs = 500;

/** A short pause that an abort or a close cuts off. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });

/** Makes a client; nothing is sent before the first call. */
export const createHomeSocket = (options: SocketOptions): HomeSocket => {
  const linkOptions: LinkOptions = {
    ...options,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    heartbeatMs: options.heartbeatMs ?? 30_000,
    pongMs: options.pongMs ?? 10_000,
  };
  const maxBackoffMs = options.maxBackoffMs ?? 60_000;
  const reconnectWaitMs = options.reconnectWaitMs ?? 5_000;
  const pending = createPending();
  const lasting = new Set<Lasting>();
  const reconnected = new Set<() => void>();
  const closing = new AbortController();
  let link: Link | undefined;
  let opening: Promise<Link> | undefined;
  let lastId = 0;
  let everOpen = false;
  let final: ToolError | undefined;
  let retry: NodeJS.Timeout | undefined;
  let attempt = 0;

  const send = (message: Frame): number => {
    const id = ++lastId;
    link?.send({ id, ...message });
    return id;
  };

  const resubscribe = (): void => {
    for (const item of lasting) {
      item.starting?.();
      item.id = send(item.message);
      pending.subscribe(item.id, item.onEvent);
      const failed = (): void => options.log('a subscription could not be renewed after a reconnect');
      pending.expect(item.id, { resolve: () => undefined, reject: failed });
    }
  };

  const scheduleRetry = (): void => {
    if (closing.signal.aborted || final !== undefined || retry !== undefined) return;
    // Full jitter: many clients of one restarted server must not come back at once.
    const wait = Math.random() * Math.min(maxBackoffMs, firstBackoffMs * 2 ** attempt++);
    retry = setTimeout(() => {
      retry = undefined;
      if (link === undefined) open().catch(scheduleRetry);
    }, wait).unref();
  };

  const ended = (): void => {
    link = undefined;
    pending.drop();
    if (closing.signal.aborted) return;
    options.log('connection to Home Assistant lost');
    scheduleRetry();
  };

  const start = async (): Promise<Link> => {
    const opened = await openLink(linkOptions, { frames: pending.take, ended, ping: () => send({ type: 'ping' }) });
    if (closing.signal.aborted) {
      opened.close();
      throw new ToolError({ code: 'cancelled', what: 'The server is shutting down.', sideEffects: 'none' });
    }
    link = opened;
    lastId = 0;
    attempt = 0;
    const features = send({ type: 'supported_features', features: { coalesce_messages: 1 } });
    pending.expect(features, { resolve: () => undefined, reject: () => undefined });
    resubscribe();
    if (everOpen) for (const listener of reconnected) listener();
    everOpen = true;
    return opened;
  };

  const open = (): Promise<Link> => {
    opening ??= start()
      .catch((error: unknown) => {
        // A refused token stays refused until the settings change; asking again could get the address banned.
        if (isToolError(error) && error.fields.code === 'auth_failed') final = error;
        throw error;
      })
      .finally(() => {
        opening = undefined;
      });
    return opening;
  };

  const race = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
    if (signal.aborted) throw cancelledError(signal, 'Connecting to Home Assistant', 'none');
    let stop: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(cancelledError(signal, 'Connecting to Home Assistant', 'none'));
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
    }
  };

  const ready = async (signal: AbortSignal): Promise<void> => {
    // Once it was open, a restart or a hiccup is likelier than a wrong address: worth some patience.
    const until = Date.now() + (everOpen ? reconnectWaitMs : 0);
    for (let wait = 100; ; wait = Math.min(wait * 2, 1_000)) {
      if (signal.aborted) throw cancelledError(signal, 'Connecting to Home Assistant', 'none');
      if (final !== undefined) throw final;
      if (closing.signal.aborted) throw new ToolError({ code: 'cancelled', what: 'The server is shutting down.', sideEffects: 'none' });
      if (link !== undefined) return;
      try {
        await race(open(), signal);
      } catch (error) {
        const again = isToolError(error) && error.fields.retryable === true && Date.now() + wait < until;
        if (!again) throw error;
        await pause(wait, AbortSignal.any([signal, closing.signal]));
      }
    }
  };

  const once = (message: Frame, settings: CommandOptions, onEvent?: (event: unknown) => void): { id: number; answer: Promise<unknown> } => {
    const id = send(message);
    if (onEvent !== undefined) pending.subscribe(id, onEvent);
    return { id, answer: waitForAnswer(pending, id, settings) };
  };

  const command = async (message: Frame, settings: CommandOptions): Promise<unknown> => {
    await ready(settings.signal);
    try {
      return await once(message, settings).answer;
    } catch (error) {
      if (error !== dropped || settings.write === true) throw error === dropped ? lostError(settings) : error;
    }
    await ready(settings.signal);
    return once(message, settings).answer.catch((error: unknown) => {
      throw error === dropped ? lostError(settings) : error;
    });
  };

  const subscribe: HomeSocket['subscribe'] = async (message, onEvent, settings) => {
    await ready(settings.signal);
    settings.starting?.();
    const { id, answer } = once(message, settings, onEvent);
    const item: Lasting = { message, onEvent, starting: settings.starting, id };
    const stop = (): void => {
      lasting.delete(item);
      pending.unsubscribe(item.id);
      if (link === undefined) return;
      const ending = send({ type: 'unsubscribe_events', subscription: item.id });
      pending.expect(ending, { resolve: () => undefined, reject: () => undefined });
    };
    try {
      await answer;
    } catch (error) {
      pending.unsubscribe(id);
      if (link !== undefined && isToolError(error) && (error.fields.code === 'timeout' || error.fields.code === 'cancelled')) stop();
      throw error === dropped ? lostError(settings) : error;
    }
    if (settings.lasting === true) lasting.add(item);
    return stop;
  };

  return {
    command,
    subscribe,
    ready,
    onReconnect: (listener) => {
      reconnected.add(listener);
      return () => void reconnected.delete(listener);
    },
    get connected() {
      return link !== undefined;
    },
    close: () => {
      closing.abort();
      clearTimeout(retry);
      link?.close();
      link = undefined;
      pending.drop();
      lasting.clear();
    },
  };
};
