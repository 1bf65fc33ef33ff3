import {
  type Approval,
  type Approvals,
  createGates,
  type Gates,
  isToolError,
  mayHold,
  refuse,
  type ToolError,
  tooDeep,
} from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import { homeAssistantLevels } from '../config.ts';
import { actionsNeedingApproval, dataTargets, idsIn, reachOf, trustedBehind } from '../domain/approval.ts';
import { idsPossible } from '../domain/entity-mentions.ts';
import type { CalendarEdit, EntityState, Service, ServiceCall } from '../domain/model.ts';
import { levelOfService } from '../domain/service-levels.ts';
import type { Policy } from './policy.ts';

/** What the guard asks of the live picture, and of who may agree. */
export interface Seen extends Approvals {
  stateOf(entityId: string): EntityState | undefined;
  /** Does the entity exist, with or without a state, and is it visible? */
  exists(entityId: string): boolean;
  /** Does it exist, but hidden by the lists? */
  isHidden(entityId: string): boolean;
  /** Is it a group some of whose members are hidden? */
  hasHiddenMembers(entityId: string): boolean;
}

/** The rules below the tools: nothing reaches Home Assistant that did not pass here. */
export interface Guard extends Gates {
  /** Refuses a service above the level in force: each needs what the tool made for it does. */
  requireCallLevel(call: Pick<ServiceCall, 'domain' | 'service'>): void;
  /** Refuses an entity that does not exist, or must look as if. */
  requireEntity(entityId: string): void;
  /** Refuses a service call that breaks the level, the lists or the security rule. */
  checkCall(call: ServiceCall, approval: Approval | undefined, findService: () => Promise<Service | undefined>): Promise<void>;
  /** Refuses to delete an event without an approval, and texts that name what the lists hide. */
  checkEvent(edit: CalendarEdit, approval: Approval | undefined): void;
  /** Refuses to make up, without an approval, a state that locks and alarms may hang on. */
  checkOverwrite(entityId: string, attributes: ServiceCall['data'] | undefined, approval: Approval | undefined): void;
  /** Does any text of a value name an entity that the lists hide? What is nested too deep to be looked through counts as doing so. */
  mentionsHidden(value: unknown): boolean;
}

const entityIdPattern = /^[a-z0-9_]+\.[a-z0-9_]+$/;
const rawTargets = ['device_id', 'area_id', 'floor_id', 'label_id'] as const;
/** Services of the script domain that are not scripts themselves. */
export const plainScriptServices: ReadonlySet<string> = new Set(['turn_on', 'turn_off', 'toggle', 'reload']);

const missing = (entityId: string, why: string | undefined): ToolError =>
  refuse('not_found', `There is no entity ${entityId.slice(0, 100)}.`, {
    why,
    next: ['Search for the entity by name, then use the id found.'],
  });

/** Only of calls: a read is refused by Home Assistant itself. */
const wouldDoNothing = 'Home Assistant would accept the call and do nothing.';

const badId = (id: string): ToolError =>
  refuse('invalid_input', `"${id.slice(0, 60)}" is not a valid entity id.`, {
    why: 'Only full ids such as light.kitchen are sent; "all" would reach more than was named.',
    next: ['Name each entity by its id.'],
  });

/** Makes the guard of one connection. */
export const createGuard = (policy: Policy, seen: Seen): Guard => {
  const { level, security } = policy;
  const gates = createGates({ levels: homeAssistantLevels, level, security, accepts: seen.accepts, elsewhere: 'in Home Assistant itself' });

  const requireCallLevel: Guard['requireCallLevel'] = ({ domain, service }) =>
    gates.requireLevel(levelOfService(domain, service), `Calling ${domain}.${service}`);

  const requireId = (entityId: string, why?: string): void => {
    if (!entityIdPattern.test(entityId)) throw badId(entityId);
    if (!seen.exists(entityId)) throw missing(entityId, why);
  };
  const requireEntity: Guard['requireEntity'] = (entityId) => requireId(entityId);

  const holdsHidden = (text: unknown): boolean => {
    if (typeof text !== 'string') return false;
    for (const id of idsPossible(text)) if (seen.isHidden(id)) return true;
    return false;
  };
  const mentionsHidden = (value: unknown): boolean => {
    if (!policy.restricted) return false;
    return mayHold(value, ({ key, value: item }) => holdsHidden(key) || holdsHidden(item));
  };

  /** Areas, devices and labels would reach entities that nobody named or that are hidden. */
  const checkRawTargets = async (call: ServiceCall, findService: () => Promise<Service | undefined>): Promise<void> => {
    const used = rawTargets.filter((key) => call.data[key] !== undefined);
    if (used.length === 0) return;
    const service = await findService();
    const ownFields =
      !policy.restricted && service?.target === undefined && used.every((key) => service?.fields.some((field) => field.name === key));
    if (!ownFields)
      throw refuse('invalid_input', `${call.domain}.${call.service} cannot be called with ${used.join(', ')} in its data.`, {
        why: 'Areas, devices, floors and labels are resolved to entities first.',
        next: ['Give the entities as targets instead.'],
      });
  };

  const checkEntities = (call: ServiceCall): void => {
    const { ids, complete } = dataTargets(call.data);
    if (!complete) throw tooDeep(`The data of ${call.domain}.${call.service}`);
    for (const id of [...call.entityIds, ...ids]) requireId(id, wouldDoNothing);
    if (call.domain === 'scene' && isRecord(call.data['entities']))
      for (const id of Object.keys(call.data['entities']).flatMap(idsIn)) requireId(id, wouldDoNothing);
    if (mentionsHidden(call.data))
      throw refuse('not_found', `The data of ${call.domain}.${call.service} names an entity that does not exist.`, {
        why: 'One of the ids in it was not found.',
        next: ['Search for the entities by name, then use the ids found.'],
      });
    const group = reachOf(call, seen.stateOf).find(seen.hasHiddenMembers);
    if (group !== undefined)
      throw refuse('permission_denied', `${group} may not be controlled.`, {
        why: 'Some of its members are outside the entities this server may use.',
        next: ['Name the single entities instead.'],
      });
  };

  const checkWithoutTarget = (call: ServiceCall): void => {
    if (!policy.restricted) return;
    if (call.domain === 'conversation')
      throw refuse('permission_denied', 'Spoken commands are refused.', {
        why: 'This server may use only some entities, and a spoken command can reach all.',
        next: ['Control the entities directly.'],
      });
    if (call.domain === 'script' && !plainScriptServices.has(call.service)) requireEntity(`script.${call.service}`);
  };

  const checkApproval = (call: ServiceCall, approval: Approval | undefined): void => {
    const acts = actionsNeedingApproval(call, seen.stateOf);
    if (acts.length === 0) return;
    gates.requireApproval(approval, `Calling ${call.domain}.${call.service}`, {
      why: `It would act on ${acts.slice(0, 3).join(', ')}.`,
      next: 'Use a tool that asks for agreement, with these entities as targets.',
    });
  };

  const checkCall: Guard['checkCall'] = async (call, approval, findService) => {
    requireCallLevel(call);
    checkEntities(call);
    checkWithoutTarget(call);
    await checkRawTargets(call, findService);
    checkApproval(call, approval);
  };

  const checkEvent: Guard['checkEvent'] = (edit, approval) => {
    if (mentionsHidden(edit))
      throw refuse('not_found', 'The event names an entity that does not exist.', {
        why: 'One of the ids in it was not found.',
        next: ['Leave it out.'],
      });
    if (edit.event === undefined) gates.requireApproval(approval, 'Deleting an event');
  };

  const checkOverwrite: Guard['checkOverwrite'] = (entityId, attributes, approval) => {
    if (trustedBehind(entityId, attributes, seen.stateOf).length > 0)
      gates.requireApproval(approval, `Overwriting the state of ${entityId}`);
  };

  return {
    ...gates,
    requireCallLevel,
    requireEntity,
    checkCall,
    checkEvent,
    checkOverwrite,
    mentionsHidden,
  };
};

/** Runs a check of the guard before anybody was asked: that nobody agreed yet is no refusal then. */
export const beforeAsking = async (check: () => Promise<void>): Promise<void> => {
  try {
    await check();
  } catch (error) {
    if (!isToolError(error) || error.fields.code !== 'confirmation_required') throw error;
  }
};

/** The one answer to every template that reaches hidden entities: it must not tell which. */
export const refuseHiddenReads = (): ToolError =>
  refuse('permission_denied', 'The template was refused.', {
    why: 'It reads entities outside those this server may use, or all entities at once.',
    next: ['Name the entities that the template reads, and only those found by a search.'],
  });

/** Whoever has the token of a picture needs no other. */
export const refuseTokenReads = (): ToolError =>
  refuse('permission_denied', 'The template was refused.', {
    why: 'It reads the access token of a picture.',
    next: ['Use ha_snapshot to see the picture.'],
  });
