import { readBack, refuse, type ToolContext, type ToolError } from '@switchyard-mcp/core';
import { entryMeant } from '../domain/find-entry.ts';
import type { FlowStart, FlowStep } from '../domain/flow-operations.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { resultReply, stepReply, unreadReply } from '../format/flow-reply.ts';
import type { IntegrationArgs } from './integration-args.ts';

type Context = ToolContext<HomeOperations>;
type Reply = Promise<Record<string, unknown>>;

/** A required argument of one op. */
export const need = (args: IntegrationArgs, key: 'id' | 'flow_id' | 'part'): string => {
  const value = args[key];
  if (value) return value;
  throw refuse('invalid_input', `op="${args.op}" needs ${key}.`, { next: ['ha_integration op="list" shows ids.'] });
};

const startOf = async (args: IntegrationArgs, { operations, signal }: Context): Promise<FlowStart> => {
  const id = need(args, 'id');
  if (args.flow === 'config')
    return {
      kind: 'config',
      handler: id
        .trim()
        .toLowerCase()
        .replace(/^integration:/, ''),
    };
  if (args.flow === 'repair') {
    const [domain = '', issueId = ''] = [id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1)];
    return repairStart(domain, issueId, await operations.flows.repairs(signal));
  }
  const entry = entryMeant(await operations.flows.entries(signal), id);
  requireSupport(args.flow, entry);
  if (args.flow !== 'subentry') return { kind: args.flow, handler: entry.entryId };
  const part = need(args, 'part');
  const existing = (await operations.flows.subentries(entry.entryId, signal)).find((one) => one.subentryId === part);
  if (existing) return { kind: 'subentry', handler: entry.entryId, subentryType: existing.type, subentryId: part };
  if (entry.subentryTypes.includes(part)) return { kind: 'subentry', handler: entry.entryId, subentryType: part };
  throw refuse('not_found', `"${entry.title}" has no part ${part.slice(0, 60)}.`, {
    next: [`Types that can be added: ${entry.subentryTypes.join(', ') || 'none'}.`],
  });
};

const repairStart = (domain: string, issueId: string, repairs: Awaited<ReturnType<HomeOperations['flows']['repairs']>>): FlowStart => {
  const issue = repairs.find((known) => known.domain === domain && known.issueId === issueId);
  if (issue?.fixable) return { kind: 'repair', handler: domain, issueId };
  const fixable = repairs.filter((known) => known.fixable).map((known) => `${known.domain}/${known.issueId}`);
  throw refuse(
    issue ? 'unsupported' : 'not_found',
    issue ? `${domain}/${issueId} cannot be fixed by a flow; it tells what a person must do.` : 'There is no such repair issue.',
    { next: [`Can be fixed: ${fixable.slice(0, 10).join(', ') || 'nothing at present'}.`] },
  );
};

const requireSupport = (flow: IntegrationArgs['flow'], entry: { title: string; hasOptions: boolean; canReconfigure: boolean }): void => {
  const missing = (flow === 'options' && !entry.hasOptions) || (flow === 'reconfigure' && !entry.canReconfigure);
  if (!missing) return;
  const other = entry.hasOptions ? 'flow="options"' : entry.canReconfigure ? 'flow="reconfigure"' : 'remove it and set it up anew';
  throw refuse('unsupported', `"${entry.title}" has no ${flow} flow.`, { next: [`Possible: ${other}.`] });
};

/** A flow that ended badly is an answer of its own: nothing was set up. */
const ended = (step: FlowStep): ToolError =>
  refuse(
    step.reason === 'already_configured' ? 'conflict' : 'upstream_error',
    `The flow of ${step.domain} was ended by Home Assistant: ${(step.reason ?? 'no reason given').slice(0, 80)}.`,
    {
      ...(step.text === undefined ? {} : { why: step.text.slice(0, 200) }),
      next: ['Nothing was set up or changed by it; op="start" begins anew.'],
    },
  );

const replyOf = async (step: FlowStep, { operations, signal }: Context): Reply => {
  if (step.type === 'aborted') throw ended(step);
  if (step.type !== 'finished') return stepReply(step);
  const result = await readBack(() => operations.flows.resultOf(step.flowId, signal), signal);
  return result ? resultReply(step, result.seen) : unreadReply(step);
};

/** Begins a flow. */
export const startFlow = async (args: IntegrationArgs, context: Context): Reply =>
  replyOf(await context.operations.flows.start(await startOf(args, context), context.signal), context);

/** Answers the open step of a flow. */
export const submitFlow = async (args: IntegrationArgs, context: Context): Reply => {
  const { operations, signal, confirm } = context;
  const answers = { flowId: need(args, 'flow_id'), values: args.values ?? {} };
  const acts = await operations.flows.securityActs(answers, signal);
  const asked = {
    summary: `Save what this flow makes, which will do ${acts.slice(0, 3).join(', ')} by itself`,
    will: acts.map((act) => ['do by itself', act, `by flow ${answers.flowId}`]),
    state: [answers.flowId, ...acts],
  };
  const approval = acts.length === 0 ? undefined : await confirm(asked);
  return replyOf(await operations.flows.submit(answers, { approval, signal }), context);
};

/** Gives a flow up. */
export const abortFlow = async (args: IntegrationArgs, { operations, signal }: Context): Reply => {
  const flowId = need(args, 'flow_id');
  await operations.flows.abort(flowId, signal);
  return { aborted: flowId };
};

/** Where a flow stands. */
export const readFlow = async (flowId: string, context: Context): Reply =>
  replyOf(await context.operations.flows.look(flowId, context.signal), context);
