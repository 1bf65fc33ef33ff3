import { type InputIssue, refuse, type ToolError } from '@switchyard-mcp/core';
import type { Body } from '../../domain/body.ts';
import { type RawField, type RawStep, rawStepOf } from '../raw-flow-step.ts';
import { type Access, bodyOf, refusedBody } from './object-store.ts';

/** Which flow: a config flow makes an entry, an options flow changes one. */
export type FlowKind = 'flow' | 'options/flow';

/** One step, as Home Assistant asks it. */
export type FlowStep = RawStep;
export type FlowField = RawField;

const pathOf = (kind: FlowKind): readonly string[] => ['config_entries', ...kind.split('/')];

const unusable = (what: string, why?: string): ToolError =>
  refuse('unsupported', `${what}.`, { ...(why === undefined ? {} : { why }), next: ['ha_integration leads through flows step by step.'] });

/** Begins a flow. A flow that is begun is to be ended: see endFlow. */
export const startFlow = async (kind: FlowKind, handler: string, { rest, signal }: Access): Promise<FlowStep> => {
  const doing = `Opening the form of ${handler}`;
  const answer = await rest.config({
    method: 'POST',
    path: pathOf(kind),
    body: { handler, ...(kind === 'flow' ? { show_advanced_options: true } : {}) },
    write: false,
    doing,
    signal,
  });
  const raw = answer.status === 200 ? bodyOf(answer.body) : undefined;
  if (raw) return rawStepOf(raw);
  throw unusable(`Home Assistant has no form for ${handler.slice(0, 60)}`, answer.message);
};

const errorTexts = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

/** The field errors of a step that was refused. */
const issuesOf = (errors: Body, body: Body): readonly InputIssue[] =>
  Object.entries(errors).flatMap(([field, reasons]) =>
    errorTexts(reasons).map((reason) => ({
      path: field === 'base' ? '' : `/${field}`,
      got: JSON.stringify(field === 'base' ? body : body[field])?.slice(0, 80) ?? 'nothing',
      expected: `what Home Assistant takes; it says: ${reason.replace(/ ?(?:@ data\[| at ').*$/, '').slice(0, 150)}`,
    })),
  );

/** What a body of this form may hold. */
const fieldsHint = (fields: readonly FlowField[]): string => {
  const names = fields.slice(0, 30).map(({ name, required }) => `${name}${required ? '*' : ''}`);
  return `its fields are ${names.join(', ')} (* needed); correct the body and call again.`;
};

/** Answers a step. @throws ToolError invalid_input with the fields that were refused. */
export const answerStep = async (kind: FlowKind, step: FlowStep, body: Body, access: Access): Promise<FlowStep> => {
  const answer = await access.rest.config({
    method: 'POST',
    path: [...pathOf(kind), step.flowId],
    body,
    doing: 'Sending the form',
    signal: access.signal,
  });
  const raw = bodyOf(answer.body) ?? {};
  const errors = bodyOf(raw['errors']);
  if (errors && Object.keys(errors).length > 0) throw refusedBody('helper', issuesOf(errors, body), fieldsHint(step.fields));
  if (answer.status === 200) return rawStepOf(raw);
  throw unusable('Home Assistant refused the form', answer.message);
};

/** Gives a flow up; one that is over already is none of our business. */
export const endFlow = async (kind: FlowKind, flowId: string, { rest, signal }: Access): Promise<void> => {
  if (flowId === '') return;
  await rest
    .config({ method: 'DELETE', path: [...pathOf(kind), flowId], write: false, doing: 'Closing a form', signal })
    .catch(() => undefined);
};

/** Of a body, what a step asks for. */
export const askedOf = (fields: readonly FlowField[], body: Body): Body =>
  Object.fromEntries(fields.flatMap(({ name }) => (body[name] === undefined ? [] : [[name, body[name]]])));

/** What the fields of a step hold now. */
export const valuesOf = (fields: readonly FlowField[]): Body =>
  Object.fromEntries(
    fields.flatMap(({ name, suggested, fields: inner }) => {
      // Null is how an empty field looks; sent back it would be refused.
      if (inner === undefined) return suggested === undefined || suggested === null ? [] : [[name, suggested]];
      const values = valuesOf(inner);
      return Object.keys(values).length === 0 ? [] : [[name, values]];
    }),
  );
