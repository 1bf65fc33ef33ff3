import { spanWords, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { StateChange } from '../domain/insight-operations.ts';
import type { Entity } from '../domain/model.ts';
import { shortValue } from './config-words.ts';
import { stateWords } from './state-words.ts';
import { minuteTime } from './time-words.ts';

export interface ChangeOptions {
  readonly nowMs: number;
  readonly timeZone: string;
  /** Why the entity gives no state, when it does not. */
  readonly trouble?: string | undefined;
}

const mostChanges = 8;

/** Who or what is behind a change, as far as Home Assistant knows. */
export const causeWords = ({ userName, causeId, causeName, service, source, event }: StateChange): string => {
  const cause = causeId ?? causeName;
  const called = service === undefined ? '' : ` with ${service}`;
  if (cause !== undefined) return `${shortValue(cause, 80)}${source === undefined ? '' : ` (${shortValue(source, 80)})`}`;
  if (userName !== undefined) return `${shortValue(userName, 60)}${called}`;
  if (service !== undefined) return `a call of ${service}`;
  return event === undefined ? 'itself: its device or integration reported it' : `event ${shortValue(event, 60)}`;
};

/** The recorder and the state machine give one change the same time, but for rounding. */
const roundingMs = 50;
const dayMs = 86_400_000;
/** The logbook lags behind the states for about as long. */
const lagMs = 30_000;

const whoWords = ({ state }: Entity, last: StateChange | undefined, { nowMs }: ChangeOptions): string => {
  const changedAt = state?.lastChangedAt ?? 0;
  if (changedAt > nowMs - dayMs && changedAt > (last?.at ?? 0) + roundingMs) {
    const before = last === undefined ? '' : ` The one before: by ${causeWords(last)}.`;
    const why = changedAt > nowMs - lagMs ? 'not yet (ask again in a few seconds)' : 'Home Assistant started then';
    return `Who made its last change is not in the logbook: ${why}, or the recorder leaves it out.${before}`;
  }
  return last === undefined ? 'Nothing changed it in the last 24 h.' : `Last change by ${causeWords(last)}.`;
};

const columns = ['when', 'to', 'by'] as const;

/** What `changesReply` makes. */
export const changesOutput = z.lazy(() =>
  z.strictObject({
    id: z.string(),
    answer: z.string(),
    changes: z.strictObject(tableFields(columns)).optional(),
    more_changes: z.number().optional(),
    next: z.string().optional(),
  }),
);

/** The reply about who changed an entity. */
export const changesReply = (entity: Entity, changes: readonly StateChange[], options: ChangeOptions): Record<string, unknown> => {
  const newest = [...changes].reverse().filter((change) => change.state !== undefined || change.message !== undefined);
  const [last] = newest;
  const state = stateWords(entity.state, options.nowMs);
  const span =
    entity.state === undefined || /^(?:unavailable|unknown)\b/.test(state) ? undefined : options.nowMs - entity.state.lastChangedAt;
  const now = span === undefined ? `It is ${state}.` : `It has been ${state} for ${spanWords(span)}.`;
  const who = whoWords(entity, last, options);
  const rows = newest
    .slice(0, mostChanges)
    .map((change) => [minuteTime(change.at, options.timeZone), shortValue(change.state ?? change.message ?? '', 60), causeWords(change)]);
  const behind = newest.find(({ causeId }) => /^(?:automation|script)\./.test(causeId ?? ''))?.causeId;
  return {
    id: entity.entityId,
    answer: [now, options.trouble, who].filter(Boolean).join(' '),
    ...(rows.length > 0 ? { changes: table(columns, rows) } : {}),
    ...(newest.length > mostChanges ? { more_changes: newest.length - mostChanges } : {}),
    ...(behind === undefined ? {} : { next: `ha_explain id="${behind}"` }),
  };
};
