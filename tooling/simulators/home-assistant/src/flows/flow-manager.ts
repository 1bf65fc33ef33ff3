import { type ConfigEntry, writeConfigEntry } from '../home/config-entries.ts';
import type { Home } from '../home/home.ts';
import { newUlid, stableId } from '../home/identifiers.ts';
import type { Json } from '../home/types.ts';
import type { FlowHandler, StepResult } from './flow-handler.ts';
import { FLOW_HANDLERS } from './handlers.ts';
import type { FlowManagerKind, OpenFlow } from './open-flow.ts';
import { check } from './schema.ts';

/** A refusal with its HTTP status. */
export class FlowError extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: Json) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

const invalidHandler = (): FlowError => new FlowError(404, { message: 'Invalid handler specified' });

const handlerOf = (flow: OpenFlow): FlowHandler | undefined => FLOW_HANDLERS[flow.domain];
const entryOf = (home: Home, flow: OpenFlow): ConfigEntry | undefined => home.registries.configEntries.get(flow.entryId ?? '');

/** Begins a flow and answers its first step. */
export function startFlow(home: Home, manager: FlowManagerKind, body: Json): Json {
  const flow = planFlow(home, manager, body);
  home.flows.set(flow.flowId, flow);
  return runStep(home, flow, undefined);
}

/** Puts a flow there that an integration itself begins, such as a new sign-in. */
export function discoverFlow(home: Home, entry: ConfigEntry, source: string): OpenFlow {
  const step = FLOW_HANDLERS[entry.domain]?.starts[source] ?? 'user';
  const flow = blank({ manager: 'config', handler: entry.domain, domain: entry.domain, source, entryId: entry.entry_id, step });
  home.flows.set(flow.flowId, flow);
  runStep(home, flow, undefined);
  return flow;
}

function blank(given: Pick<OpenFlow, 'manager' | 'handler' | 'domain' | 'source' | 'step'> & Partial<OpenFlow>): OpenFlow {
  const flowId = given.manager === 'config' ? newUlid() : stableId(newUlid());
  return { flowId, entryId: undefined, subentryId: undefined, issueId: undefined, memory: {}, shown: undefined, menu: undefined, ...given };
}

function planFlow(home: Home, manager: FlowManagerKind, body: Json): OpenFlow {
  const { handler } = body;
  if (handler === undefined) throw new FlowError(400, { message: "Message format incorrect: required key not provided @ data['handler']" });
  if (manager === 'repair') return planRepair(home, body);
  if (manager === 'config') return planConfig(home, body);
  const [entryId, type] = [handler].flat().map(String);
  const entry = home.registries.configEntries.get(entryId ?? '');
  if (!entry) throw manager === 'options' ? new FlowError(500, {}) : invalidHandler();
  const definition = FLOW_HANDLERS[entry.domain];
  const subentryId = typeof body['subentry_id'] === 'string' ? body['subentry_id'] : undefined;
  const source = subentryId === undefined ? 'user' : 'reconfigure';
  const step = manager === 'options' ? definition?.options : definition?.subentries?.[type ?? '']?.[source];
  if (step === undefined) throw invalidHandler();
  return blank({ manager, handler, domain: entry.domain, source, step, entryId: entry.entry_id, subentryId });
}

function planConfig(home: Home, body: Json): OpenFlow {
  const domain = String(body['handler']);
  const definition = Object.hasOwn(FLOW_HANDLERS, domain) ? FLOW_HANDLERS[domain] : undefined;
  if (!definition) throw invalidHandler();
  const entryId = typeof body['entry_id'] === 'string' ? body['entry_id'] : undefined;
  const source = entryId === undefined ? 'user' : 'reconfigure';
  const step = definition.starts[source];
  if (step === undefined || (entryId !== undefined && !home.registries.configEntries.has(entryId)))
    throw new FlowError(400, { message: `Handler ConfigFlowHandler doesn't support step ${source}` });
  return blank({ manager: 'config', handler: domain, domain, source, step, entryId });
}

function planRepair(home: Home, body: Json): OpenFlow {
  const issue = home.issues.find((known) => known['domain'] === body['handler'] && known['issue_id'] === body['issue_id']);
  if (issue?.['is_fixable'] !== true) throw new FlowError(400, { message: 'Handler does not support user' });
  const domain = String(body['handler']);
  return blank({ manager: 'repair', handler: domain, domain, source: 'user', step: 'confirm', issueId: String(body['issue_id']) });
}

/** The flow of a manager. */
export function findFlow(home: Home, manager: FlowManagerKind, flowId: string): OpenFlow {
  const flow = home.flows.get(flowId);
  if (flow?.manager !== manager) throw new FlowError(404, { message: 'Invalid flow specified' });
  return flow;
}

/** Answers a step, or with no input shows it again. */
export function continueFlow(home: Home, flow: OpenFlow, input: Json | undefined): Json {
  if (input === undefined) return runStep(home, flow, undefined);
  if (flow.menu) {
    if (!flow.menu.includes(String(input['next_step_id'])))
      throw new FlowError(400, { errors: { next_step_id: `value must be one of ${JSON.stringify(flow.menu)}` } });
    flow.step = String(input['next_step_id']);
    return runStep(home, flow, undefined);
  }
  const checked = check(flow.shown ?? [], input);
  if ('errors' in checked) throw new FlowError(400, { errors: checked.errors });
  return runStep(home, flow, checked.values);
}

const confirm = (input: Json | undefined): StepResult =>
  input === undefined ? { type: 'form', schema: [] } : { type: 'create', title: '', data: {} };

function runStep(home: Home, flow: OpenFlow, input: Json | undefined): Json {
  const step = flow.manager === 'repair' ? undefined : handlerOf(flow)?.steps[flow.step];
  const context = {
    home,
    domain: flow.domain,
    entry: entryOf(home, flow),
    memory: flow.memory,
    flowId: flow.flowId,
    subentryId: flow.subentryId,
  };
  const result = step ? step(context, input) : confirm(input);
  flow.menu = result.type === 'menu' ? result.options : undefined;
  flow.shown = result.type === 'form' ? result.schema : undefined;
  return writeResult(home, flow, result);
}

function writeResult(home: Home, flow: OpenFlow, result: StepResult): Json {
  const base = { flow_id: flow.flowId, handler: flow.handler, description_placeholders: null };
  switch (result.type) {
    case 'step':
      flow.step = result.next;
      return runStep(home, flow, undefined);
    case 'external_done':
    case 'progress_done':
      flow.step = result.next;
      return { ...base, type: result.type, step_id: result.next };
    case 'form': {
      const more = { errors: result.errors ?? null, description_placeholders: result.placeholders ?? null, last_step: null, preview: null };
      return { ...base, type: 'form', data_schema: result.schema, ...more, step_id: flow.step };
    }
    case 'menu': {
      const data_schema = [{ type: 'select', options: result.options.map((one) => [one, one]), name: 'next_step_id' }];
      return { ...base, type: 'menu', data_schema, menu_options: result.options, step_id: flow.step };
    }
    case 'external':
      return { ...base, type: 'external', step_id: flow.step, url: result.url };
    case 'progress':
      return { ...base, type: 'progress', step_id: flow.step, progress_action: result.action };
    case 'abort':
      home.flows.delete(flow.flowId);
      return { ...base, type: 'abort', reason: result.reason };
    case 'create':
      home.flows.delete(flow.flowId);
      return { ...base, type: 'create_entry', description: null, ...finish(home, flow, result) };
  }
}

function finish(home: Home, flow: OpenFlow, { title, data }: { title: string; data: Json }): Json {
  const { registries } = home;
  if (flow.manager === 'repair') {
    const at = home.issues.findIndex((issue) => issue['domain'] === flow.domain && issue['issue_id'] === flow.issueId);
    if (at >= 0) home.issues.splice(at, 1);
    home.fire('repairs_issue_registry_updated', { action: 'remove', domain: flow.domain, issue_id: flow.issueId });
    return {};
  }
  if (flow.manager === 'subentries') return { title, unique_id: null };
  const now = Date.now() / 1000;
  const known = entryOf(home, flow);
  const entry: ConfigEntry = known
    ? { ...known, options: data, modified_at: now }
    : { entry_id: newUlid(), domain: flow.domain, title, state: 'loaded', reason: null, source: 'user', options: data, modified_at: now };
  registries.configEntries.set(entry.entry_id, entry);
  handlerOf(flow)?.setUp?.(home, entry);
  home.fire('config_entry_changed', { entry_id: entry.entry_id });
  if (flow.manager === 'options') return {};
  return { title, minor_version: 1, options: data, subentries: [], version: 1, result: writeConfigEntry(entry) };
}

/** Flows that wait, as config_entries/flow/progress lists them; those begun by hand are left out, as in Core. */
export function waitingFlows(home: Home): Json[] {
  return [...home.flows.values()]
    .filter((flow) => flow.manager === 'config' && flow.source !== 'user' && flow.source !== 'reconfigure')
    .map((flow) => ({
      flow_id: flow.flowId,
      handler: flow.domain,
      context: { source: flow.source, entry_id: flow.entryId, title_placeholders: { name: entryOf(home, flow)?.title }, unique_id: null },
      step_id: flow.step,
    }));
}

/** Texts of an integration with their full keys. */
export function textsOf(domains: readonly string[], category: string): Json {
  const all = domains.flatMap((domain) =>
    Object.entries(FLOW_HANDLERS[domain]?.texts ?? {})
      .filter(([key]) => key.startsWith(`${category}.`))
      .map(([key, text]) => [`component.${domain}.${key}`, text] as const),
  );
  return Object.fromEntries(all);
}
