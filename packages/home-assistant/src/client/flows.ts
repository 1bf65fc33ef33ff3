import { nearMisses, readBack, refuse, ToolError } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf, toRecord } from '@switchyard-mcp/core/json';
import type { FlowAnswers, FlowKind, FlowOperations, FlowResult, FlowStart, FlowStep } from '../domain/flow-operations.ts';
import { createEntryOperations, type EntryOperations } from './config-entries.ts';
import type { Facet } from './facet.ts';
import { createFlowGuard } from './flow-guard.ts';
import { toOpenFlow, toRepair } from './flow-shapes.ts';
import { toStep } from './flow-step.ts';
import { createFlowTexts } from './flow-texts.ts';
import { answersFor, keepSecrets, refusedValues } from './flow-values.ts';
import { jsonOf, type RestAnswer, refusedRequest } from './rest-answer.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Home Assistant keeps the four kinds of flows apart. */
const managers = {
  config: '/api/config/config_entries/flow',
  options: '/api/config/config_entries/options/flow',
  subentry: '/api/config/config_entries/subentries/flow',
  repair: '/api/repairs/issues/fix',
} as const;
type Manager = keyof typeof managers;

const managerOf: Readonly<Record<FlowKind, Manager>> = {
  config: 'config',
  reconfigure: 'config',
  reauth: 'config',
  options: 'options',
  subentry: 'subentry',
  repair: 'repair',
};

/** What is known of a flow that was begun or looked at here. */
interface Known {
  readonly kind: FlowKind;
  readonly domain: string;
  readonly entryId?: string | undefined;
  readonly issueId?: string | undefined;
  readonly issueKey?: string | undefined;
  readonly subentryType?: string | undefined;
  /** Of the entry when the flow began. */
  readonly modifiedAt?: number | undefined;
  readonly raw: Raw;
}

/** More flows than anybody has open at once. */
const mostKnown = 100;

const unreadEntry = (): ToolError => refuse('upstream_unavailable', 'The integration could not be read.', { retryable: true });

const gone = (flowId: string): ToolError =>
  refuse('not_found', `There is no open flow ${flowId.slice(0, 60)}.`, {
    why: 'It is finished, was aborted, or Home Assistant was restarted.',
    next: ['ha_integration op="list" shows open flows; op="start" begins a new one.'],
  });

const startBody = ({ kind, handler, issueId, subentryType, subentryId }: FlowStart): Raw => {
  switch (kind) {
    case 'config':
      return { handler };
    case 'repair':
      return { handler, issue_id: issueId };
    case 'subentry':
      return {
        handler: [handler, subentryType],
        show_advanced_options: true,
        ...(subentryId === undefined ? {} : { subentry_id: subentryId }),
      };
    default:
      return { handler };
  }
};

export const createFlowOperations = (facet: Facet): FlowOperations => {
  const { ready, guard } = facet;
  const entries: EntryOperations = createEntryOperations(facet);
  const rules = createFlowGuard(facet);
  const textsFor = createFlowTexts();
  const known = new Map<string, Known>();

  const remember = (flowId: string, flow: Known): void => {
    known.delete(flowId);
    known.set(flowId, flow);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  };

  const send = async (method: 'GET' | 'POST' | 'DELETE', path: string, signal: AbortSignal, body?: Raw): Promise<RestAnswer> =>
    (await ready(signal)).rest().send({ method, path, ...(body === undefined ? {} : { body }) }, signal);
  const pathOf = (kind: FlowKind, flowId: string): string => `${managers[managerOf[kind]]}/${encodeURIComponent(flowId)}`;

  const stepOf = async (flow: Known, signal: AbortSignal): Promise<FlowStep> => {
    const { socket } = await ready(signal);
    const step = toStep(flow.raw, flow.domain, await textsFor(socket, flow, signal));
    if (guard.mentionsHidden(flow.raw))
      throw refuse('permission_denied', 'This flow is not shown.', {
        why: 'Its form names entities outside those this server may use.',
        next: ['Leave it to a person, in Home Assistant itself.'],
      });
    return step;
  };

  /** A step that only says that something outside is done is followed by the next at once. */
  const advance = async (flow: Known, signal: AbortSignal): Promise<FlowStep> => {
    let current = flow;
    const flowId = textOf(flow.raw, 'flow_id') ?? '';
    for (let turn = 0; turn < 3 && /_done$/.test(textOf(current.raw, 'type') ?? ''); turn += 1) {
      const answer = await send('GET', pathOf(flow.kind, flowId), signal);
      current = { ...flow, raw: toRecord(jsonOf(answer, 'Reading the flow', false)) };
    }
    remember(flowId, current);
    return stepOf(current, signal);
  };

  /** After a request that was answered, what cannot be read any more leaves the answer itself. */
  const advanceSent = async (flow: Known, signal: AbortSignal, sent = 'The answers were sent'): Promise<FlowStep> => {
    const flowId = textOf(flow.raw, 'flow_id') ?? '';
    remember(flowId, flow);
    const next = await readBack(() => advance(flow, signal), signal);
    if (next) return next.seen;
    const { raw } = known.get(flowId) ?? flow;
    if (!guard.mentionsHidden(raw)) return toStep(raw, flow.domain, () => undefined);
    throw new ToolError({
      code: 'permission_denied',
      what: `${sent}, but what came of it is not shown.`,
      why: 'It names entities outside those this server may use.',
      next: ['Leave it to a person, in Home Assistant itself.'],
      sideEffects: 'done',
    });
  };

  const entryOf = async (entryId: string, signal: AbortSignal) =>
    (await entries.entries(signal)).find((entry) => entry.entryId === entryId);

  /** Those of hidden entities too: they are looked at, not shown. */
  const allRepairs = async (signal: AbortSignal): Promise<readonly Raw[]> => {
    const { socket } = await ready(signal);
    const answer = await socket.command({ type: 'repairs/list_issues' }, { signal, doing: 'Reading the repairs' });
    return recordsIn(isRecord(answer) ? answer['issues'] : []);
  };
  const issueOf = async (domain: string, issueId: string | undefined, signal: AbortSignal): Promise<Raw | undefined> =>
    issueId === undefined ? undefined : (await allRepairs(signal)).find((raw) => raw['domain'] === domain && raw['issue_id'] === issueId);

  const openFlows: FlowOperations['openFlows'] = async (signal) => {
    const { socket } = await ready(signal);
    const answer = await socket.command({ type: 'config_entries/flow/progress' }, { signal, doing: 'Reading the open flows' });
    return recordsIn(answer).flatMap((raw) => (guard.mentionsHidden(raw) ? [] : (toOpenFlow(raw) ?? [])));
  };

  const handlers: FlowOperations['handlers'] = async (signal) => {
    const answer = await send('GET', '/api/config/config_entries/flow_handlers', signal);
    const list = jsonOf(answer, 'Reading what can be set up', false);
    return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
  };

  const refuseStart = async (answer: RestAnswer, start: FlowStart, signal: AbortSignal): Promise<ToolError> => {
    if (start.kind !== 'config' || answer.status !== 404) return refusedRequest(answer, `Beginning the ${start.kind} flow`, true);
    return refuse('not_found', `No integration "${start.handler.slice(0, 60)}" can be set up here.`, {
      didYouMean: nearMisses(start.handler, await handlers(signal).catch(() => [])),
    });
  };

  const begin: FlowOperations['start'] = async (start, signal) => {
    guard.requireLevel('admin', `Beginning a ${start.kind} flow`);
    const entryId = start.kind === 'config' || start.kind === 'repair' ? undefined : start.handler;
    if (entryId !== undefined) await entries.requireWhole(entryId, signal);
    const entry = entryId === undefined ? undefined : await entryOf(entryId, signal);
    const domain = entry?.domain ?? start.handler;
    const issue = await issueOf(start.handler, start.issueId, signal);
    const body = start.kind === 'reconfigure' ? { handler: domain, entry_id: entryId } : startBody(start);
    const answer = await send('POST', managers[managerOf[start.kind]], signal, body);
    if (answer.status !== 200) throw await refuseStart(answer, start, signal);
    return advanceSent(
      {
        kind: start.kind,
        domain,
        entryId,
        // Only an issue that was seen can be seen to be gone.
        issueId: issue && start.issueId,
        issueKey: (issue && textOf(issue, 'translation_key')) ?? start.issueId,
        subentryType: start.subentryType,
        modifiedAt: entry?.modifiedAt,
        raw: toRecord(answer.body),
      },
      signal,
      'The flow was begun',
    );
  };

  /** A new sign-in cannot be begun from outside: the integration itself asks for it. */
  const findReauth = async (entryId: string, signal: AbortSignal): Promise<FlowStep> => {
    const flow = (await openFlows(signal)).find((open) => open.source === 'reauth' && open.entryId === entryId);
    if (flow) return look(flow.flowId, signal);
    throw refuse('not_found', 'This integration does not ask for a new sign-in.', {
      next: ['flow="reconfigure" or flow="options" may do, or op="reload" to make it try again.'],
    });
  };

  const describe = async (manager: Manager, raw: Raw, signal: AbortSignal): Promise<Known> => {
    const flowId = textOf(raw, 'flow_id') ?? '';
    const { handler } = raw as { handler?: unknown };
    const [first, second] = Array.isArray(handler) ? (handler as unknown[]) : [handler];
    const open = manager === 'config' ? (await openFlows(signal)).find((flow) => flow.flowId === flowId) : undefined;
    const entryId = manager === 'options' || manager === 'subentry' ? String(first) : open?.entryId;
    if (entryId !== undefined) await entries.requireWhole(entryId, signal);
    const entry = entryId === undefined ? undefined : await entryOf(entryId, signal);
    const kind = open?.source === 'reauth' || open?.source === 'reconfigure' ? open.source : manager;
    const subentryType = manager === 'subentry' ? String(second) : undefined;
    return { kind, domain: entry?.domain ?? String(first), entryId, subentryType, modifiedAt: entry?.modifiedAt, raw };
  };

  const look = async (flowId: string, signal: AbortSignal): Promise<FlowStep> => {
    // Looking may take a step that only says that something outside is done.
    guard.requireLevel('admin', 'Reading a flow');
    const flow = known.get(flowId);
    const candidates = flow ? [managerOf[flow.kind]] : (Object.keys(managers) as Manager[]);
    for (const manager of candidates) {
      const answer = await send('GET', `${managers[manager]}/${encodeURIComponent(flowId)}`, signal);
      if (answer.status === 404) continue;
      const raw = toRecord(jsonOf(answer, 'Reading the flow', false));
      return advance(flow ? { ...flow, raw } : await describe(manager, raw, signal), signal);
    }
    throw gone(flowId);
  };

  /** What would be sent, past every rule but the approval. */
  const prepare = async ({ flowId, values }: FlowAnswers, signal: AbortSignal) => {
    guard.requireLevel('admin', 'Answering a flow');
    keepSecrets(values, [], facet.runtime.secrets);
    if (!known.has(flowId)) await look(flowId, signal);
    const flow = known.get(flowId);
    if (!flow) throw gone(flowId);
    const step = await stepOf(flow, signal);
    keepSecrets(values, step.fields, facet.runtime.secrets);
    const sent = answersFor(step, flow.raw, values);
    const actions = await rules.check(sent, signal);
    if (guard.mentionsHidden(values)) throw refuse('not_found', 'The values name an entity that does not exist.');
    return { flow, step, sent, actions };
  };

  const submit: FlowOperations['submit'] = async (answers, { approval, signal }) => {
    const { flow, step, sent, actions } = await prepare(answers, signal);
    rules.requireApproval(actions, approval);
    const answer = await send('POST', pathOf(flow.kind, answers.flowId), signal, sent);
    if (answer.status === 404) throw gone(answers.flowId);
    if (answer.status === 400) throw refusedValues(answer.body, step);
    return advanceSent({ ...flow, raw: toRecord(jsonOf(answer, 'Answering the flow')) }, signal);
  };

  const result = async (flowId: string, signal: AbortSignal): Promise<FlowResult> => {
    const flow = known.get(flowId);
    if (!flow) throw gone(flowId);
    if (flow.kind === 'repair') {
      if (flow.issueId === undefined) return { kind: flow.kind, verified: false };
      const issueListed = (await issueOf(flow.domain, flow.issueId, signal)) !== undefined;
      return { kind: flow.kind, issueListed, verified: !issueListed };
    }
    const made = isRecord(flow.raw['result']) ? textOf(flow.raw['result'], 'entry_id') : undefined;
    const entryId = made ?? flow.entryId;
    const settled = entryId === undefined ? undefined : await entries.settled(entryId, signal);
    if (settled?.isCurrent === false) throw unreadEntry();
    const entry = settled?.state?.entry;
    if (!entry) return { kind: flow.kind, verified: false };
    const { entityIds } = await entries.reachOf(entry.entryId, signal);
    const changed = flow.modifiedAt === undefined || entry.modifiedAt > flow.modifiedAt;
    const signedIn = flow.kind === 'reauth' && entry.state === 'loaded';
    if (flow.kind !== 'subentry') return { kind: flow.kind, entry, entityIds, verified: changed || signedIn };
    return { kind: flow.kind, entry, entityIds, subentries: await entries.subentries(entry.entryId, signal), verified: changed };
  };

  return {
    ...entries,
    openFlows,
    handlers,
    repairs: async (signal) => (await allRepairs(signal)).flatMap((raw) => (guard.mentionsHidden(raw) ? [] : (toRepair(raw) ?? []))),
    start: (start, signal) => (start.kind === 'reauth' ? findReauth(start.handler, signal) : begin(start, signal)),
    look,
    securityActs: async (answers, signal) => (await prepare(answers, signal)).actions,
    submit,
    abort: async (flowId, signal) => {
      guard.requireLevel('admin', 'Aborting a flow');
      if (!known.has(flowId)) await look(flowId, signal);
      const answer = await send('DELETE', pathOf(known.get(flowId)?.kind ?? 'config', flowId), signal);
      if (answer.status === 404) throw gone(flowId);
      jsonOf(answer, 'Aborting the flow');
      known.delete(flowId);
    },
    resultOf: result,
  };
};
