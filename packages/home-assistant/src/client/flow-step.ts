import { isRecord, recordsIn, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { FlowField, FlowStep } from '../domain/flow-operations.ts';
import { isSecretName } from '../domain/secret-names.ts';
import { type RawField, type RawStep, rawStepOf } from './raw-flow-step.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Texts of an integration by the end of their key: "step.user.description". */
export type TextOf = (key: string) => string | undefined;

const numbersOf = (raw: Raw, min: string, max: string): string | undefined => {
  const [from, to] = [raw[min], raw[max]];
  if (from === undefined && to === undefined) return undefined;
  return `${from ?? ''}–${to ?? ''}`;
};

/** ["a", "b"], [["a","A"]], [{value,label}] and {a: "A"} are all in use. */
const optionsOf = (raw: unknown): readonly string[] | undefined => {
  const list = isRecord(raw) ? Object.entries(raw) : raw;
  if (!Array.isArray(list)) return undefined;
  return list.map((item: unknown) => {
    if (isRecord(item)) return labelled(item['value'], item['label']);
    return Array.isArray(item) ? labelled(item[0], item[1]) : String(item);
  });
};

const labelled = (value: unknown, label: unknown): string => {
  const [text, name] = [String(value), typeof label === 'string' ? label : ''];
  return name === '' || name.toLowerCase() === text.toLowerCase() ? text : `${text} (${name})`;
};

const selectorLimits = (kind: string, settings: Raw): string | undefined => {
  if (kind === 'number') return numbersOf(settings, 'min', 'max');
  const filters = [settings, ...recordsIn(settings['filter']), ...recordsIn([settings['filter']])];
  const domains = filters.flatMap((filter) => [textOf(filter, 'domain') ?? [], textsOf(filter, 'domain')].flat());
  return domains.length === 0 ? undefined : [...new Set(domains)].join(', ');
};

interface Kind {
  readonly type: string;
  readonly options?: readonly string[] | undefined;
  readonly limits?: string | undefined;
  readonly secret?: boolean;
}

const plainTypes: Readonly<Record<string, string>> = { string: 'text', integer: 'integer', float: 'number' };

const kindOf = (raw: Raw): Kind => {
  const [kind] = isRecord(raw['selector']) ? Object.keys(raw['selector']) : [];
  if (kind !== undefined && isRecord(raw['selector'])) {
    const value = raw['selector'][kind];
    const settings = toRecord(value);
    const type = settings['multiple'] === true ? `${kind}[]` : kind;
    return {
      type,
      options: optionsOf(settings['options']),
      limits: selectorLimits(kind, settings),
      secret: settings['type'] === 'password',
    };
  }
  const type = textOf(raw, 'type') ?? 'any';
  const limits = numbersOf(raw, 'valueMin', 'valueMax') ?? numbersOf(raw, 'lengthMin', 'lengthMax');
  if (type === 'multi_select') return { type: 'select[]', options: optionsOf(raw['options']) };
  return { type: plainTypes[type] ?? type, options: optionsOf(raw['options']), limits };
};

/** What is there now, else the default; the same order as in the form that a person would see. */
export const shownValue = (field: RawField): unknown => field.suggested ?? field.default;

const toField = (field: RawField, name: string, about: string | undefined): FlowField => {
  const { type, options, limits, secret = false } = kindOf(field.raw);
  const hidden = secret || isSecretName(name.split('.').pop() ?? name);
  const value = shownValue(field);
  return {
    name,
    type,
    required: field.required,
    secret: hidden,
    ...(value === undefined || value === null || hidden ? {} : { value }),
    ...(options === undefined ? {} : { options }),
    ...(limits === undefined ? {} : { limits }),
    ...(about === undefined ? {} : { about }),
  };
};

const toFields = (fields: readonly RawField[], stepKey: string, texts: TextOf, section?: string): readonly FlowField[] =>
  fields.flatMap((field) => {
    if (field.fields) return toFields(field.fields, `${stepKey}.sections.${field.name}`, texts, field.name);
    const name = section === undefined ? field.name : `${section}.${field.name}`;
    return [toField(field, name, texts(`${stepKey}.data_description.${field.name}`))];
  });

const filled = (text: string | undefined, placeholders: unknown): string | undefined => {
  if (text === undefined || !isRecord(placeholders)) return text;
  return text.replace(/\{(\w+)\}/g, (all, name: string) => (typeof placeholders[name] === 'string' ? placeholders[name] : all));
};

const finishedTypes: Readonly<Record<string, FlowStep['type']>> = {
  form: 'form',
  menu: 'menu',
  external: 'external',
  progress: 'progress',
  create_entry: 'finished',
  abort: 'aborted',
};

/** A new sign-in and new settings end as an "abort" whose reason says that all went well. */
const typeOf = ({ reason = '', type }: RawStep): FlowStep['type'] =>
  /_successful$/.test(reason) ? 'finished' : (finishedTypes[type] ?? 'progress');

const errorsOf = (raw: unknown, texts: TextOf): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(toRecord(raw)).map(([field, key]) => {
      const text = texts(`error.${String(key)}`);
      return [field, text === undefined ? String(key) : `${String(key)}: ${text}`];
    }),
  );

/** Reads a step as Home Assistant sends it. */
export const toStep = (raw: Raw, domain: string, texts: TextOf): FlowStep => {
  const step = rawStepOf(raw);
  const { flowId, stepId, reason } = step;
  const key = `step.${stepId}`;
  const type = typeOf(step);
  const said = type === 'aborted' ? [texts(`abort.${reason ?? ''}`)] : [texts(`${key}.title`), texts(`${key}.description`)];
  const text = said.flatMap((part) => filled(part, raw['description_placeholders']) ?? []).join('. ');
  const url = textOf(raw, 'url');
  const action = textOf(raw, 'progress_action');
  return {
    flowId,
    type,
    stepId,
    domain,
    fields: type === 'form' ? toFields(step.fields, key, texts) : [],
    errors: errorsOf(raw['errors'], texts),
    menu: type === 'menu' ? (optionsOf(raw['menu_options']) ?? []) : [],
    ...(text === '' ? {} : { text }),
    ...(url === undefined ? {} : { url }),
    ...(action === undefined ? {} : { action }),
    ...(reason === undefined ? {} : { reason }),
  };
};
