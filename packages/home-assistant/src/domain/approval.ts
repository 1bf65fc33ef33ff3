import { isRecord } from './is-record.ts';
import type { EntityState, ServiceCall } from './model.ts';
import { isTrusted, needsApproval } from './security.ts';

type StateOf = (entityId: string) => EntityState | undefined;

const maxDepth = 8;

/** Entity ids of one value: a text, a comma list or a list of them. */
export const idsIn = (value: unknown): readonly string[] => {
  const texts = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(',').map((id) => id.trim().toLowerCase()) : []));
};

/** Every entity id under a key `entity_id`, however deep. */
export const dataTargets = (value: unknown, depth = 0): readonly string[] => {
  if (depth > maxDepth) return [];
  if (Array.isArray(value)) return value.flatMap((item) => dataTargets(item, depth + 1));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => (key === 'entity_id' ? idsIn(item) : dataTargets(item, depth + 1)));
};

/** Targets together with the members of groups among them, and of their groups. */
const withMembers = (entityIds: readonly string[], stateOf: StateOf): readonly string[] => {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    const members = stateOf(id)?.attributes['entity_id'];
    if (Array.isArray(members)) for (const member of members) if (typeof member === 'string') visit(member);
  };
  for (const id of entityIds) visit(id);
  return [...found];
};

const setsScene = (call: ServiceCall): boolean => call.domain === 'scene' && (call.service === 'turn_on' || call.service === 'apply');

const sceneEntities = (call: ServiceCall): readonly string[] =>
  call.domain === 'scene' && isRecord(call.data['entities']) ? Object.keys(call.data['entities']) : [];

/** All entities a call may act on: its targets, those inside its data, and members of groups. */
export const reachOf = (call: ServiceCall, stateOf: StateOf): readonly string[] =>
  withMembers([...call.entityIds.map((id) => id.toLowerCase()), ...dataTargets(call.data), ...sceneEntities(call)], stateOf);

/**
 * What in a call needs a person's agreement: entity ids, or "domain.service" when the act itself does. Empty: nothing.
 * Scenes count as turning on what they list. What a script or automation does inside cannot be seen from here.
 */
export const actsNeedingApproval = (call: ServiceCall, stateOf: StateOf): readonly string[] => {
  // A spoken sentence can do whatever the assistant may do.
  const spoken = call.domain === 'conversation' && call.service === 'process';
  if (spoken || needsApproval(call.domain, call.service)) return [`${call.domain}.${call.service}`];
  const [domain, service] = setsScene(call) ? ['homeassistant', 'turn_on'] : [call.domain, call.service];
  return reachOf(call, stateOf).filter((entityId) => {
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
