import { defineTool, isToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import { entityMeant } from '../domain/entity-refs.ts';
import { explainRuns, itemIdOf } from '../domain/explain.ts';
import type { Entity } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { changesOutput, changesReply } from '../format/change-words.ts';
import { runsOutput, runsReply } from '../format/explain-reply.ts';

const input = z.object({
  id: z.string().min(1).max(200).describe('Automation, script or entity: id or exact name'),
  run: z.string().max(40).optional().describe('A run of an earlier reply; default the newest'),
  question: z.enum(['ran', 'not_run']).optional().describe('Default: what the newest run suggests'),
});

const dayMs = 86_400_000;

/** What an ordinary user may not read; explainRuns says so where it matters. */
const orNone = (error: unknown): readonly never[] => {
  if (isToolError(error) && error.fields.code === 'permission_denied') return [];
  throw error;
};

/** Why an entity has no state to change: its integration is the usual reason. */
const troubleOf = async (operations: HomeOperations, entity: Entity, signal: AbortSignal): Promise<string | undefined> => {
  if (entity.disabled) return 'It is disabled in the entity registry.';
  if (entity.state !== undefined && entity.state.state !== 'unavailable') return undefined;
  const entries = await operations.insight.integrations(signal).catch(orNone);
  const failing = entries.find(({ domain, state, disabled }) => domain === entity.platform && (disabled || state !== 'loaded'));
  if (failing === undefined) return undefined;
  const how = failing.disabled ? 'disabled' : `in the state ${failing.state}`;
  return `Its integration "${failing.title}" is ${how}${failing.reason === undefined ? '' : `: ${failing.reason.slice(0, 160)}`}.`;
};

const changes = async (operations: HomeOperations, entity: Entity, signal: AbortSignal): Promise<Record<string, unknown>> => {
  const nowMs = operations.clock.now();
  const [list, trouble, { timeZone }] = await Promise.all([
    operations.insight.changes(entity.entityId, { startMs: nowMs - dayMs, endMs: nowMs }, signal),
    troubleOf(operations, entity, signal),
    operations.config(signal),
  ]);
  return changesReply(entity, list, { nowMs, timeZone, trouble });
};

/** Without a word from the caller: a run that went well is told, anything else is asked why it did not. */
const questionOf = async (operations: HomeOperations, entity: Entity, signal: AbortSignal): Promise<'ran' | 'not_run'> => {
  const itemId = itemIdOf(entity);
  if (itemId === undefined || entity.state?.state === 'off' || entity.state?.state === 'unavailable') {
    if (entity.domain === 'automation') return 'not_run';
  }
  const domain = entity.domain === 'script' ? 'script' : 'automation';
  const runs = itemId === undefined ? [] : await operations.insight.runs(domain, itemId, signal).catch(orNone);
  const newest = runs[0]?.outcome;
  return domain === 'script' || newest === 'finished' || newest === 'running' ? 'ran' : 'not_run';
};

export const explainTool = defineTool<HomeOperations>()({
  name: 'ha_explain',
  title: 'Explain what happened',
  description:
    'Returns why an automation or script ran, failed or did not run: runs, the steps of one with the values that decided, triggers and conditions now, broken references, wrong types. For any other entity: who last changed it. ha_diagnose looks at the whole home.',
  toolset: 'edit',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output: z.lazy(() => z.union([runsOutput, changesOutput])),
  handler: async (args, { operations, signal }) => {
    const entity = await entityMeant(operations, args.id, signal);
    if (entity.domain !== 'automation' && entity.domain !== 'script') return { data: await changes(operations, entity, signal) };
    const question = args.question ?? (args.run === undefined ? await questionOf(operations, entity, signal) : 'ran');
    const [explained, { timeZone }] = await Promise.all([
      explainRuns(operations, entity, { run: args.run, conditions: question === 'not_run', signal }),
      operations.config(signal),
    ]);
    return { data: runsReply(explained, { question, steps: args.run !== undefined, nowMs: operations.clock.now(), timeZone }) };
  },
});
