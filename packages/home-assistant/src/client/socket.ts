import { isToolError, jitteredBackoffMs, type Log, orAborted, refuse, type Writes } from '@switchyard-mcp/core';
import { type CommandOptions, lostError, waitForAnswer } from './answer.ts';
import type { Frame } from './frame.ts';
import { type Link, type LinkOptions, openLink } from './link.ts';
import { cancelledError } from './map-error.ts';
import { createPending, Dropped } from './pending.ts';
import { createRefusals, isRefusedSignIn } from './refusals.ts';

export interface SocketOptions extends Omit<LinkOptions, 'connectTimeoutMs' | 'heartbeatMs' | 'pongMs'> {
  readonly log: Log;
  readonly writes: Writes;
  readonly connectTimeoutMs?: number;
  readonly heartbeatMs?: number;
  readonly pongMs?: number;
  /** Longest pause between two attempts to come back; 10 s by default, as a wait for a state lasts at most 45 s. */
  readonly maxBackoffMs?: number;
  /** How long a read waits for a lost connection to come back. */
  readonly reconnectWaitMs?: number;
  /** After this much silence the other side is asked whether it is there, before anything is read or sent. */
  readonly silenceMs?: number;
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
  /** As `ready`, and after a silence the other side has said that it is there. What was heard before may else be long untrue. */
  alive(signal: AbortSignal): Promise<void>;
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
/** How long a silent side has for its answer. */
const aliveMs = 4_000;
/** Pause before a refused subscription is asked for again. */
const renewMs = 2_000;

/** Makes a client; nothing is sent before the first call. */
export const createHomeSocket = (options: SocketOptions): HomeSocket => {
  const linkOptions: LinkOptions = {
    ...options,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    heartbeatMs: options.heartbeatMs ?? 30_000,
    pongMs: options.pongMs ?? 10_000,
  };
  const { clock } = options;
  const maxBackoffMs = options.maxBackoffMs ?? 10_000;
  const reconnectWaitMs = options.reconnectWaitMs ?? 5_000;
  const silenceMs = options.silenceMs ?? 5_000;
  const pending = createPending();
  const lasting = new Set<Lasting>();
  const reconnected = new Set<() => void>();
  const closing = new AbortController();
  const refusals = createRefusals(clock);
  let link: Link | undefined;
  let opening: Promise<Link> | undefined;
  let lastId = 0;
  let heardAt = 0;
  let asking: Promise<void> | undefined;
  let everOpen = false;
  let stopRetry: (() => void) | undefined;
  let attempt = 0;

  const send = (message: Frame): number => {
    const id = ++lastId;
    link?.send({ id, ...message });
    return id;
  };

  const renew = (item: Lasting): void => {
    item.starting?.();
    item.id = send(item.message);
    pending.subscribe(item.id, item.onEvent);
    const failed = (error: unknown): void => {
      if (error instanceof Dropped) return;
      // A Core that is still loading refuses commands of what it has not loaded: without this subscription nothing would be seen.
      options.log.warn('a subscription could not be renewed after a reconnect; trying again');
      const there = link;
      pending.unsubscribe(item.id);
      clock.after(renewMs, () => {
        if (link === there && link !== undefined && lasting.has(item)) renew(item);
      });
    };
    pending.expect(item.id, { resolve: () => undefined, reject: failed });
  };
  const resubscribe = (): void => {
    for (const item of lasting) renew(item);
  };

  const scheduleRetry = (): void => {
    if (closing.signal.aborted || refusals.any || stopRetry !== undefined) return;
    // Full jitter: many clients of one restarted server must not come back at once.
    attempt += 1;
    const wait = jitteredBackoffMs(attempt, { firstMs: firstBackoffMs, longestMs: maxBackoffMs });
    stopRetry = clock.after(wait, () => {
      stopRetry = undefined;
      if (link === undefined) open().catch(scheduleRetry);
    });
  };

  const ended = (why?: string): void => {
    link = undefined;
    pending.drop(why);
    if (closing.signal.aborted) return;
    options.log.warn('connection to Home Assistant lost');
    scheduleRetry();
  };

  const heard = (frames: readonly Frame[]): void => {
    heardAt = clock.monotonic();
    pending.take(frames);
  };
  const signIn = (): Promise<Link> => openLink(linkOptions, { frames: heard, ended, ping: () => send({ type: 'ping' }) });
  /** A token that was good before gets a second chance: a Core that is just starting refuses what it has not read yet. */
  const signInAgain = async (error: unknown): Promise<Link> => {
    if (!everOpen || refusals.any || !isRefusedSignIn(error)) throw error;
    await clock.wait(firstBackoffMs, closing.signal);
    return signIn();
  };

  const start = async (): Promise<Link> => {
    const opened = await signIn().catch(signInAgain);
    if (closing.signal.aborted) {
      opened.close();
      throw refuse('cancelled', 'The server is shutting down.');
    }
    link = opened;
    lastId = 0;
    attempt = 0;
    // A call was faster than the timer, which else would stand in the way of the next retry.
    stopRetry?.();
    stopRetry = undefined;
    heardAt = clock.monotonic();
    refusals.accepted();
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
        refusals.note(error);
        throw error;
      })
      .finally(() => {
        opening = undefined;
      });
    return opening;
  };

  const race = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
    orAborted(work, signal, () => cancelledError(signal, 'Connecting to Home Assistant', 'none'));

  const ready = async (signal: AbortSignal): Promise<void> => {
    // Once it was open, a restart or a hiccup is likelier than a wrong address: worth some patience.
    const until = clock.monotonic() + (everOpen ? reconnectWaitMs : 0);
    for (let wait = 100; ; wait = Math.min(wait * 2, 1_000)) {
      if (signal.aborted) throw cancelledError(signal, 'Connecting to Home Assistant', 'none');
      if (closing.signal.aborted) throw refuse('cancelled', 'The server is shutting down.');
      if (link !== undefined) return;
      if (refusals.held !== undefined) throw refusals.held;
      try {
        await race(open(), signal);
      } catch (error) {
        const again =
          isToolError(error) &&
          error.fields.code === 'upstream_unavailable' &&
          error.fields.retryable === true &&
          clock.monotonic() + wait < until;
        if (!again) throw error;
        await clock.wait(wait, AbortSignal.any([signal, closing.signal]));
      }
    }
  };

  const once = (message: Frame, settings: CommandOptions, onEvent?: (event: unknown) => void): { id: number; answer: Promise<unknown> } => {
    const id = send(message);
    if (onEvent !== undefined) pending.subscribe(id, onEvent);
    return { id, answer: waitForAnswer(pending, id, { ...settings, clock }) };
  };

  const ask = async (there: Link): Promise<void> => {
    const settings = { signal: closing.signal, doing: 'Asking whether Home Assistant is there', timeoutMs: aliveMs };
    await once({ type: 'ping' }, settings).answer.catch(() => there.drop('It did not answer any more.'));
  };
  const alive = async (signal: AbortSignal): Promise<void> => {
    await ready(signal);
    if (link === undefined || clock.monotonic() - heardAt < silenceMs) return;
    asking ??= ask(link).finally(() => {
      asking = undefined;
    });
    await race(asking, signal);
    await ready(signal);
  };

  const exchange = async (message: Frame, settings: CommandOptions): Promise<unknown> => {
    await ready(settings.signal);
    try {
      return await once(message, settings).answer;
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      if (settings.write === true) throw lostError(settings, error);
    }
    await ready(settings.signal);
    return once(message, settings).answer.catch((error: unknown) => {
      throw error instanceof Dropped ? lostError(settings, error) : error;
    });
  };

  /** Every command that may change something goes out here. */
  const command: HomeSocket['command'] = (message, settings) =>
    settings.write === true ? options.writes.track(() => exchange(message, settings)) : exchange(message, settings);

  const subscribeOnce: HomeSocket['subscribe'] = async (message, onEvent, settings) => {
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
      throw error;
    }
    if (settings.lasting === true) lasting.add(item);
    return stop;
  };
  const subscribe: HomeSocket['subscribe'] = async (message, onEvent, settings) => {
    const again = (error: unknown) => (error instanceof Dropped ? subscribeOnce(message, onEvent, settings) : Promise.reject(error));
    return subscribeOnce(message, onEvent, settings)
      .catch(again)
      .catch((error: unknown) => {
        throw error instanceof Dropped ? lostError(settings, error) : error;
      });
  };

  return {
    command,
    subscribe,
    ready,
    alive,
    onReconnect: (listener) => {
      reconnected.add(listener);
      return () => void reconnected.delete(listener);
    },
    get connected() {
      return link !== undefined;
    },
    close: () => {
      closing.abort();
      stopRetry?.();
      link?.close();
      link = undefined;
      pending.drop();
      lasting.clear();
    },
  };
};
