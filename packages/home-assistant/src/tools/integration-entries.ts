import { page, readBack, refuse, type ToolContext, table } from '@switchyard-mcp/core';
import { entriesMeant, entryMeant } from '../domain/find-entry.ts';
import type { ConfigEntry, EntryOutcome } from '../domain/flow-operations.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { notReadBack, notReadBackNote } from '../domain/read-back.ts';
import { withoutSecrets } from '../domain/secret-names.ts';
import { entryWords } from '../format/flow-reply.ts';
import { partAt, partReply } from '../format/json-part.ts';
import type { IntegrationArgs } from './integration-args.ts';
import { need, readFlow } from './integration-flows.ts';
import { listColumns } from './integration-output.ts';

type Context = ToolContext<HomeOperations>;
type Reply = Promise<Record<string, unknown>>;

const pageSize = 50;

const abilities = (entry: ConfigEntry): string =>
  [entry.hasOptions ? 'options' : '', entry.canReconfigure ? 'reconfigure' : '', ...entry.subentryTypes.map((type) => `part ${type}`)]
    .filter(Boolean)
    .join(', ');

/** The domain names an entry as long as it has no sibling. */
const idOf = (entry: ConfigEntry, entries: readonly ConfigEntry[]): string =>
  entries.filter(({ domain }) => domain === entry.domain).length === 1 ? '' : entry.entryId;

const badFirst = (entry: ConfigEntry): number => (entry.state === 'loaded' ? 2 : entry.disabled ? 1 : 0);

/** Entries, the bad ones first; open flows and repairs beside the first page. */
export const list = async (args: IntegrationArgs, { operations: { flows }, signal }: Context): Reply => {
  const all = await flows.entries(signal);
  const wanted = args.id === undefined ? all : entriesMeant(all, args.id);
  if (args.id !== undefined && wanted.length === 0) entryMeant(all, args.id);
  const sorted = [...wanted].sort((a, b) => badFirst(a) - badFirst(b) || a.domain.localeCompare(b.domain));
  const { items, offset, head } = page(sorted, { cursor: args.cursor, limit: pageSize, query: ['integrations', args.id] });
  const [open, repairs] = offset > 0 ? [[], []] : await Promise.all([flows.openFlows(signal), flows.repairs(signal)]);
  const mine = (domain: string): boolean => args.id === undefined || wanted.some((entry) => entry.domain === domain);
  const waiting = open.filter((flow) => mine(flow.domain)).slice(0, 20);
  const issues = repairs.filter((issue) => !issue.ignored && mine(issue.domain)).slice(0, 20);
  return {
    ...head,
    ...(waiting.length > 0 ? { open_flows: waiting.map((flow) => [flow.flowId, flow.domain, flow.source, flow.stepId]) } : {}),
    ...(issues.length > 0
      ? {
          repairs: issues.map((issue) => [
            `${issue.domain}/${issue.issueId}`,
            issue.severity,
            issue.fixable ? 'has a flow' : 'for a person',
          ]),
        }
      : {}),
    ...table(
      listColumns,
      items.map((entry) => [entry.domain, entry.title, entryWords(entry), idOf(entry, all), abilities(entry)]),
    ),
  };
};

/** One entry with its entities and parts, or one flow. */
export const read = async (args: IntegrationArgs, context: Context): Reply => {
  if (args.flow_id) return readFlow(args.flow_id, context);
  const { flows } = context.operations;
  const entry = entryMeant(await flows.entries(context.signal), need(args, 'id'));
  const [{ entityIds, usedBy }, parts] = await Promise.all([
    flows.reachOf(entry.entryId, context.signal),
    entry.subentryTypes.length > 0 ? flows.subentries(entry.entryId, context.signal) : [],
  ]);
  return {
    entry: [entry.domain, entry.entryId, entry.title, entryWords(entry)],
    flows: abilities(entry) || 'none',
    ...(parts.length > 0 ? { parts: parts.map((part) => [part.subentryId, part.type, part.title]) } : {}),
    entities_total: entityIds.length,
    entities: entityIds.slice(0, 60),
    ...(usedBy.length > 0 ? { used_by: usedBy.slice(0, 40) } : {}),
  };
};

const outcomeReply = (before: ConfigEntry, outcome: EntryOutcome, reached: boolean): Record<string, unknown> => {
  const { entry, isReadBack, needsRestart } = outcome;
  const after = !isReadBack ? notReadBack : entry ? entryWords(entry) : 'removed';
  const notes = [isReadBack ? '' : notReadBackNote, needsRestart ? 'only a restart of Home Assistant completes it' : ''].filter(Boolean);
  return {
    rows: [[before.domain, entryWords(before), after]],
    verified: isReadBack && reached,
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
  };
};

/** Loads an integration anew. */
export const reload = async (args: IntegrationArgs, { operations: { flows }, signal }: Context): Reply => {
  const entry = entryMeant(await flows.entries(signal), need(args, 'id'));
  const outcome = await flows.reload(entry.entryId, signal);
  return outcomeReply(entry, outcome, outcome.entry?.state === 'loaded');
};

/** Switches an integration on or off, with all its devices and entities. */
export const setDisabled = async (args: IntegrationArgs, { operations: { flows }, signal }: Context): Reply => {
  const entry = entryMeant(await flows.entries(signal), need(args, 'id'));
  const disabled = args.op === 'disable';
  if (entry.disabled === disabled) return { rows: [[entry.domain, entryWords(entry), entryWords(entry), 'unchanged']] };
  const outcome = await flows.setDisabled(entry.entryId, disabled, signal);
  return outcomeReply(entry, outcome, outcome.entry?.disabled === disabled && (disabled || outcome.entry.state === 'loaded'));
};

/** Takes an integration, or a part of it, away for good; asks with all that goes with it. */
export const remove = async (args: IntegrationArgs, { operations, signal, confirm }: Context): Reply => {
  const { flows } = operations;
  operations.requireAskable('admin', 'Removing an integration');
  const entry = entryMeant(await flows.entries(signal), need(args, 'id'));
  const parts = args.part === undefined ? [] : await flows.subentries(entry.entryId, signal);
  const part = parts.find((one) => one.subentryId === args.part);
  if (args.part !== undefined && !part)
    throw refuse('not_found', `"${entry.title}" has no part ${args.part.slice(0, 60)}.`, {
      next: [`Parts: ${parts.map((one) => `${one.subentryId} (${one.title})`).join(', ') || 'none'}.`],
    });
  const { entityIds, usedBy } = await flows.reachOf(entry.entryId, signal);
  const what = part ? `${part.title} of ${entry.domain}` : `${entry.domain} ${entry.entryId}`;
  const goes = part ? [] : entityIds.slice(0, 20).map((id) => ['remove', id, '']);
  const approval = await confirm({
    summary: `Remove the integration ${what}${part ? '' : ` with ${entityIds.length} entities`}`,
    will: [['remove', what, entryWords(entry)], ...goes],
    against: [
      ...(usedBy.length > 0 ? [`used by ${usedBy.slice(0, 20).join(', ')}`] : []),
      'cannot be taken back: it must be set up anew, with its passwords',
    ],
    state: [entry.entryId, entry.state, part?.subentryId, entityIds.length],
  });
  const outcome = await flows.remove({ entryId: entry.entryId, ...(part ? { subentryId: part.subentryId } : {}) }, approval, signal);
  if (!part) return outcomeReply(entry, outcome, outcome.entry === undefined);
  const left = await readBack(() => flows.subentries(entry.entryId, signal), signal);
  if (!left) return { removed: part.subentryId, verified: false, note: notReadBackNote };
  return { removed: part.subentryId, verified: !left.seen.some((one) => one.subentryId === part.subentryId) };
};

/** What the integration says of itself, by part when it is large. */
export const diagnose = async (args: IntegrationArgs, { operations: { flows }, signal }: Context): Reply => {
  const entry = entryMeant(await flows.entries(signal), need(args, 'id'));
  const body = withoutSecrets(await flows.diagnostics(entry.entryId, signal));
  return { integration: entry.domain, ...partReply(partAt(body, args.path ?? ''), args.path ?? '') };
};
