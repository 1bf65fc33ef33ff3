import { type Approval, defineTool, requestMs, type ToolContext, watchMs } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { PlannedCall } from '../domain/actions.ts';
import { actionsNeedingApproval } from '../domain/approval.ts';
import { editCalendar, isCalendarEdit } from '../domain/calendar-edit.ts';
import { withMadeEvents } from '../domain/calendar-made.ts';
import { planControl } from '../domain/control-plan.ts';
import { outcomeWord } from '../domain/expected-state.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { type CallResult, perform } from '../domain/perform.ts';
import { editTodo, isTodoEdit } from '../domain/todo-edit.ts';
import { whileStarting } from '../domain/while-starting.ts';
import { controlReply } from '../format/control-reply.ts';
import { endingFields } from '../format/output-fields.ts';
import { stateWords } from '../format/state-words.ts';
import { targetsParam } from './params.ts';

const input = z.object({
  action: z.string().min(1).max(100).describe('turn_on, open, lock…, or in full: domain.service'),
  targets: targetsParam.optional().describe('Entity ids, exact names, area:X, floor:X, label:X, device:X, all:light'),
  except: targetsParam.optional().describe('The same forms'),
  domain: z.string().max(60).optional().describe('Which entities of an area or floor'),
  data: z.record(z.string(), z.unknown()).optional().describe('e.g. {"brightness_pct":40}, to-do {"item":["milk","eggs"]}'),
  wait_s: z.number().min(0).max(30).default(5).describe('How long to watch for the result'),
  dry_run: z.boolean().optional(),
});
const output = z.lazy(() =>
  z.union([
    z.strictObject({ ...endingFields, response: z.json().optional(), next: z.string().optional() }),
    z.strictObject({ sent: z.literal(true), response: z.json() }),
    z.strictObject({ sent: z.literal(true), verified: z.literal(false), note: z.string() }),
    z.strictObject({ would_send: z.array(z.array(z.union([z.string(), z.number()]))) }),
  ]),
);
type Context = ToolContext<HomeOperations>;

const serviceCall = ({ service, entities }: PlannedCall, data: Readonly<Record<string, unknown>>) => ({
  domain: service.domain,
  service: service.service,
  data,
  entityIds: entities.map((entity) => entity.entityId),
  returnResponse: false,
});

interface Act {
  /** An entity id, or the service itself. */
  readonly id: string;
  readonly domain: string;
  readonly service: string;
}
const ofHome: Readonly<Record<string, string>> = { restart: 'Restart Home Assistant', stop: 'Stop Home Assistant' };

const verbOf = (service: string): string => {
  const words = service
    .replace(/^alarm_/, '')
    .replace(/_(?:cover|valve)$/, '')
    .replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What is asked, as a person would say it. */
const summaryOf = (acts: readonly Act[]): string => {
  const ids = acts.slice(0, 5).map(({ id }) => id);
  const [first] = acts;
  if (first === undefined || first.id !== `${first.domain}.${first.service}`) return `${verbOf(first?.service ?? '')} ${ids.join(', ')}`;
  return (first.domain === 'homeassistant' ? ofHome[first.service] : undefined) ?? `Call ${ids.join(', ')}`;
};

/** Asks once for everything in the plan that a stranger must not be able to cause. */
const consent = async (
  calls: readonly PlannedCall[],
  data: Readonly<Record<string, unknown>>,
  { operations, signal, confirm }: Context,
): Promise<Approval | undefined> => {
  const acts = calls.flatMap((call) =>
    actionsNeedingApproval(serviceCall(call, data), (id) => operations.stateOf(id)).map((id): Act => ({ ...call.service, id })),
  );
  if (acts.length === 0) return undefined;
  await operations.checkCalls(
    calls.map((call) => serviceCall(call, data)),
    signal,
  );
  const states = acts.map(({ id }) => [id, operations.stateOf(id)?.state ?? null]);
  return confirm({
    summary: summaryOf(acts),
    will: acts.map(({ id, domain, service }) => {
      if (id === `${domain}.${service}`) return ['call', id];
      const now = operations.stateOf(id);
      return [service, id, ...(now ? [`${stateWords(now, operations.clock.now())} → ${outcomeWord(service, now, data)}`] : [])];
    }),
    state: states,
  });
};

/** Only the rows of timers name a moment. What was done is told even when the zone cannot be had. */
const zoneOf = async (results: readonly CallResult[], { operations, signal }: Context): Promise<string | undefined> => {
  if (!results.some(({ targets }) => targets.some(({ entityId }) => entityId.startsWith('timer.')))) return undefined;
  return operations.config(signal).then(
    ({ timeZone }) => timeZone,
    () => undefined,
  );
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
  output,
  handler: async (args, context) => {
    const { operations, signal } = context;
    const { calls, data } = await whileStarting(operations, signal, () => planControl(args, operations, signal));
    const waitMs = watchMs(context, args.wait_s * 1000);
    const callTimeoutMs = requestMs(context, waitMs);
    const [first] = calls;
    if (first !== undefined && isCalendarEdit(first))
      return { data: await editCalendar(first, { data, waitMs, callTimeoutMs, dryRun: args.dry_run === true }, context) };
    if (first !== undefined && isTodoEdit(first))
      return { data: await editTodo(first, { data, waitMs, callTimeoutMs, dryRun: args.dry_run === true }, context) };
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
    const results = await Promise.all(
      calls.map((call): Promise<CallResult> => {
        const send = () => perform(operations, call, { data, approval, signal, waitMs, callTimeoutMs });
        return withMadeEvents(call, send, { operations, data, waitMs, signal });
      }),
    );
    // One group's refusal must not hide what another did; only when nothing was done is it an error.
    const [refused] = results.every((result) => result.refused) ? results.flatMap((result) => result.refused ?? []) : [];
    if (refused) throw refused;
    return { data: controlReply(results, { nowMs: operations.clock.now(), timeZone: await zoneOf(results, context) }) };
  },
});
