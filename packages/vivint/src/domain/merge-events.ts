import type { EventKind, EventSource, HouseEvent } from './model.ts';

/** Told by better and worse witnesses; the better one's words stay. */
const rank: Readonly<Record<EventSource, number>> = { history: 0, live: 1, note: 2, snapshot: 3, inferred: 4 };

/** Witnesses' clocks may differ by this much. */
const slackMs = 10_000;

/** An event whose time is only known to lie in a span. */
export interface VagueEvent extends HouseEvent {
  /** It happened after this; `at` is the latest it can have been. */
  readonly notBefore?: number;
}

/** Words that one witness may use for what another calls differently. */
const alike: Readonly<Partial<Record<EventKind, readonly EventKind[]>>> = {
  arming: ['arming', 'armed'],
  armed: ['armed', 'arming'],
  alert: ['alert', 'opened', 'alarm'],
  offline: ['offline', 'alert'],
  tamper: ['tamper', 'alert'],
  battery: ['battery', 'alert'],
};

const sameKind = (a: EventKind, b: EventKind): boolean => a === b || a === 'other' || b === 'other' || (alike[a]?.includes(b) ?? false);

const samePlace = (a: HouseEvent, b: HouseEvent): boolean =>
  a.systemId === b.systemId &&
  (a.deviceId !== undefined || b.deviceId !== undefined ? a.deviceId === b.deviceId : a.partitionId === b.partitionId);

const distanceMs = (known: HouseEvent, told: VagueEvent): number => {
  const from = (told.notBefore ?? told.at) - slackMs;
  const to = told.at + slackMs;
  return known.at < from || known.at > to ? Number.POSITIVE_INFINITY : Math.abs(known.at - told.at);
};

/**
 * Every event once, oldest first. An event of a worse witness is dropped when a better one tells of the same, and each telling takes
 * up at most one of every other witness: a door that opens twice within seconds stays two openings.
 */
export const mergeEvents = (told: readonly VagueEvent[]): readonly HouseEvent[] => {
  const unique = [...new Map(told.map((event) => [`${event.source} ${event.id}`, event])).values()];
  const ordered = unique.sort((a, b) => rank[a.source] - rank[b.source] || a.at - b.at);
  const kept: { event: HouseEvent; witnesses: Set<EventSource> }[] = [];
  for (const event of ordered) {
    let best: (typeof kept)[number] | undefined;
    let bestMs = Number.POSITIVE_INFINITY;
    for (const candidate of kept) {
      if (candidate.witnesses.has(event.source) || !samePlace(candidate.event, event) || !sameKind(candidate.event.kind, event.kind))
        continue;
      // The exact word is a better match than a kindred one at the same time.
      const ms = distanceMs(candidate.event, event) + (candidate.event.kind === event.kind ? 0 : 1);
      if (ms < bestMs) [best, bestMs] = [candidate, ms];
    }
    if (best === undefined) {
      const { notBefore: _span, ...plain } = event;
      kept.push({ event: plain, witnesses: new Set([event.source]) });
      continue;
    }
    best.witnesses.add(event.source);
    // What the better witness left out, the other may know.
    best.event = { ...best.event, ...pick(event, best.event) };
  }
  return kept.map(({ event }) => event).sort((a, b) => a.at - b.at);
};

const pick = (from: HouseEvent, into: HouseEvent): Partial<HouseEvent> => ({
  ...(into.by === undefined && from.by !== undefined ? { by: from.by } : {}),
  ...(into.before === undefined && from.before !== undefined ? { before: from.before } : {}),
  ...(into.after === undefined && from.after !== undefined ? { after: from.after } : {}),
});
