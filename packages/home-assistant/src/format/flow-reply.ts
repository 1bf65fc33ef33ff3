import { table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { ConfigEntry, FlowField, FlowResult, FlowStep } from '../domain/flow-operations.ts';
import { notReadBackNote } from '../domain/read-back.ts';

/** Lists of units and time zones have hundreds. */
const mostOptions = 25;
const longestValue = 120;
const longestText = 300;

const fieldColumns = ['field', 'type', 'required', 'now', 'options', 'about'] as const;

const maybe = z.string().optional();
const stepFields = { flow_id: z.string(), integration: z.string(), step: z.string(), says: maybe };
const errors = z.record(z.string(), z.string()).optional();

/** What a flow answers: an open step (form, menu, address, progress) or its end. */
export const flowOutputs = () =>
  [
    z.strictObject({ ...stepFields, errors, next: z.string() }),
    z.strictObject({ ...stepFields, errors, ...tableFields(fieldColumns) }),
    z.strictObject({ ...stepFields, menu: z.array(z.string()), next: z.string() }),
    z.strictObject({ ...stepFields, open: maybe, next: z.string() }),
    z.strictObject({ ...stepFields, doing: z.string(), next: z.string() }),
    z.strictObject({
      done: z.literal(true),
      verified: z.boolean(),
      ended: maybe,
      integration: maybe,
      entry: z.array(z.string()).length(4).optional(),
      entities: z.array(z.string()).optional(),
      entities_total: z.number().optional(),
      parts: z.array(z.array(z.string()).length(3)).optional(),
      note: maybe,
    }),
  ] as const;

const short = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

const optionsText = (options: readonly string[] | undefined): string => {
  if (!options) return '';
  const more = options.length - mostOptions;
  return `${options.slice(0, mostOptions).join(' | ')}${more > 0 ? ` | … ${more} more` : ''}`;
};

const valueText = (value: unknown): unknown => {
  if (value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return short(typeof value === 'string' ? value : JSON.stringify(value), longestValue);
};

const fieldRow = (field: FlowField): readonly unknown[] => [
  field.name,
  field.secret ? `${field.type} (secret)` : field.type,
  field.required ? 'yes' : '',
  valueText(field.value),
  optionsText(field.options) || (field.limits ?? ''),
  short(field.about ?? '', longestValue),
];

/** One config entry in a row: id, title, state, note. */
export const entryWords = (entry: ConfigEntry): string =>
  [entry.disabled ? 'disabled' : entry.state, short(entry.reason ?? '', longestValue)].filter(Boolean).join(': ');

/** An open step: what is asked, and what a person must do where a model cannot. */
export const stepReply = (step: FlowStep): Record<string, unknown> => {
  const text = step.text === undefined ? {} : { says: short(step.text, longestText) };
  const base = { flow_id: step.flowId, integration: step.domain, step: step.stepId, ...text };
  const errors = Object.keys(step.errors).length > 0 ? { errors: step.errors } : {};
  switch (step.type) {
    case 'form': {
      if (step.fields.length === 0) return { ...base, ...errors, next: 'submit with values={} to go on' };
      return { ...base, ...errors, ...table(fieldColumns, step.fields.map(fieldRow)) };
    }
    case 'menu':
      return { ...base, menu: step.menu, next: 'submit with values={"next_step_id":…}' };
    case 'external':
      return { ...base, open: step.url, next: 'A person opens this address and signs in; then op="read" with this flow_id' };
    case 'progress':
      return {
        ...base,
        doing: step.action ?? 'working',
        next: 'It works, or waits for the person; op="read" with this flow_id tells when it goes on',
      };
    default:
      return { ...base, ended: step.reason ?? step.type };
  }
};

/** Enough to go on with; the rest is one read away. */
const mostEntities = 8;

const unseenWords = ({ kind, issueListed }: FlowResult): string => {
  if (kind !== 'repair') return 'accepted, but the entry was not changed by it';
  return issueListed ? 'the issue is still listed' : 'which issue this flow was for is not known here; op="list" shows what is left';
};

const notesOf = (result: FlowResult): string => {
  const { entry, verified } = result;
  const state = entry && !entry.disabled && entry.state !== 'loaded' ? `the entry is not loaded but ${entryWords(entry)}` : '';
  return [verified ? '' : unseenWords(result), state].filter(Boolean).join('; ');
};

/** Of a finished flow of which nothing more can be read. */
export const unreadReply = (step: FlowStep): Record<string, unknown> => ({
  done: true,
  verified: false,
  ...(step.reason === undefined ? {} : { ended: step.reason }),
  integration: step.domain,
  note: `${notReadBackNote}; ha_integration op="list" shows it later`,
});

/** What a finished flow left behind, as read back. */
export const resultReply = (step: FlowStep, result: FlowResult): Record<string, unknown> => {
  const { kind, entry, entityIds = [], subentries } = result;
  const note = notesOf(result);
  return {
    done: true,
    verified: result.verified,
    ...(step.reason === undefined ? {} : { ended: step.reason }),
    ...(entry ? { entry: [entry.domain, entry.entryId, entry.title, entryWords(entry)] } : {}),
    ...(kind === 'config' ? { entities: entityIds.slice(0, mostEntities) } : {}),
    ...(entityIds.length > mostEntities ? { entities_total: entityIds.length } : {}),
    ...(subentries ? { parts: subentries.map((part) => [part.subentryId, part.type, part.title]) } : {}),
    ...(note ? { note } : {}),
  };
};
