import type { Body } from '../domain/body.ts';
import type { Home } from '../domain/model.ts';
import type { StepEnding, StepOutcome } from '../domain/organize-apply.ts';
import type { Step } from '../domain/organize-plan.ts';
import type { RegistryEntry, RegistryRef } from '../domain/registry-operations.ts';

/** Rows that a reply shows in full; what went wrong comes first. */
const maxRows = 8;
const order: Readonly<Record<StepEnding, number>> = { unknown: 0, failed: 1, not_sent: 2, done: 3, unchanged: 4 };

/** What is needed to say ids in people's words. */
export interface Words {
  readonly home: Home;
  readonly categories: readonly RegistryEntry[];
}

const nothing = '–';
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const named = (id: unknown, places: ReadonlyMap<string, { readonly name: string }>): string =>
  typeof id === 'string'
    ? (places.get(id)?.name ?? id)
    : typeof id === 'object' && id !== null && 'pending' in id
      ? (String(id.pending).split('/').at(-1) ?? '')
      : nothing;
const joined = (values: readonly unknown[]): string => values.filter((value) => value !== null).join(', ') || nothing;

/** One field in words: ["area", "Kitchen"]. */
const fieldWords = (field: string, value: unknown, { home, categories }: Words): string => {
  switch (field) {
    case 'area_id':
      return `area ${named(value, home.areas)}`;
    case 'floor_id':
      return `floor ${named(value, home.floors)}`;
    case 'labels':
      return `labels ${joined(asList(value).map((id) => named(id, home.labels)))}`;
    case 'aliases':
      return `aliases ${joined(asList(value))}`;
    case 'disabled_by':
      return value ? 'disabled' : 'enabled';
    case 'hidden_by':
      return value ? 'hidden' : 'shown';
    case 'exposed':
      return `exposed to ${joined(asList(value))}`;
    case 'categories': {
      const ids = Object.values((value as Body | undefined) ?? {});
      const names = new Map(categories.map(({ key, fields }) => [key, { name: String(fields['name']) }]));
      return `category ${joined(ids.map((id) => named(id, names)))}`;
    }
    case 'name_by_user':
      return `name ${value ?? nothing}`;
    case 'entity_id':
      return String(value);
    default:
      return `${field.replace(/_/g, ' ')} ${value ?? nothing}`;
  }
};

/** Those fields of a body that a step is about. */
export const bodyWords = (body: Body, fields: readonly string[], words: Words): string =>
  fields.map((field) => fieldWords(field, body[field], words)).join('; ');

export const addressWords = ({ kind, id }: RegistryRef, { home }: Words): string => {
  if (kind === 'entity') return id;
  return kind === 'device' ? `device:${home.devices.get(id)?.name ?? id}` : `${kind}:${id}`;
};

/** [id, before, after] of a step that was not sent yet. */
export const plannedRow = (step: Step, words: Words): readonly string[] => {
  const fields = Object.keys(step.fields);
  const id = addressWords(step.ref, words);
  if (step.op === 'create') return [id, 'absent', bodyWords(step.fields, fields, words)];
  if (step.op === 'remove') return [id, String(step.before['name'] ?? step.before['name_by_user'] ?? 'there'), 'removed'];
  if (step.op === 'exists' || fields.length === 0) return [id, 'as asked', 'unchanged'];
  return [id, bodyWords(step.before, fields, words), bodyWords({ ...step.before, ...step.fields }, fields, words)];
};

const row = (outcome: StepOutcome, words: Words): readonly string[] => {
  const { step, ending, ref, after, note } = outcome;
  const fields = Object.keys(step.fields);
  const cells = (): readonly string[] => {
    if (ending === 'unchanged') return [bodyWords(after, fields, words) || 'as asked', 'unchanged'];
    const before = plannedRow(step, words)[1] ?? '';
    if (ending === 'unknown') return [before, 'unknown'];
    if (ending !== 'done') return [before, before];
    if (step.op === 'remove') return [before, 'removed'];
    return [before, bodyWords(after, fields, words)];
  };
  return [addressWords(ref, words), ...cells(), ...(note === undefined ? [] : [note])];
};

/** What was really changed: counts, one row an entry, and the change by which ha_undo takes back all of this call. */
export const organizeReply = (
  outcomes: readonly StepOutcome[],
  words: Words,
  { undo, first = [] }: { readonly undo?: string | undefined; readonly first?: readonly (readonly string[])[] },
): Record<string, unknown> => {
  const sorted = [...outcomes].sort((a, b) => order[a.ending] - order[b.ending]);
  const count = (ending: StepEnding): number => outcomes.filter((outcome) => outcome.ending === ending).length;
  const rows = [...first, ...sorted.map((outcome) => row(outcome, words))];
  const shown = rows.slice(0, Math.max(maxRows, first.length));
  const extra: Record<string, number> = {};
  for (const ending of ['unknown', 'not_sent'] as const) if (count(ending) > 0) extra[ending] = count(ending);
  const changed = count('done') + first.length;
  const back = undo ?? outcomes.find(({ changeId }) => changeId !== undefined)?.changeId;
  return {
    done: changed,
    unchanged: count('unchanged'),
    failed: count('failed'),
    ...extra,
    rows: shown,
    ...(rows.length > shown.length ? { more: `${rows.length - shown.length} more rows, none worse than these` } : {}),
    ...(back === undefined ? {} : { undo: back }),
  };
};
