import type { EventKind, HouseEvent, Partition } from '../domain/model.ts';
import type { Deed, EventList, Span } from '../domain/operations.ts';

/** Around a change of the armed state, who did it is looked for this far. */
const deedMs = 30_000;
/** An exit delay lies between the deed and the armed state. */
const exitMs = 5 * 60_000;
/** How far back a change is looked for whose time nobody says. */
const farMs = 3 * 86_400_000;
/** What was not found a moment ago is not looked for again at once. */
const askAgainMs = 60_000;

const arming: ReadonlySet<EventKind> = new Set(['armed', 'arming', 'disarmed', 'entry_delay', 'alarm']);

/** Kinds of events that lead to a state. */
const leadingTo = ({ state }: Partition): readonly EventKind[] => {
  if (state === 'disarmed') return ['disarmed'];
  if (state.startsWith('arm')) return ['armed', 'arming'];
  if (state.startsWith('entry')) return ['entry_delay'];
  return state.endsWith('alarm') ? ['alarm'] : [];
};

/** The run of events at the end that led to the state; empty when the last of them led elsewhere. */
const lastRun = (events: readonly HouseEvent[], kinds: readonly EventKind[]): readonly HouseEvent[] =>
  events.slice(events.findLastIndex(({ kind }) => !kinds.includes(kind)) + 1);

export interface WhoArmed {
  /** Since when and by whom, as far as events tell what the picture does not. */
  find(partition: Partition, signal: AbortSignal): Promise<Deed>;
}

export const createWhoArmed = (events: (span: Span, signal: AbortSignal) => Promise<EventList>, now: () => number): WhoArmed => {
  const known = new Map<string, Deed>();
  const asked = new Map<string, { readonly at: number; readonly deed: Deed }>();

  const ofPartition = async (partition: Partition, span: Span, signal: AbortSignal) => {
    const { events: all, coverage } = await events(span, signal);
    const mine = all.filter(
      ({ systemId, partitionId, kind }) => systemId === partition.systemId && partitionId === partition.partitionId && arming.has(kind),
    );
    return { mine, complete: coverage.complete };
  };

  /** The picture says when: who it was stands in the events of that moment. */
  const by = async (partition: Partition, since: number, signal: AbortSignal): Promise<Deed> => {
    const span = { startMs: since - deedMs - (partition.state === 'disarmed' ? 0 : exitMs), endMs: since + deedMs };
    const { mine } = await ofPartition(partition, span, signal);
    const kinds = leadingTo(partition);
    const deed = mine.findLast((event) => event.by !== undefined && kinds.includes(event.kind));
    return { since, ...(deed?.by === undefined ? {} : { by: deed.by }) };
  };

  /** The picture does not say when. Only a history without holes tells that its last change is the last there was. */
  const whenAndBy = async (partition: Partition, signal: AbortSignal): Promise<Deed> => {
    const { mine, complete } = await ofPartition(partition, { startMs: now() - farMs, endMs: now() }, signal);
    const run = complete ? lastRun(mine, leadingTo(partition)) : [];
    const [first, last] = [run.find((event) => event.by !== undefined), run.at(-1)];
    return { ...(last === undefined ? {} : { since: last.at }), ...(first?.by === undefined ? {} : { by: first.by }) };
  };

  return {
    find: async (partition, signal) => {
      const { since } = partition;
      if (partition.by !== undefined && since !== undefined) return { since, by: partition.by };
      const key = `${partition.systemId} ${partition.partitionId} ${since ?? partition.state}`;
      const sure = known.get(key);
      if (sure !== undefined) return sure;
      const before = asked.get(key);
      if (since === undefined && before !== undefined && now() - before.at < askAgainMs) return before.deed;
      const found = since === undefined ? await whenAndBy(partition, signal) : await by(partition, since, signal);
      const deed = partition.by === undefined ? found : { ...found, by: partition.by };
      // Nobody found today may be named a minute from now: only what is known is kept.
      if (since !== undefined && deed.by !== undefined) known.set(key, deed);
      if (since === undefined) asked.set(key, { at: now(), deed });
      return deed;
    },
  };
};
