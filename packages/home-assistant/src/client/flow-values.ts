import { type InputIssue, nearMisses, refuse, type Secrets, type ToolError } from '@switchyard-mcp/core';
import { isRecord, textOf, toRecord } from '@switchyard-mcp/core/json';
import type { FlowField, FlowStep } from '../domain/flow-operations.ts';
import { isSecretName, secretsIn } from '../domain/secret-names.ts';
import { shownValue } from './flow-step.ts';
import { cleanMessage } from './map-error.ts';
import { type RawField, rawStepOf } from './raw-flow-step.ts';

type Raw = Readonly<Record<string, unknown>>;

/**
 * Registers every secret among typed values, by what the form says and by its name.
 * @throws ToolError invalid_input when the values are nested too deep to be looked through.
 */
export const keepSecrets = (values: Raw, fields: readonly FlowField[], secrets: Secrets): void => {
  const secret = new Set(fields.filter((field) => field.secret).map((field) => field.name.split('.').pop() ?? ''));
  const isSecret = (name: string): boolean => {
    const last = name.split('.').pop() ?? name;
    return secret.has(last) || isSecretName(last);
  };
  for (const text of secretsIn(values, isSecret)) secrets.keep(text);
};

/** "section.field" and {section: {field}} are the same. */
const flat = (values: Raw, sections: ReadonlySet<string>): ReadonlyMap<string, unknown> => {
  const map = new Map<string, unknown>();
  for (const [name, value] of Object.entries(values)) {
    if (sections.has(name) && isRecord(value)) for (const [inner, item] of Object.entries(value)) map.set(`${name}.${inner}`, item);
    else map.set(name, value);
  }
  return map;
};

const invalidValues = (step: FlowStep, issues: readonly InputIssue[], what = 'The values do not fit the form'): ToolError =>
  refuse('invalid_input', `${what}; the flow stays at step ${step.stepId}.`, {
    issues,
    next: ['Call op="submit" again with the same flow_id and corrected values.'],
  });

const issuesIn = (step: FlowStep, given: ReadonlyMap<string, unknown>): readonly InputIssue[] => {
  const names = step.fields.map((field) => field.name);
  const strange = [...given.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: name.slice(0, 60),
      got: 'a field that this form does not have',
      expected: nearMisses(name, names, 1)[0] ?? (names.join(', ') || 'no values at all: {}'),
    }));
  const missing = step.fields
    .filter((field) => field.required && !field.secret && field.value === undefined && given.get(field.name) === undefined)
    .map((field) => ({ path: field.name, got: 'nothing', expected: field.type }));
  return [...strange, ...missing];
};

/** The present value is sent again, as a person's browser does, or a field left out would be cleared. */
const filled = (fields: readonly RawField[], given: ReadonlyMap<string, unknown>, section?: string): Raw => {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const { name } = field;
    if (field.fields) {
      body[name] = filled(field.fields, given, name);
      continue;
    }
    const key = section === undefined ? name : `${section}.${name}`;
    const value = given.has(key) ? given.get(key) : shownValue(field);
    if (value !== null && value !== undefined) body[name] = value;
  }
  return body;
};

/** What is sent for a step. @throws ToolError with every field that is missing or unknown; nothing was sent then. */
export const answersFor = (step: FlowStep, raw: Raw, values: Raw): Raw => {
  if (step.type === 'menu') {
    const choice = textOf(values, 'next_step_id');
    const ids = step.menu.map((item) => item.split(' (')[0] ?? item);
    if (choice !== undefined && ids.includes(choice)) return { next_step_id: choice };
    const got = choice === undefined ? 'nothing' : JSON.stringify(choice).slice(0, 60);
    throw invalidValues(step, [{ path: 'next_step_id', got, expected: `one of ${ids.join(', ')}` }], 'The menu has no such choice');
  }
  if (step.type !== 'form')
    throw refuse('invalid_input', `The flow is at a step of type ${step.type}, which takes no values.`, {
      next: ['op="read" with this flow_id tells how it stands.'],
    });
  const { fields } = rawStepOf(raw);
  const sections = new Set(fields.flatMap((field) => (field.fields ? [field.name] : [])));
  const given = flat(values, sections);
  const issues = issuesIn(step, given);
  if (issues.length > 0) throw invalidValues(step, issues);
  return filled(fields, given);
};

/** Home Assistant checked the values against its schema and did not take them. */
export const refusedValues = (body: unknown, step: FlowStep): ToolError => {
  const errors = toRecord(toRecord(body)['errors']);
  const issues = Object.entries(errors).flatMap(([field, texts]) =>
    [texts].flat().map((text) => ({ path: field, got: 'a value it does not take', expected: cleanMessage(String(text)) })),
  );
  if (issues.length > 0) return invalidValues(step, issues);
  const message = isRecord(body) ? textOf(body, 'message') : undefined;
  return invalidValues(step, [
    { path: 'values', got: 'refused', expected: message === undefined ? 'other values' : cleanMessage(message) },
  ]);
};
