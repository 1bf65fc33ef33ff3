import { renderTemplate } from '../template/render.ts';
import { TemplateError } from '../template/values.ts';
import type { Home } from './home.ts';
import type { Trace } from './trace.ts';
import { isJson, type Json, toList } from './types.ts';

/** A condition that cannot be evaluated; Core logs it and goes on as if it were false. */
export class ConditionError extends Error {}

export interface ConditionRun {
  readonly home: Home;
  readonly variables: Json;
  readonly trace?: Trace | undefined;
}

const GROUPS: Readonly<Record<string, (parts: readonly boolean[]) => boolean>> = {
  and: (parts) => parts.every(Boolean),
  or: (parts) => parts.some(Boolean),
  not: (parts) => !parts.some(Boolean),
};

/** Evaluates a condition, leaving in the trace what Core leaves. Switched-off ones are undefined. */
export function checkCondition(run: ConditionRun, condition: unknown, path: string): boolean | undefined {
  const given: Json =
    typeof condition === 'string' ? { condition: 'template', value_template: condition } : isJson(condition) ? condition : {};
  if (given['enabled'] === false) return undefined;
  const step = run.trace?.visit(path) ?? {};
  try {
    const result = evaluate(run, given, path, step);
    step['result'] ??= { result };
    return result;
  } catch (error) {
    if (error instanceof ConditionError) step['error'] = error.message;
    throw error;
  }
}

function evaluate(run: ConditionRun, condition: Json, path: string, step: Json): boolean {
  const kind = String(condition['condition'] ?? ['and', 'or', 'not'].find((word) => condition[word] !== undefined) ?? '');
  const group = GROUPS[kind];
  if (group) {
    const parts = [condition['conditions'] ?? condition[kind] ?? []].flat();
    return group(parts.map((part, index) => checkCondition(run, part, `${path}/conditions/${index}`) ?? true));
  }
  if (kind === 'template') return checkTemplate(run, String(condition['value_template']), step);
  if (kind === 'trigger')
    return isJson(run.variables['trigger']) && toList(condition['id']).includes(String(run.variables['trigger']['id']));
  if (kind === 'state') return eachEntity(condition, 'state', path, (id, at) => checkState(run, condition, id, at));
  if (kind === 'numeric_state') return eachEntity(condition, 'numeric_state', path, (id, at) => checkNumber(run, condition, id, at));
  // Times, sun, zones and devices are not simulated: they hold.
  return true;
}

function checkTemplate({ home, variables }: ConditionRun, template: string, step: Json): boolean {
  try {
    const { native, text, listeners } = renderTemplate(home, template, variables);
    const result = native === true || /^(true|yes|on|enable|1)$/i.test(text);
    step['result'] = { result, entities: listeners.entities };
    return result;
  } catch (error) {
    if (error instanceof TemplateError) throw new ConditionError(`In 'template' condition: ${error.message}`);
    throw error;
  }
}

function eachEntity(condition: Json, kind: string, path: string, check: (id: string, path: string) => boolean): boolean {
  try {
    return toList(condition['entity_id']).every((id, index) => check(id, `${path}/entity_id/${index}`));
  } catch (error) {
    if (error instanceof ConditionError) throw new ConditionError(`In '${kind}':\n  ${error.message}`);
    throw error;
  }
}

function fail(step: Json, kind: string, what: string): never {
  const message = `In '${kind}' condition: ${what}`;
  step['error'] = message;
  throw new ConditionError(message);
}

function checkState({ home, trace }: ConditionRun, condition: Json, entityId: string, path: string): boolean {
  const step = trace?.visit(path) ?? {};
  const state = home.states.get(entityId)?.state ?? fail(step, 'state', `unknown entity ${entityId}`);
  const wanted = toList(condition['state']);
  const result = wanted.includes(state);
  step['result'] = { result, state, wanted_state: wanted.find((one) => one === state) ?? wanted.at(-1) };
  return result;
}

function checkNumber({ home, trace }: ConditionRun, condition: Json, entityId: string, path: string): boolean {
  const step = trace?.visit(path) ?? {};
  const known = home.states.get(entityId) ?? fail(step, 'numeric_state', `unknown entity ${entityId}`);
  const attribute = condition['attribute'];
  const raw = typeof attribute === 'string' ? known.attributes[attribute] : known.state;
  const value = Number(raw);
  if (Number.isNaN(value)) fail(step, 'numeric_state', `entity ${entityId} state '${String(raw)}' cannot be processed as a number`);
  const { above, below } = condition;
  const tooLow = above !== undefined && !(value > Number(above));
  const tooHigh = below !== undefined && !(value < Number(below));
  step['result'] = {
    result: !tooLow && !tooHigh,
    state: value,
    ...(tooLow ? { wanted_state_above: above } : {}),
    ...(tooHigh ? { wanted_state_below: below } : {}),
  };
  return !tooLow && !tooHigh;
}
