import { isRecord } from '@switchyard-mcp/core/json';
import type { EntityState, ServiceCall } from './model.ts';
import { scanReferences } from './scan-references.ts';
import { isTrusted, needsApproval } from './security.ts';

type StateOf = (entityId: string) => EntityState | undefined;

/** Entity ids of one value: a text, a comma list or a list of them. */
export const idsIn = (value: unknown): readonly string[] => {
  const texts = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(',').map((id) => id.trim().toLowerCase()) : []));
};

export interface DataTargets {
  /** Everything under a key `entity_id`, however deep: ids, and what is none. */
  readonly ids: readonly string[];
  /** False when a part of the data is nested too deep to be looked through. */
  readonly complete: boolean;
}

/** The entities that the data of a call names as its targets. */
export const dataTargets = (data: unknown): DataTargets => {
  const { references, opaque, complete } = scanReferences(data);
  return { ids: [...references.flatMap(({ role, id }) => (role === 'target' ? [id] : [])), ...opaque], complete };
};

/** Targets together with the members of groups among them, and of their groups. */
const withMembers = (entityIds: readonly string[], stateOf: StateOf): readonly string[] => {
  // A set hands out what is added while it is gone through.
  const found = new Set(entityIds);
  for (const id of found) for (const member of textsIn(stateOf(id)?.attributes['entity_id'])) found.add(member);
  return [...found];
};

const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

const setsScene = (call: ServiceCall): boolean => call.domain === 'scene' && (call.service === 'turn_on' || call.service === 'apply');

const sceneEntities = (call: ServiceCall): readonly string[] =>
  call.domain === 'scene' && isRecord(call.data['entities']) ? Object.keys(call.data['entities']) : [];

/** All entities a call may act on: its targets, those inside its data, and members of groups. */
export const reachOf = (call: ServiceCall, stateOf: StateOf, inData = dataTargets(call.data).ids): readonly string[] =>
  withMembers([...call.entityIds.map((id) => id.toLowerCase()), ...inData, ...sceneEntities(call)], stateOf);

/**
 * What in a call needs a person's agreement: entity ids, or "domain.service" when the act itself does. Empty: nothing.
 * Scenes count as turning on what they list. What a script or automation does inside cannot be seen from here.
 */
export const actionsNeedingApproval = (call: ServiceCall, stateOf: StateOf): readonly string[] => {
  // A spoken sentence can do whatever the assistant may do, and data that cannot be looked through may name anything.
  const spoken = call.domain === 'conversation' && call.service === 'process';
  const { ids, complete } = dataTargets(call.data);
  if (spoken || !complete || needsApproval(call.domain, call.service)) return [`${call.domain}.${call.service}`];
  const [domain, service] = setsScene(call) ? ['homeassistant', 'turn_on'] : [call.domain, call.service];
  return reachOf(call, stateOf, ids).filter((entityId) => {
    const deviceClass = stateOf(entityId)?.attributes['device_class'];
    return needsApproval(domain, service, { entityId, ...(typeof deviceClass === 'string' ? { deviceClass } : {}) });
  });
};

/**
 * What of an entity whose state is to be overwritten makes that a security act: its own id, or those of its members. Empty: nothing.
 * Its class counts as it is and as it shall be.
 */
export const trustedBehind = (
  entityId: string,
  attributes: Readonly<Record<string, unknown>> | undefined,
  stateOf: StateOf,
): readonly string[] => {
  const members = [entityId, ...idsIn(attributes?.['entity_id'])].filter(Boolean);
  return withMembers(members, stateOf).filter((id) =>
    [stateOf(id)?.attributes, id === entityId ? attributes : undefined].some((shown) => isTrusted(id, shown?.['device_class'])),
  );
};
