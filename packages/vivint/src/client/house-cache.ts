import { type Clock, isToolError, orAborted, refuse, systemClock, type ToolError, within } from '@switchyard-mcp/core';
import type { VagueEvent } from '../domain/merge-events.ts';
import type { Gap, House, Staleness } from '../domain/model.ts';
import type { Api } from './api.ts';
import { type Account, readAccount, readSystem } from './endpoints.ts';
import { inboxEvent } from './inbox.ts';
import { type Journal, memoryJournal } from './journal.ts';
import { slugOf } from './mapping/system.ts';
import type { Policy } from './policy.ts';
import { readPush } from './push.ts';
import { differenceEvents } from './snapshot-events.ts';
import type { StreamMessage } from './stream.ts';
import { createHolder, type SystemHolder } from './system-holder.ts';

export interface CacheOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly openJournal: (account: string) => Journal;
}

/** The homes as last seen: read whole now and then, kept up to date by messages in between. */
export interface HouseCache {
  /** Reads when what there is is older than `maxAgeMs`. When the time of the call runs out first, `lateIsFine` takes what is known. */
  house(maxAgeMs: number, signal: AbortSignal, lateIsFine?: boolean): Promise<House>;
  /** Reads everything again, whatever there is. */
  refresh(): Promise<void>;
  /** Takes messages of the stream in. */
  take(messages: readonly StreamMessage[]): Promise<void>;
  readonly holders: readonly SystemHolder[];
  readonly account: Account | undefined;
  readonly journal: Journal;
  /** What the picture lacks. */
  readonly gaps: readonly Gap[];
  readonly stream: House['stream'];
  setStream(state: House['stream']): void;
  /** A command went to this lock just now; a word of a stuck bolt is about it. */
  noteCommand(deviceId: string): void;
  onChange(listener: () => void): () => void;
}

const accountMs = 10 * 60_000;
const refreshMs = 30_000;
/** After a failed read what is known is shown, and the cloud left alone, for this long. */
const pauseMs = 5_000;
/** Older than this it is called stale even when no read has failed. */
const oldMs = 10 * 60_000;

/** Failures that a person must mend: old data would only hide them. */
const mustBeTold = (error: unknown): boolean =>
  isToolError(error) && ['auth_required', 'auth_failed', 'permission_denied', 'cancelled'].includes(error.fields.code);

/** Did the time of the call run out? Else it was cancelled, and nobody wants an answer. */
const isOutOfTime = ({ aborted, reason }: AbortSignal): boolean => aborted && reason instanceof Error && reason.name === 'TimeoutError';

const outOfTime = (): ToolError =>
  refuse('timeout', 'Vivint did not answer within the time of this call.', { next: ['Try again in a minute.'], retryable: true });

const cancelled = (): ToolError => refuse('cancelled', 'The call was cancelled.');

const isLoginLost = (error: unknown): boolean =>
  isToolError(error) && ['auth_required', 'auth_failed', 'cancelled'].includes(error.fields.code);

const reasonWords = (error: unknown): string => (isToolError(error) ? error.fields.what : 'the read failed');

const noSystems = (): ToolError =>
  refuse('not_found', 'No system of this Vivint account is visible.', {
    next: ['Check the setting VIVINT_SYSTEMS, and that the account owns a system.'],
  });

/** Short names, each once: "home", "cabin", "home-2". */
export const systemIds = (account: Account): ReadonlyMap<number, string> => {
  const ids = new Map<number, string>();
  const used = new Set<string>();
  for (const { panelId, name } of [...account.systems].sort((a, b) => a.panelId - b.panelId)) {
    const slug = slugOf(name);
    let id = slug;
    for (let count = 2; used.has(id); count += 1) id = `${slug}-${count}`;
    used.add(id);
    ids.set(panelId, id);
  }
  return ids;
};

export const createHouseCache = (options: CacheOptions): HouseCache => {
  const { api, clock, policy } = options;
  let account: Account | undefined;
  let accountAt = 0;
  let holders: readonly SystemHolder[] = [];
  let journal: Journal = memoryJournal();
  let readAt = 0;
  let asOf = 0;
  /** Systems that the last read did not give, while it gave others. */
  const unread = new Map<number, string>();
  let failure: { readonly at: number; readonly error: unknown } | undefined;
  let stream: House['stream'] = 'off';
  let running: Promise<void> | undefined;
  const commands = new Map<string, number>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const useAccount = (fresh: Account): void => {
    const allIds = systemIds(fresh);
    const seen = fresh.systems.filter((system) => policy.seesSystem({ ...system, systemId: allIds.get(system.panelId) ?? '' }));
    const same = account !== undefined && JSON.stringify(account) === JSON.stringify(fresh);
    if (same) return;
    if (account?.userId !== fresh.userId) journal = options.openJournal(fresh.userId);
    account = fresh;
    const ids = systemIds({ ...fresh, systems: seen });
    // Names, rights and handles may all be others now: every picture is made anew.
    holders = seen.map((system) => {
      const systemId = ids.get(system.panelId) ?? String(system.panelId);
      return createHolder({ account: system, systemId, alone: seen.length === 1, policy });
    });
  };

  const readHolder = async (holder: SystemHolder, signal: AbortSignal): Promise<readonly VagueEvent[]> => {
    const askedAt = clock.now();
    const document = await readSystem(api, holder.panelId, signal);
    const before = holder.loaded ? holder.picture() : undefined;
    const from = holder.readAt;
    holder.replace(document, askedAt);
    return before === undefined ? [] : differenceEvents(before, holder.picture(), { from, to: askedAt });
  };

  /** One home that cannot be read takes none of the others with it; when none can, or the login is lost, that is the failure. */
  const readHolders = async (signal: AbortSignal): Promise<readonly VagueEvent[]> => {
    const failures: { readonly holder: SystemHolder; readonly error: unknown }[] = [];
    const told = await Promise.all(
      holders.map((holder) =>
        readHolder(holder, signal).catch((error: unknown) => {
          failures.push({ holder, error });
          return [];
        }),
      ),
    );
    const lost = failures.find(({ error }) => !isToolError(error) || isLoginLost(error));
    const worst = lost ?? (failures.length === holders.length ? failures[0] : undefined);
    if (worst !== undefined) throw worst.error;
    unread.clear();
    for (const { error, holder } of failures) unread.set(holder.panelId, reasonWords(error));
    return told.flat();
  };

  const readAll = async (signal: AbortSignal): Promise<void> => {
    const askedAt = clock.now();
    if (account === undefined || askedAt - accountAt >= accountMs) {
      useAccount(await readAccount(api, signal));
      accountAt = askedAt;
    }
    if (holders.length === 0) throw noSystems();
    const told = await readHolders(signal);
    readAt = askedAt;
    asOf = Math.max(asOf, askedAt);
    await journal.add(told);
  };

  const refresh = (): Promise<void> => {
    // As every limit on an answer of the network this goes by the machine's time, whatever the home's clock does.
    running ??= within({ clock: systemClock, ms: refreshMs }, ({ signal }) => readAll(signal))
      .then(
        () => {
          failure = undefined;
          changed();
        },
        (error: unknown) => {
          failure = { at: clock.now(), error };
          throw error;
        },
      )
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  const staleness = (): Staleness | undefined => {
    if (failure !== undefined) return { since: asOf, why: reasonWords(failure.error) };
    return clock.now() - asOf > oldMs ? { since: asOf, why: 'nothing was heard from the cloud since' } : undefined;
  };

  const gapsNow = (): readonly Gap[] => [
    ...holders.flatMap((holder): Gap[] => {
      const { systemId, loaded, readAt: since } = holder;
      const why = unread.get(holder.panelId);
      if (why !== undefined) return [{ systemId, why, ...(loaded ? { since } : {}) }];
      if (loaded && holder.whole().partitions.length === 0) return [{ systemId, why: 'the cloud gave no partition of it' }];
      return [...holder.unlisted].map(([partitionId, known]) => ({
        systemId,
        partitionId,
        why: '',
        ...(known === undefined ? {} : { since: known }),
      }));
    }),
    ...(account?.unusable ?? [])
      .filter((name) => policy.seesSystem({ panelId: 0, name, systemId: slugOf(name) }))
      .map((name) => ({ systemId: slugOf(name), why: 'its number is longer than this server can hold' })),
  ];

  const picture = (late?: Staleness): House => {
    const stale = staleness() ?? late;
    const gaps = gapsNow();
    return {
      systems: holders.filter(({ loaded }) => loaded).map((holder) => holder.picture()),
      asOf,
      stream,
      ...(stale === undefined ? {} : { stale }),
      ...(gaps.length === 0 ? {} : { gaps }),
    };
  };

  return {
    house: async (maxAgeMs, signal, lateIsFine = maxAgeMs > 0) => {
      const known = holders.some((holder) => holder.loaded);
      const now = clock.now();
      // What is missing is asked for again soon.
      const young = now - readAt <= (unread.size > 0 ? Math.min(maxAgeMs, pauseMs) : maxAgeMs);
      if (known && young && failure === undefined) return picture();
      if (known && failure !== undefined && now - failure.at < pauseMs && !mustBeTold(failure.error)) return picture();
      try {
        await orAborted(refresh(), signal, () => (isOutOfTime(signal) ? outOfTime() : cancelled()));
      } catch (error) {
        if (!known || mustBeTold(error)) throw error;
        // Who reads may have what is known; who acts, and so wants the present, may not.
        if (isOutOfTime(signal) && lateIsFine) return picture({ since: asOf, why: 'the cloud did not answer in time' });
        if (signal.aborted) throw error;
      }
      return picture();
    },
    refresh,
    take: async (messages) => {
      let structural = false;
      const hidesSystems = (account?.systems.length ?? 0) > holders.length;
      const told: VagueEvent[] = [];
      for (const { payload, publishedAt } of messages) {
        const push = readPush(payload, publishedAt);
        if (push === undefined) continue;
        if (push.about === 'inbox') told.push(...inboxEvent(push, { holders, hidesSystems, commands, now: clock.now() }));
        const holder = holders.find(({ panelId }) => panelId === push.panelId);
        if (holder === undefined) continue;
        told.push(...holder.apply(push, clock.now()));
        // What came or went with a device is not in the message.
        structural ||= push.op !== 'update';
      }
      if (messages.length > 0) {
        asOf = Math.max(asOf, Math.min(clock.now(), messages.at(-1)?.publishedAt ?? 0));
        await journal.add(told);
        changed();
      }
      if (structural) await refresh().catch(() => undefined);
    },
    get holders() {
      return holders;
    },
    get account() {
      return account;
    },
    get journal() {
      return journal;
    },
    get gaps() {
      return gapsNow();
    },
    get stream() {
      return stream;
    },
    setStream: (state) => {
      stream = state;
    },
    noteCommand: (deviceId) => {
      commands.set(deviceId, clock.now());
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
