import { join } from 'node:path';
import type { Clock, RuntimeStorage } from '@switchyard-mcp/core';
import { createLineJournal, errorCodeOf, readPrivateJson, writePrivateFile } from '@switchyard-mcp/core/files';
import { isRecord, numericOf, textOf } from '@switchyard-mcp/core/json';
import type { VagueEvent } from '../domain/merge-events.ts';

/** A stretch of time in which nothing that the stream sent was missed. */
export interface Watched {
  readonly from: number;
  readonly to: number;
}

/** Where the stream stood, so that another start goes on from there. */
export interface StreamPosition {
  /** 17 digits: larger than a number can hold. */
  readonly timetoken: string;
  readonly region: number;
  readonly at: number;
}

/** Events seen by this server, kept beside the login: what the cloud does not write into its history is found here. */
export interface Journal {
  add(events: readonly VagueEvent[]): Promise<void>;
  events(from: number, to: number): Promise<readonly VagueEvent[]>;
  /** Notes that everything up to `to` was seen; `from` begins a new stretch. */
  watched(stretch: Watched): Promise<void>;
  stretches(): Promise<readonly Watched[]>;
  savePosition(position: StreamPosition): Promise<void>;
  position(): Promise<StreamPosition | undefined>;
}

const largestBytes = 2_000_000;
const keepDays = 45;
const keepLines = 5000;
const keepStretches = 200;
const dayMs = 86_400_000;

/** An event as it is written: lines of other accounts in the same file are none of its business. */
type Line = VagueEvent & { readonly account: string };

const lineOf = (value: unknown, account: string): Line | undefined => {
  if (!isRecord(value) || value['account'] !== account) return undefined;
  const known = textOf(value, 'id') !== undefined && numericOf(value, 'at') !== undefined && textOf(value, 'kind') !== undefined;
  return known ? (value as unknown as Line) : undefined;
};

const onceEach = (lines: readonly Line[]): readonly Line[] => [...new Map(lines.map((line) => [line.id, line])).values()];

const eventOf = ({ account: _account, ...event }: Line): VagueEvent => event;

interface Marks {
  readonly account: string;
  readonly position?: StreamPosition;
  readonly stretches: readonly Watched[];
}

const joined = (stretches: readonly Watched[]): readonly Watched[] => {
  const sorted = [...stretches].sort((a, b) => a.from - b.from);
  const result: Watched[] = [];
  for (const stretch of sorted) {
    const last = result.at(-1);
    if (last !== undefined && stretch.from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, stretch.to) };
    else result.push(stretch);
  }
  return result.slice(-keepStretches);
};

/** A journal in memory, for a server that keeps nothing on disk. */
export const memoryJournal = (): Journal => {
  const events = new Map<string, VagueEvent>();
  let stretches: readonly Watched[] = [];
  let position: StreamPosition | undefined;
  return {
    add: async (fresh) => {
      for (const event of fresh) if (!events.has(event.id)) events.set(event.id, event);
      for (const id of [...events.keys()].slice(0, Math.max(0, events.size - keepLines))) events.delete(id);
    },
    events: async (from, to) => [...events.values()].filter(({ at }) => at >= from && at <= to),
    watched: async (stretch) => {
      stretches = joined([...stretches, stretch]);
    },
    stretches: async () => stretches,
    savePosition: async (fresh) => {
      position = fresh;
    },
    position: async () => position,
  };
};

const tolerant = async <T>(act: () => Promise<T>, otherwise: T, log: (message: string) => void): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    log(`journal: ${errorCodeOf(error) || 'it could not be used'}`);
    return otherwise;
  }
};

/** A journal of one account in the state folder. */
export const fileJournal = (
  storage: RuntimeStorage,
  account: string,
  { clock, warn: log }: { readonly clock: Clock; readonly warn: (message: string) => void },
): Journal => {
  const lines = createLineJournal<Line>({
    path: join(storage.stateFolder, `${storage.profile}.events.jsonl`),
    maxBytes: largestBytes,
    parse: (value) => lineOf(value, account),
    // Two processes may have written the same event; its id is the same.
    keep: (all) =>
      onceEach(all)
        .filter(({ at }) => at > clock.now() - keepDays * dayMs)
        .slice(-keepLines),
  });
  const marksPath = join(storage.stateFolder, `${storage.profile}.stream.json`);
  const seen = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = queue.then(act, act);
    queue = mine.catch(() => undefined);
    return mine;
  };

  const read = async (): Promise<readonly VagueEvent[]> => onceEach(await lines.read()).map(eventOf);

  const marks = async (): Promise<Marks> => {
    const value = (await readPrivateJson(marksPath, { maxBytes: 256 * 1024 })) as Partial<Marks> | null | undefined;
    if (value?.account !== account) return { account, stretches: [] };
    return { account, stretches: value.stretches ?? [], ...(value.position ? { position: value.position } : {}) };
  };
  const change = (edit: (old: Marks) => Marks): Promise<void> =>
    inTurn(() => tolerant(async () => writePrivateFile(marksPath, JSON.stringify(edit(await marks()))), undefined, log));

  return {
    add: (events) =>
      inTurn(() =>
        tolerant(
          async () => {
            const fresh = events.filter(({ id }) => !seen.has(id));
            if (fresh.length === 0) return;
            await lines.append(fresh.map((event) => ({ ...event, account })));
            for (const { id } of fresh) seen.add(id);
            // The oldest first. One that is told again after so many others is written twice and read once.
            for (const id of [...seen].slice(0, Math.max(0, seen.size - keepLines))) seen.delete(id);
          },
          undefined,
          log,
        ),
      ),
    events: (from, to) => inTurn(() => tolerant(async () => (await read()).filter(({ at }) => at >= from && at <= to), [], log)),
    watched: (stretch) => change((old) => ({ ...old, stretches: joined([...old.stretches, stretch]) })),
    stretches: () => inTurn(() => tolerant(async () => (await marks()).stretches, [], log)),
    savePosition: (position) => change((old) => ({ ...old, position })),
    position: () => inTurn(() => tolerant(async () => (await marks()).position, undefined, log)),
  };
};
