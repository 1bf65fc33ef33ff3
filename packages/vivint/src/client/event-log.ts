import { isToolError, spanWords } from '@switchyard-mcp/core';
import { mergeEvents, type VagueEvent } from '../domain/merge-events.ts';
import type { Coverage, HouseEvent } from '../domain/model.ts';
import type { EventList, Span } from '../domain/operations.ts';
import type { Api } from './api.ts';
import { readHistory } from './endpoints.ts';
import type { HouseCache } from './house-cache.ts';
import type { Watched } from './journal.ts';
import { historyEvent } from './mapping/history.ts';
import { type Raw, textOf, timeOf } from './raw.ts';
import { alertEvents, lastChangeEvents } from './snapshot-events.ts';
import type { SystemHolder } from './system-holder.ts';

const pageSize = 100;
const mostPages = 30;
const openPollMs = 6 * 60_000;
/** The cloud forgets after this long. */
const keptMs = 45 * 86_400_000;

/** Until when the history of a partition is not asked for: where it was refused, it will be for a while. */
export type HistoryGate = Map<string, number>;
const closedMs = 30 * 60_000;
const lasting: readonly string[] = ['auth_failed', 'permission_denied', 'not_found', 'upstream_error'];

interface Told {
  readonly events: readonly VagueEvent[];
  /** What the history of this partition does not tell, if anything. */
  readonly missing?: string;
}

const readPages = async (
  api: Api,
  place: { panelId: number; partitionId: number },
  span: Span,
  signal: AbortSignal,
): Promise<{ readonly records: readonly Raw[]; readonly cutAt?: number }> => {
  const records = new Map<string, Raw>();
  let before = span.endMs + 1;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await readHistory(api, place, { before, limit: pageSize }, signal);
    const times = found.flatMap((record) => timeOf(record, 'ts') ?? []);
    const oldest = times.length === 0 ? undefined : Math.min(...times);
    for (const record of found) records.set(textOf(record, '_id') ?? JSON.stringify(record), record);
    if (oldest === undefined || oldest < span.startMs || found.length < pageSize) return { records: [...records.values()] };
    // Times are finer than milliseconds: those of the same one may be on both pages.
    before = oldest + 1 < before ? oldest + 1 : oldest;
  }
  return { records: [...records.values()], cutAt: before };
};

const unread = 'the history of the cloud could not be read';

interface Asking {
  readonly api: Api;
  readonly gate: HistoryGate;
  readonly now: number;
  readonly signal: AbortSignal;
}

const historyOf = async ({ api, gate, now, signal }: Asking, holder: SystemHolder, partitionId: number, span: Span): Promise<Told> => {
  const place = `${holder.panelId} ${partitionId}`;
  if (now < (gate.get(place) ?? 0)) return { events: [], missing: unread };
  try {
    const { records, cutAt } = await readPages(api, { panelId: holder.panelId, partitionId }, span, signal);
    const events = records
      .flatMap((record) => historyEvent(record, holder.whole(), partitionId, (number) => holder.isHidden(number)) ?? [])
      .filter(({ at }) => at >= span.startMs && at <= span.endMs);
    return { events, ...(cutAt === undefined ? {} : { missing: 'the history is longer than was read; ask for a shorter span' }) };
  } catch (error) {
    if (!isToolError(error) || error.fields.code === 'cancelled') throw error;
    if (lasting.includes(error.fields.code)) gate.set(place, now + closedMs);
    return { events: [], missing: unread };
  }
};

/** Does one stretch of watching hold the whole span? */
const isWatched = (stretches: readonly Watched[], span: Span, stillLive: boolean): boolean =>
  // A poll of the stream that is still open has missed nothing yet; it ends within six minutes.
  stretches.some(({ from, to }) => from <= span.startMs && to + (stillLive ? openPollMs : 0) >= span.endMs);

/** Why something of the span may be missing; undefined when nothing is. */
const missingOf = (told: readonly Told[], watched: boolean, span: Span, now: number): string | undefined => {
  if (span.startMs < now - keptMs) return `the cloud keeps ${spanWords(keptMs)}`;
  const words = told.flatMap(({ missing }) => missing ?? [])[0];
  if (words === undefined) return undefined;
  return watched ? undefined : `${words}; only what was seen live, and last changes, are here`;
};

/** What happened in a span: the cloud's history, this server's own journal, and what the picture itself remembers; each once. */
export const collectEvents = async (
  { api, cache, gate, now }: { readonly api: Api; readonly cache: HouseCache; readonly gate: HistoryGate; readonly now: number },
  span: Span,
  signal: AbortSignal,
): Promise<EventList> => {
  const partitions = cache.holders.flatMap((holder) => holder.whole().partitions.map(({ partitionId }) => ({ holder, partitionId })));
  const [told, seen, stretches] = await Promise.all([
    Promise.all(partitions.map(({ holder, partitionId }) => historyOf({ api, gate, now, signal }, holder, partitionId, span))),
    cache.journal.events(span.startMs, span.endMs),
    cache.journal.stretches(),
  ]);
  const withoutHistory = told.some(({ missing }) => missing !== undefined);
  const inSpan = ({ at }: HouseEvent): boolean => at >= span.startMs && at <= span.endMs;
  const systems = new Map(cache.holders.map((holder) => [holder.systemId, holder]));
  const visible = ({ systemId, deviceId }: HouseEvent): boolean => {
    const holder = systems.get(systemId);
    const whole = holder?.whole().devices.find((device) => device.deviceId === deviceId);
    return holder !== undefined && (whole === undefined || !holder.isHidden(whole.number));
  };
  const remembered = cache.holders.flatMap((holder) => [
    ...holder.pastArming(),
    ...alertEvents(holder.picture()),
    ...(withoutHistory ? lastChangeEvents(holder.picture()) : []),
  ]);
  const events = mergeEvents([...told.flatMap((one) => one.events), ...seen.filter(visible), ...remembered.filter(inSpan)]);
  const missing = missingOf(told, isWatched(stretches, span, cache.stream === 'live'), span, now);
  const coverage: Coverage = {
    from: span.startMs,
    to: span.endMs,
    complete: missing === undefined,
    ...(missing === undefined ? {} : { missing }),
  };
  return { events, coverage };
};
