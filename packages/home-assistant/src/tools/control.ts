import { type Approval, defineTool, type ToolContext, ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import { checkFields, type PlannedCall, planCalls } from '../domain/actions.ts';
import { actsNeedingApproval, dataTargets } from '../domain/approval.ts';
import type { Home } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { type CallResult, perform } from '../domain/perform.ts';
import { isResolvable, resolveTargets } from '../domain/resolve-targets.ts';
import { controlReply } from '../format/control-reply.ts';
import { stateWords } from '../format/state-words.ts';
import { targetsParam } from './params.ts';

const input = z.object({
  action: z.string().min(1).max(100).describe('turn_on, open, lock…, or in full: domain.service'),
  targets: targetsParam.optional().describe('Entity ids, exact names, area:X, floor:X, label:X, device:X'),
  except: targetsParam.optional().describe('The same forms'),
  domain: z.string().max(60).optional().describe('Which entities of an area or floor'),
  data: z.record(z.string(), z.unknown()).optional().describe('e.g. {"brightness_pct":40}'),
  wait_s: z.number().min(0).max(30).default(5).describe('How long to watch for the result'),
  dry_run: z.boolean().optional(),
});
type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

/** More at once is seldom meant; the person narrows or repeats by area. */
const mostTargets = 200;
/** Left of the deadline for saying what is true. */
const reserveMs = 3000;

const homeFor = async (args: Args, { operations, signal }: Context): Promise<Home> => {
  const home = await operations.home(signal);
  if (isResolvable(home, [...(args.targets ?? []), ...(args.except ?? [])])) return home;
  await operations.loadAliases(signal);
  return operations.home(signal);
};

const plan = async (args: Args, context: Context): Promise<readonly PlannedCall[]> => {
  const home = await homeFor(args, context);
  // Ids inside data are targets too: Core itself would report success for one that does not exist.
  resolveTargets(
    home,
    dataTargets(args.data ?? {}).filter((id) => id.includes('.')),
  );
  const targets = resolveTargets(home, args.targets ?? [], args.except);
  const services = await context.operations.services(context.signal);
  const calls = planCalls(args.action, targets, { services, domain: args.domain });
  const count = calls.reduce((sum, call) => sum + call.entities.length, 0);
  if ((args.targets?.length ?? 0) > 0 && count === 0)
    throw new ToolError({
      code: 'not_found',
      what: `Nothing among these targets fits ${args.action.slice(0, 60)}. Nothing was sent`,
      next: ['name a domain, or entity ids.'],
      sideEffects: 'none',
    });
  if (count > mostTargets)
    throw new ToolError({
      code: 'invalid_input',
      what: `${count} entities at once; at most ${mostTargets}. Nothing was sent`,
      next: ['go area by area.'],
      sideEffects: 'none',
    });
  for (const { service, entities } of calls) {
    checkFields(service, args.data ?? {});
    const needsTarget = service.target !== undefined && entities.length === 0 && dataTargets(args.data ?? {}).length === 0;
    if (needsTarget && service.fields.every((field) => !field.required) && service.target?.domains.length)
      throw new ToolError({
        code: 'invalid_input',
        what: `${service.domain}.${service.service} needs targets. Nothing was sent`,
        next: ['call again with targets.'],
        sideEffects: 'none',
      });
  }
  return calls;
};

const serviceCall = ({ service, entities }: PlannedCall, data: Readonly<Record<string, unknown>>) => ({
  domain: service.domain,
  service: service.service,
  data,
  entityIds: entities.map((entity) => entity.entityId),
  returnResponse: false,
});

/** Asks once for everything in the plan that a stranger must not be able to cause. */
const consent = async (
  calls: readonly PlannedCall[],
  data: Readonly<Record<string, unknown>>,
  { operations, confirm }: Context,
): Promise<Approval | undefined> => {
  const acts = calls.flatMap((call) =>
    actsNeedingApproval(serviceCall(call, data), (id) => operations.stateOf(id)).map((id) => ({ id, service: call.service.service })),
  );
  if (acts.length === 0) return undefined;
  const states = acts.map(({ id }) => [id, operations.stateOf(id)?.state ?? null]);
  return confirm({
    summary: `${acts[0]?.service.replace(/_/g, ' ')} ${acts
      .map(({ id }) => id)
      .slice(0, 5)
      .join(', ')}`,
    will: acts.map(({ id, service }) => [service, id, `now ${stateWords(operations.stateOf(id))}`]),
    state: states,
  });
};

export const controlTool = defineTool<HomeOperations>()({
  name: 'ha_control',
  title: 'Control the home',
  description:
    'Calls an action on any number of targets and returns, per entity, [id, before, after] as really seen. For everything that acts: lights, covers, climate, media, timers, to-do lists, calendars, notifications, scenes. Unlocking, disarming, opening garages and the like ask the person first.',
  toolset: 'home',
  level: 'control',
  effect: 'change',
  confirm: 'depends',
  idempotent: false,
  input,
  output: z.looseObject({}),
  handler: async (args, context) => {
    const data = args.data ?? {};
    const calls = await plan(args, context);
    if (args.dry_run)
      return {
        data: {
          would_send: calls.map(({ service, entities }) => [
            `${service.domain}.${service.service}`,
            entities.length,
            ...entities.slice(0, 20).map((entity) => entity.entityId),
          ]),
        },
      };
    const approval = await consent(calls, data, context);
    const waitMs = Math.min(args.wait_s * 1000, Math.max(0, context.remainingMs() - reserveMs));
    const results = await Promise.all(
      calls.map(
        (call): Promise<CallResult> =>
          perform(context.operations, call, {
            data,
            approval,
            signal: context.signal,
            waitMs,
            callTimeoutMs: Math.max(1000, context.remainingMs() - waitMs - reserveMs),
          }),
      ),
    );
    return { data: controlReply(results) };
  },
});
