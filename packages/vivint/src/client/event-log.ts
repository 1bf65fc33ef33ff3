import { isToolError, spanWords } from '@switchyard-mcp/core';
import { type JsonRecord as Raw, textOf } from '@switchyard-mcp/core/json';
import { mergeEvents, type VagueEvent } from '../domain/merge-events.ts';
import type { Coverage, EventKind, HouseEvent } from '../domain/model.ts';
import type { EventList, Span } from '../domain/operations.ts';
import type { Api } from './api.ts';
import { readHistory } from './endpoints.ts';
import type { HouseCache } from './house-cache.ts';
import type { Watched } from './journal.ts';
import { historyEvent } from './mapping/history.ts';
import { timeOf } from './raw.ts';
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
const lasting: readonly string[] = ['auth_failed', 'permission_denied', 'not_found', 'upstream_error', 'rate_limited'];

interface Told {
  readonly systemId: string;
  readonly events: readonly VagueEvent[];
  /** What the history of this partition does not tell, if anything. */
  readonly missing?: string;
}

/** So many pages in a row that bring nothing new come from a cloud that does not page. */
const mostIdle = 3;

/**
 * Page by page back to the beginning of the span. The cloud may give fewer records than were asked for: only a record from before the
 * span, or an empty page, is the end.
 */
const readPages = async (
  api: Api,
  place: { panelId: number; partitionId: number },
  span: Span,
  signal: AbortSignal,
): Promise<{ readonly records: readonly Raw[]; readonly cutAt?: number }> => {
  const records = new Map<string, Raw>();
  let before = span.endMs + 1;
  let idle = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await readHistory(api, place, { before, limit: pageSize }, signal);
    const times = found.flatMap((record) => timeOf(record, 'ts') ?? []);
    const oldest = times.length === 0 ? undefined : Math.min(...times);
    const known = records.size;
    for (const record of found) records.set(textOf(record, '_id') ?? JSON.stringify(record), record);
    if (found.length === 0 || (oldest !== undefined && oldest < span.startMs)) return { records: [...records.values()] };
    idle = records.size > known ? 0 : idle + 1;
    if (oldest === undefined || idle === mostIdle) break;
    // Times are finer than milliseconds: those of the same one may be on both pages. Each page lies before the last all the same.
    before = Math.min(oldest + 1, before - 1);
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
  const { systemId } = holder;
  if (now < (gate.get(place) ?? 0)) return { systemId, events: [], missing: unread };
  try {
    const { records, cutAt } = await readPages(api, { panelId: holder.panelId, partitionId }, span, signal);
    const events = records
      .flatMap((record) => historyEvent(record, holder.whole(), partitionId, (number) => holder.isHidden(number)) ?? [])
      .filter(({ at }) => at >= span.startMs && at <= span.endMs);
    return {
      systemId,
      events,
      ...(cutAt === undefined ? {} : { missing: 'the history could not be read to the beginning of the span; ask for a shorter one' }),
    };
  } catch (error) {
    if (!isToolError(error) || error.fields.code === 'cancelled') throw error;
    if (lasting.includes(error.fields.code)) gate.set(place, now + closedMs);
    return { systemId, events: [], missing: unread };
  }
};

/** Does one stretch of watching hold the whole span? */
const isWatched = (stretches: readonly Watched[], span: Span, stillLive: boolean): boolean =>
  // A poll of the stream that is still open has missed nothing yet; it ends within six minutes.
  stretches.some(({ from, to }) => from <= span.startMs && to + (stillLive ? openPollMs : 0) >= span.endMs);

/** What every history writes down. */
const recorded: ReadonlySet<EventKind> = new Set(['armed', 'disarmed', 'locked', 'unlocked', 'opened', 'closed']);

/** A history without a line, though things happened that belong into one, is no history. */
const isBlank = (told: readonly Told[], seen: readonly HouseEvent[]): boolean =>
  seen.some(({ systemId, kind }) => recorded.has(kind) && told.every((one) => one.systemId !== systemId || one.events.length === 0));

interface Found {
  readonly told: readonly Told[];
  /** What others than the history tell of the span. */
  readonly seen: readonly HouseEvent[];
  readonly watched: boolean;
  /** Why a part of the homes is not in the picture. */
  readonly gap: string | undefined;
}

/** Why something of the span may be missing; undefined when nothing is. */
const missingOf = ({ told, seen, watched, gap }: Found, span: Span, now: number): string | undefined => {
  if (span.startMs < now - keptMs) return `the cloud keeps ${spanWords(keptMs)}`;
  if (gap !== undefined) return gap;
  const blank = isBlank(told, seen) ? 'the history of the cloud is empty, though things happened' : undefined;
  const words = told.flatMap(({ missing }) => missing ?? [])[0] ?? blank;
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
    // A note that fits no single system was let through when it came.
    if (systemId === '') return true;
    return holder !== undefined && (whole === undefined || !holder.isHidden(whole.number));
  };
  const remembered = cache.holders.flatMap((holder) => [
    ...holder.pastArming(),
    ...alertEvents(holder.picture()),
    ...(withoutHistory ? lastChangeEvents(holder.picture()) : []),
  ]);
  const others = [...seen.filter(visible), ...remembered.filter(inSpan)];
  const events = mergeEvents([...told.flatMap((one) => one.events), ...others]);
  const watched = isWatched(stretches, span, cache.stream === 'live');
  const gap = cache.gaps[0];
  const missing = missingOf({ told, seen: others, watched, gap: gap && `${gap.systemId} could not be read whole` }, span, now);
  const coverage: Coverage = {
    from: span.startMs,
    to: span.endMs,
    complete: missing === undefined,
    ...(missing === undefined ? {} : { missing }),
  };
  return { events, coverage };
};
