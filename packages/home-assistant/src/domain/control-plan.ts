import { refuse } from '@switchyard-mcp/core';
import { checkFields, fitting, type PlannedCall, planCalls } from './actions.ts';
import { dataTargets, idsIn } from './approval.ts';
import { homeKnowing } from './entity-refs.ts';
import type { Service } from './model.ts';
import type { HomeOperations } from './operations.ts';
import { resolveTargets } from './resolve-targets.ts';

/** What a person or model asked for, in its own words. */
export interface Wish {
  readonly action: string;
  readonly targets?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly domain?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** What will be sent for it. */
export interface Plan {
  readonly calls: readonly PlannedCall[];
  readonly data: Readonly<Record<string, unknown>>;
}

/** More at once is seldom meant; the person narrows or repeats by area. */
const mostTargets = 200;

/** Entity ids written into data are targets like any other, so that they are checked and watched too. */
const withDataTargets = (
  wish: Wish,
  services: readonly Service[],
): { targets: readonly string[]; data: Readonly<Record<string, unknown>> } => {
  const { entity_id: inData, ...data } = wish.data ?? {};
  const service = services.find((known) => `${known.domain}.${known.service}` === wish.action);
  const aims = inData !== undefined && (service === undefined || service.target !== undefined);
  const targets = wish.targets ?? [];
  return aims ? { targets: [...targets, ...idsIn(inData).filter(Boolean)], data } : { targets, data: wish.data ?? {} };
};

const checkCall = ({ service, entities }: PlannedCall, data: Plan['data']): void => {
  checkFields(service, data);
  // Some take another id instead, such as entry_id.
  const aimless = service.target !== undefined && entities.length === 0 && !Object.keys(data).some((key) => key.endsWith('_id'));
  if (aimless) throw refuse('invalid_input', `${service.domain}.${service.service} needs targets.`, { next: ['Call again with targets.'] });
};

/** Nobody is asked to agree to what the guard will refuse, and a trial must not promise it. */
const requireLevel = ({ service }: PlannedCall): void => {
  const { domain, service: name, needsLevel } = service;
  if (needsLevel === undefined) return;
  throw refuse('permission_denied', `${domain}.${name} needs the level "${needsLevel}", which is above this server's.`, {
    next: ['Ask the person who runs this server to raise its level.'],
  });
};

/** Which calls a wish means, with every target, action and field checked. Nothing is sent here. @throws ToolError when something does not fit. */
export const planControl = async (wish: Wish, operations: HomeOperations, signal: AbortSignal): Promise<Plan> => {
  const services = await operations.services(signal);
  const { targets: wanted, data } = withDataTargets(wish, services);
  const home = await homeKnowing(operations, [...wanted, ...(wish.except ?? [])], signal);
  // Deeper ids must exist as well: Core itself would report success for one that does not.
  resolveTargets(
    home,
    dataTargets(data).ids.filter((id) => id.includes('.')),
  );
  const targets = resolveTargets(home, wanted, { except: wish.except, fits: fitting(wish.action, services) });
  const calls = planCalls(wish.action, targets, { services, domain: wish.domain });
  const count = calls.reduce((sum, call) => sum + call.entities.length, 0);
  if (wanted.length > 0 && count === 0)
    throw refuse('not_found', `Nothing among these targets fits ${wish.action.slice(0, 60)}.`, { next: ['Name a domain, or entity ids.'] });
  if (count > mostTargets)
    throw refuse('invalid_input', `${count} entities at once; at most ${mostTargets}.`, { next: ['Go area by area.'] });
  for (const call of calls) requireLevel(call);
  for (const call of calls) checkCall(call, data);
  return { calls, data };
};
