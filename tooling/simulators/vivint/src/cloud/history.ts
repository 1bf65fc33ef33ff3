import type { Chance } from '../chance.ts';
import { writeTime } from '../clock.ts';
import type { Json } from '../json.ts';

/** One line of what happened, before the cloud writes it down. */
export interface Happening {
  readonly panelId: number;
  readonly partitionId: number;
  readonly deviceId: number;
  /** The readable sentence. */
  readonly text: string;
  /** `locked`, `open`, `security_state`, … */
  readonly type: string;
  readonly by?: string | undefined;
  readonly deviceType?: string;
  readonly deviceName?: string;
  readonly detail?: unknown;
  /** 10: the panel (the rule), 30: a camera's clip. */
  readonly source?: number;
  readonly atMs: number;
}

/** A record as `his[]` holds it. */
export interface HistoryRecord extends Json {
  readonly _id: string;
  readonly ts: string;
}

const MAX_DAYS = 45;
const MAX_PAGE = 100;

/** What the cloud remembers, newest last. */
export class History {
  /** How the endpoint answers: as it should, or in one of the ways it has been seen to fail. */
  mode: 'ok' | 'unauthorized' | 'forbidden' | 'missing' | 'html' | 'empty' | 'no paging' = 'ok';
  /** A page holds no more than this, whatever `lim` asks for. */
  mostPerPage = MAX_PAGE;
  /** Places, as "panel/partition", whose history is missing while the others answer. */
  readonly missingAt = new Set<string>();
  readonly #chance: Chance;
  readonly #records: { readonly happening: Happening; readonly atMicros: number; readonly record: HistoryRecord }[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Writes something down, in order of time. No two records have the same time: what shares a millisecond differs in its microseconds. */
  add(happening: Happening): HistoryRecord {
    const later = this.#records.findIndex((other) => other.happening.atMs > happening.atMs);
    const index = later < 0 ? this.#records.length : later;
    const before = this.#records[index - 1];
    const atMicros = Math.max(happening.atMs * 1000, before === undefined ? 0 : before.atMicros + 1);
    const ts = `${writeTime(Math.floor(atMicros / 1000)).slice(0, -3)}${String(atMicros % 1000).padStart(3, '0')}`;
    const record = {
      _id: this.#chance.hex(12),
      did: happening.deviceId,
      me: happening.text,
      hdt: ts.slice(0, 10).replaceAll('-', ''),
      ts,
      het: happening.type,
      hes: happening.source ?? 10,
      ...(happening.by === undefined ? {} : { u: happening.by }),
      ...(happening.deviceType === undefined ? {} : { dt: happening.deviceType }),
      ...(happening.deviceName === undefined ? {} : { n: happening.deviceName }),
      ...(happening.detail === undefined ? {} : { det: happening.detail }),
    };
    this.#records.splice(index, 0, { happening, atMicros, record });
    return record;
  }

  /** Everything of a partition, oldest first, for tests to compare with. */
  all(panelId: number, partitionId?: number): readonly HistoryRecord[] {
    return this.#records
      .filter(({ happening }) => happening.panelId === panelId && (partitionId ?? happening.partitionId) === happening.partitionId)
      .map(({ record }) => record);
  }

  /** A page: newest first, before `be` (exclusive), at most `lim`. */
  page(place: { panelId: number; partitionId: number }, query: URLSearchParams, nowMs: number): readonly HistoryRecord[] {
    if (this.mode === 'empty') return [];
    const before = query.has('be') && this.mode !== 'no paging' ? microsOf(query.get('be') ?? '') : Number.POSITIVE_INFINITY;
    const after = Math.max(query.has('af') ? microsOf(query.get('af') ?? '') : 0, (nowMs - MAX_DAYS * 86_400_000) * 1000);
    const limit = Math.min(Number(query.get('lim') ?? 20) || 20, this.mostPerPage);
    const fitting = this.#records.filter(
      ({ happening, atMicros }) =>
        happening.panelId === place.panelId && happening.partitionId === place.partitionId && atMicros < before && atMicros > after,
    );
    return fitting
      .slice(-limit)
      .reverse()
      .map(({ record }) => record);
  }
}

/** Microseconds since 1970. Times come with or without a zone; without one they are UTC. */
function microsOf(text: string): number {
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return ms * 1000 + Number(fraction.padEnd(6, '0').slice(3, 6));
}
