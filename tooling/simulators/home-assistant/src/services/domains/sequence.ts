import { ConditionError, checkCondition } from '../../home/conditions.ts';
import { newUlid } from '../../home/identifiers.ts';
import { keepTrace, type Trace } from '../../home/trace.ts';
import { type Context, isJson, type Json, toList } from '../../home/types.ts';
import { renderTemplate } from '../../template/render.ts';
import { TemplateError } from '../../template/values.ts';
import type { ServiceCall } from '../service-call.ts';
import { ServiceError } from '../service-error.ts';

/** A sequence that ends before its last step, as a false condition or a stop make it. */
class Ended extends Error {}

/** One run of an automation or script. */
export interface SequenceRun {
  readonly call: ServiceCall;
  readonly domain: 'automation' | 'script';
  readonly itemId: string;
  readonly config: Json;
  readonly variables: Json;
  readonly context: Context;
  readonly trace: Trace;
}

/** A context for what a run does: a child of the one that called. */
export function childContext(parent: Context): Context {
  return { id: newUlid(), parent_id: parent.id, user_id: null };
}

/** Runs conditions, then steps, and keeps the trace. Errors of steps end the run and are logged, as Core does for automations. */
export async function runTraced(run: SequenceRun, conditions: readonly unknown[], steps: unknown): Promise<Json> {
  const { call, domain, itemId, config, context, trace } = run;
  const root = domain === 'script' ? 'sequence' : 'action';
  const finish = (execution: string, error?: string): void =>
    keepTrace(call.home, trace, { domain, itemId, config, context, execution, error, trigger: domain === 'script' ? undefined : null });
  if (!conditions.every((condition, index) => holds(run, condition, `condition/${index}`))) {
    finish('failed_conditions');
    return {};
  }
  try {
    const response = await runSteps(run, steps, root);
    finish('finished');
    return response;
  } catch (error) {
    if (error instanceof Ended) finish('aborted');
    else {
      const message = error instanceof Error ? error.message : String(error);
      finish('error', message);
      call.home.warn(
        `homeassistant.components.${domain}.${nameOf(run)}`,
        `${String(config['alias'])}: Error executing script. ${message}`,
        'ERROR',
      );
      throw error;
    }
    return {};
  }
}

function nameOf({ domain, itemId, call }: SequenceRun): string {
  const entry = [...call.home.registries.entities.values()].find((known) => known.platform === domain && known.unique_id === itemId);
  return entry?.entity_id.split('.')[1] ?? itemId;
}

function holds(run: SequenceRun, condition: unknown, path: string): boolean {
  const { call, config, variables, trace } = run;
  try {
    return checkCondition({ home: call.home, variables, trace }, condition, path) ?? true;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const name = String(config['alias']);
    call.home.warn('homeassistant.components.automation', `Error evaluating condition in '${name}':\nIn 'condition':\n  ${error.message}`);
    return false;
  }
}

async function runSteps(run: SequenceRun, steps: unknown, root: string): Promise<Json> {
  let response: Json = {};
  for (const [index, step] of (Array.isArray(steps) ? steps : [steps]).entries()) {
    if (isJson(step)) response = { ...response, ...(await runStep(run, step, `${root}/${index}`)) };
  }
  return response;
}

async function runStep(run: SequenceRun, step: Json, path: string): Promise<Json> {
  if (step['enabled'] === false) {
    run.trace.visit(path, { result: { enabled: false } });
    return {};
  }
  if (typeof (step['action'] ?? step['service']) === 'string') await callStep(run, step, path);
  else if (step['condition'] !== undefined) {
    if (!holds(run, step, path)) throw new Ended();
  } else if (step['stop'] !== undefined) {
    run.trace.visit(path, { result: { stop: step['stop'], error: step['error'] === true } });
    throw new Ended();
  } else if (Array.isArray(step['choose'])) return chooseStep(run, step, path);
  else run.trace.visit(path);
  return {};
}

async function chooseStep(run: SequenceRun, step: Json, path: string): Promise<Json> {
  const visit = run.trace.visit(path);
  for (const [index, option] of toObjects(step['choose']).entries()) {
    const conditions = [option['conditions'] ?? []].flat();
    const head = run.trace.visit(`${path}/choose/${index}`);
    const result = conditions.every((condition, at) => holds(run, condition, `${path}/choose/${index}/conditions/${at}`));
    head['result'] = { result };
    if (!result) continue;
    visit['result'] = { choice: index };
    return runSteps(run, option['sequence'], `${path}/choose/${index}/sequence`);
  }
  visit['result'] = { choice: 'default' };
  return step['default'] === undefined ? {} : runSteps(run, step['default'], `${path}/default`);
}

function toObjects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

async function callStep(run: SequenceRun, step: Json, path: string): Promise<void> {
  const [domain = '', service = ''] = String(step['action'] ?? step['service']).split('.');
  const visit = run.trace.visit(path);
  try {
    const data = filled(run, isJson(step['data']) ? step['data'] : {});
    const target = Object.fromEntries(
      Object.entries(isJson(step['target']) ? step['target'] : {}).map(([key, value]) => [key, toList(value)]),
    );
    visit['result'] = { params: { domain, service, service_data: data, target }, running_script: domain === 'script' };
    await run.call.nested(domain, service, { ...data, ...target }, run.context);
  } catch (error) {
    const unknown = error instanceof ServiceError && error.code === 'not_found';
    const message = unknown ? `Action ${domain}.${service} not found` : error instanceof Error ? error.message : String(error);
    visit['error'] = message;
    throw unknown ? new Error(message) : error;
  }
}

/** Fills in templates: whatever the simulator can render, with `{{ name | default(x) }}` of a script's variables. */
function filled({ call, variables }: SequenceRun, data: Json): Json {
  const fill = (value: unknown): unknown => {
    if (typeof value !== 'string' || !value.includes('{{')) return value;
    const simple = /^\{\{\s*(\w+)\s*(?:\|\s*default\((.*)\))?\s*\}\}$/.exec(value);
    if (!simple) {
      try {
        return renderTemplate(call.home, value, variables).native;
      } catch (error) {
        throw error instanceof TemplateError ? new Error(error.message) : error;
      }
    }
    const given = variables[simple[1] ?? ''] ?? simple[2];
    return given === undefined || Number.isNaN(Number(given)) ? given : Number(given);
  };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fill(value)]));
}
