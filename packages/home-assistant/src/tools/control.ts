import { type Approval, defineTool, type ToolContext, ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import { checkFields, type PlannedCall, planCalls } from '../domain/actions.ts';
import { actsNeedingApproval, dataTargets, idsIn } from '../domain/approval.ts';
import { homeKnowing } from '../domain/entity-refs.ts';
import { outcomeWord } from '../domain/expected-state.ts';
import type { Service } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { type CallResult, perform } from '../domain/perform.ts';
import { resolveTargets } from '../domain/resolve-targets.ts';
import { whileStarting } from '../domain/while-starting.ts';
import { controlReply } from '../format/control-reply.ts';
import { stateWords } from '../format/state-words.ts';
import { targetsParam } from './params.ts';

const input = z.object({
  action: z.string().min(1).max(100).describe('turn_on, open, lock…, or in full: domain.service'),
  targets: targetsParam.optional().describe('Entity ids, exact names, area:X, floor:X, label:X, device:X, all:light'),
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

/** Entity ids written into data are targets like any other, so that they are checked and watched too. */
const withDataTargets = (
  args: Args,
  services: readonly Service[],
): { targets: readonly string[]; data: Readonly<Record<string, unknown>> } => {
  const { entity_id: inData, ...data } = args.data ?? {};
  const service = services.find((known) => `${known.domain}.${known.service}` === args.action);
  const aims = inData !== undefined && (service === undefined || service.target !== undefined);
  const targets = args.targets ?? [];
  return aims ? { targets: [...targets, ...idsIn(inData).filter(Boolean)], data } : { targets, data: args.data ?? {} };
};

interface Plan {
  readonly calls: readonly PlannedCall[];
  readonly data: Readonly<Record<string, unknown>>;
}

const plan = async (args: Args, context: Context): Promise<Plan> => {
  const services = await context.operations.services(context.signal);
  const { targets: wanted, data } = withDataTargets(args, services);
  const home = await homeKnowing(context.operations, [...wanted, ...(args.except ?? [])], context.signal);
  // Deeper ids must exist as well: Core itself would report success for one that does not.
  resolveTargets(
    home,
    dataTargets(data).filter((id) => id.includes('.')),
  );
  const targets = resolveTargets(home, wanted, args.except);
  const calls = planCalls(args.action, targets, { services, domain: args.domain });
  const count = calls.reduce((sum, call) => sum + call.entities.length, 0);
  if (wanted.length > 0 && count === 0)
    throw new ToolError({
      code: 'not_found',
      what: `Nothing among these targets fits ${args.action.slice(0, 60)}`,
      next: ['name a domain, or entity ids.'],
      sideEffects: 'none',
    });
  if (count > mostTargets)
    throw new ToolError({
      code: 'invalid_input',
      what: `${count} entities at once; at most ${mostTargets}`,
      next: ['go area by area.'],
      sideEffects: 'none',
    });
  for (const { service, entities } of calls) {
    checkFields(service, data);
    // Some take another id instead, such as entry_id.
    const aimless = service.target !== undefined && entities.length === 0 && !Object.keys(data).some((key) => key.endsWith('_id'));
    if (aimless)
      throw new ToolError({
        code: 'invalid_input',
        what: `${service.domain}.${service.service} needs targets`,
        next: ['call again with targets.'],
        sideEffects: 'none',
      });
  }
  return { calls, data };
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
    will: acts.map(({ id, service }) => {
      const now = operations.stateOf(id);
      return [service, id, now ? `${stateWords(now)} → ${outcomeWord(service, now, data)}` : ''];
    }),
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
    const { calls, data } = await whileStarting(context.operations, context.signal, () => plan(args, context));
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
    // One group's refusal must not hide what another did; only when nothing was done is it an error.
    const [refused] = results.every((result) => result.refused) ? results.flatMap((result) => result.refused ?? []) : [];
    if (refused) throw refused;
    return { data: controlReply(results) };
  },
});
