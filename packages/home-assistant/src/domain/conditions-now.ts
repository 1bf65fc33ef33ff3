import { isToolError } from '@switchyard-mcp/core';
import { isRecord, toRecord } from '@switchyard-mcp/core/json';
import { conditionKind, innerConditions, textsIn } from './automation-body.ts';
import { isTemplate } from './is-template.ts';
import type { Home } from './model.ts';
import type { HomeOperations } from './operations.ts';
import { entitiesInTemplate } from './required-references.ts';

/** `off`: switched off, so it holds nothing up. `unknown`: it cannot be told now. */
export type Verdict = 'true' | 'false' | 'error' | 'unknown' | 'off';

/** One condition as it is at this moment. */
export interface ConditionNow {
  /** As in traces: condition/0/conditions/1. */
  readonly path: string;
  readonly condition: unknown;
  readonly verdict: Verdict;
  /** The values that decide, or why it cannot be told. */
  readonly seen: string;
}

type Raw = Readonly<Record<string, unknown>>;

export interface ConditionContext {
  readonly operations: HomeOperations;
  readonly home: Home;
  /** The automation's own variables, as far as they are plain values. */
  readonly variables: Raw;
  readonly signal: AbortSignal;
}

/** More would take longer than a person waits. */
const mostConditions = 40;
const truthy = new Set(['true', 'yes', 'on', 'enable', '1']);

/** What Core takes for true in a rendered template. */
const isTrue = (result: unknown): boolean => {
  if (typeof result === 'boolean') return result;
  if (typeof result === 'number') return result !== 0;
  const text = String(result).trim().toLowerCase();
  return truthy.has(text) || (text !== '' && Number.isFinite(Number(text)) && Number(text) !== 0);
};

const stateOf = (home: Home, entityId: string, attribute: unknown): string => {
  const state = home.entities.get(entityId)?.state;
  if (state === undefined) return 'without a state';
  const value = typeof attribute === 'string' ? state.attributes[attribute] : state.state;
  return String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 40);
};

const valuesOf = (home: Home, entityIds: readonly string[], attribute?: unknown): string => {
  const shown = entityIds.slice(0, 3).map((id) => `${entityIds.length > 1 ? `${id} ` : ''}is ${stateOf(home, id, attribute)}`);
  return shown.join('; ');
};

const why = (error: unknown): Pick<ConditionNow, 'verdict' | 'seen'> => {
  if (!isToolError(error)) throw error;
  const { code, what, why: reason } = error.fields;
  if (code === 'permission_denied') return { verdict: 'unknown', seen: reason ?? what };
  if (code === 'timeout') return { verdict: 'error', seen: 'Home Assistant gives no answer: evaluating it fails' };
  if (code !== 'invalid_input' && code !== 'upstream_error' && code !== 'not_found') throw error;
  return { verdict: 'error', seen: reason ?? what };
};

const templateNow = async (
  text: string,
  { operations, home, variables, signal }: ConditionContext,
): Promise<Pick<ConditionNow, 'verdict' | 'seen'>> => {
  if (/\b(?:trigger|this)\b/.test(text)) return { verdict: 'unknown', seen: 'depends on the trigger' };
  try {
    const result = await operations.renderTemplate(text, variables, signal);
    const read = entitiesInTemplate(text).filter((id) => home.entities.has(id));
    const values = read.slice(0, 3).map((id) => `${id} is ${stateOf(home, id, undefined)}`);
    return { verdict: isTrue(result) ? 'true' : 'false', seen: values.join('; ') };
  } catch (error) {
    return why(error);
  }
};

/** Errors that Core would answer with silence. */
const plainError = (home: Home, condition: Raw, kind: string): string | undefined => {
  const ids = kind === 'state' || kind === 'numeric_state' || kind === 'zone' ? textsIn(condition['entity_id']) : [];
  const missing = ids.find((id) => id.includes('.') && !home.entities.has(id));
  if (missing !== undefined) return `${missing} does not exist`;
  if (kind !== 'numeric_state' || condition['value_template'] !== undefined) return undefined;
  const text = ids.find((id) => Number.isNaN(Number(stateOf(home, id, condition['attribute']))));
  return text === undefined ? undefined : `${text} is "${stateOf(home, text, condition['attribute'])}", which is not a number`;
};

const leafNow = async (condition: unknown, context: ConditionContext): Promise<Pick<ConditionNow, 'verdict' | 'seen'>> => {
  const { operations, home, signal } = context;
  if (typeof condition === 'string') return templateNow(condition, context);
  if (!isRecord(condition)) return { verdict: 'unknown', seen: 'not understood' };
  const kind = conditionKind(condition);
  const text = condition['value_template'];
  if (kind === 'template' && typeof text === 'string') return templateNow(text, context);
  if (kind === 'trigger') return { verdict: 'unknown', seen: 'depends on the trigger' };
  const error = plainError(home, condition, kind);
  if (error !== undefined) return { verdict: 'error', seen: error };
  try {
    const holds = await operations.insight.testCondition(condition, signal);
    return { verdict: holds ? 'true' : 'false', seen: valuesOf(home, textsIn(condition['entity_id']), condition['attribute']) };
  } catch (failure) {
    return why(failure);
  }
};

const groups: Readonly<Record<string, (verdicts: readonly Verdict[]) => Verdict>> = {
  and: (verdicts) => (verdicts.includes('false') ? 'false' : (verdicts.find((one) => one === 'error' || one === 'unknown') ?? 'true')),
  or: (verdicts) => (verdicts.includes('true') ? 'true' : (verdicts.find((one) => one === 'error' || one === 'unknown') ?? 'false')),
  not: (verdicts) => (verdicts.includes('true') ? 'false' : (verdicts.find((one) => one === 'error' || one === 'unknown') ?? 'true')),
};

const oneNow = async (condition: unknown, path: string, context: ConditionContext): Promise<readonly ConditionNow[]> => {
  if (isRecord(condition) && condition['enabled'] === false) return [{ path, condition, verdict: 'off', seen: '' }];
  if (isRecord(condition) && isTemplate(condition['enabled']))
    return [{ path, condition, verdict: 'unknown', seen: 'a template switches it on or off' }];
  const group = groups[conditionKind(condition)];
  if (group === undefined || !isRecord(condition)) return [{ path, condition, ...(await leafNow(condition, context)) }];
  const inner = await conditionsNow(innerConditions(condition), `${path}/conditions`, context);
  const direct = inner.filter((one) => one.path.split('/').length === path.split('/').length + 2).filter((one) => one.verdict !== 'off');
  return [{ path, condition, verdict: group(direct.map((one) => one.verdict)), seen: '' }, ...inner];
};

/** Evaluates conditions at this moment, each with what decides it; those inside of and, or, not as well. */
export const conditionsNow = async (
  conditions: readonly unknown[],
  path: string,
  context: ConditionContext,
): Promise<readonly ConditionNow[]> => {
  const all = await Promise.all(
    conditions.slice(0, mostConditions).map((condition, index) => oneNow(condition, `${path}/${index}`, context)),
  );
  return all.flat();
};

/** The variables of a body that need no rendering. */
export const plainVariables = (body: Raw): Raw => {
  const variables = toRecord(body['variables']);
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => !/\{\{|\{%/.test(JSON.stringify(value) ?? '')));
};
