import type { CallResult, Ending, TargetOutcome } from '../domain/perform.ts';
import { shortValue } from './config-words.ts';
import { stateWords } from './state-words.ts';

/** Rows that a reply shows in full; of more, those that went wrong come first and what was so already is only counted. */
const maxRows = 8;
const longestResponse = 6000;

const order: Readonly<Record<Ending, number>> = { unknown: 0, failed: 1, pending: 2, unverified: 3, done: 4, unavailable: 5, unchanged: 6 };

/** When the reply is made, and where. */
export interface Moment {
  readonly nowMs: number;
  readonly timeZone?: string | undefined;
}

const mostAttributes = 3;
const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
/** Times and picture addresses change by themselves. */
const changesByItself = /(?:_at|_url|_local|media_position|picture|last_\w+|token)$/;

/** "volume_level 0.3 → 0.2": what changed where the words for the state do not show it. */
const attributeChanges = ({ before, after }: TargetOutcome): string | undefined => {
  if (before === undefined || after === undefined) return undefined;
  const { last_triggered: ran } = after.attributes;
  if (typeof ran === 'string' && ran !== before.attributes['last_triggered']) return 'ran; ha_explain tells its steps';
  const names = Object.keys(after.attributes).filter((name) => {
    const [was, is] = [before.attributes[name], after.attributes[name]];
    return was !== is && isPlain(is) && (was === undefined || was === null || isPlain(was)) && !changesByItself.test(name);
  });
  const told = names
    .slice(0, mostAttributes)
    .map((name) => `${name} ${shortValue(before.attributes[name] ?? 'unset', 40)} → ${shortValue(after.attributes[name], 40)}`);
  return told.length === 0 ? undefined : told.join(', ');
};

const row = (outcome: TargetOutcome, { nowMs, timeZone }: Moment): readonly string[] => {
  const { entityId, before, after, ending, note } = outcome;
  const [was, is] = [stateWords(before, nowMs, timeZone), ending === 'unknown' ? 'unknown' : stateWords(after, nowMs, timeZone)];
  const told = note ?? (ending === 'done' && was === is ? attributeChanges(outcome) : undefined);
  return [entityId, was, is, ...(told ? [told] : [])];
};

const trimmed = (response: unknown): unknown => {
  const text = JSON.stringify(response) ?? '';
  return text.length <= longestResponse ? response : `${text.slice(0, longestResponse)}… (cut: ${text.length} characters; ask for less)`;
};

/** What a write really did: counts, one row a target, the response if there is one. */
export const controlReply = (results: readonly CallResult[], moment: Moment): Record<string, unknown> => {
  const outcomes = results.flatMap((result) => result.targets).sort((a, b) => order[a.ending] - order[b.ending]);
  const count = (ending: Ending): number => outcomes.filter((outcome) => outcome.ending === ending).length;
  const responses = results.flatMap((result) => (result.response === undefined ? [] : [trimmed(result.response)]));
  const response = responses.length === 1 ? responses[0] : responses;
  const telling = outcomes.length > maxRows ? outcomes.filter(({ ending }) => ending !== 'unchanged') : outcomes;
  const shown = telling.slice(0, maxRows);
  const extra: Record<string, unknown> = {};
  for (const ending of ['pending', 'unverified', 'unavailable', 'unknown'] as const) if (count(ending) > 0) extra[ending] = count(ending);
  if (outcomes.length === 0)
    return responses.length > 0
      ? { sent: true, response }
      : { sent: true, verified: false, note: 'accepted; no state tells whether it was delivered' };
  return {
    done: count('done'),
    unchanged: count('unchanged'),
    failed: count('failed'),
    ...extra,
    rows: shown.map((outcome) => row(outcome, moment)),
    ...(outcomes.length > shown.length ? { more: `${outcomes.length - shown.length} more rows, none worse than these` } : {}),
    ...(responses.length > 0 ? { response } : {}),
    ...(count('unknown') > 0 ? { next: 'Read the unknown ones with ha_get before you repeat anything.' } : {}),
  };
};
