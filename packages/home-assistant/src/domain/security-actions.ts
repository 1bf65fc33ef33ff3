import { mayHold, type WalkNode, walkValue } from '@switchyard-mcp/core';
import { isRecord, toRecord } from '@switchyard-mcp/core/json';
import { actionsNeedingApproval } from './approval.ts';
import { isInput, targetsByInput } from './blueprint-inputs.ts';
import { isTemplate } from './is-template.ts';
import type { EntityState } from './model.ts';
import type { ObjectRef } from './object-ref.ts';
import { placeKeys, serviceKeys } from './reference-keys.ts';
import { type ScannedBody, scanReferences } from './scan-references.ts';
import { needsApproval, opensUp } from './security.ts';
import { levelOfService } from './service-levels.ts';

type Raw = Readonly<Record<string, unknown>>;
type StateOf = (entityId: string) => EntityState | undefined;

const serviceId = /^([a-z][a-z0-9_]*)\.([a-z0-9_]+)$/;

const tooDeep = 'actions nested too deep to look through';
const byTemplate = 'an action that a template names';
const byInput = 'an action that an input names';
const deviceByInput = 'an action of a device that an input names';
const onWhatever = 'on what a place, a template or an input names';

/** Does an action say only that something may be done? Two of the same words need not be the same action. */
export const isVague = (action: string): boolean =>
  [tooDeep, byTemplate, byInput, deviceByInput].includes(action) || action.endsWith(onWhatever);

/** Would the service on something unknown be an action that needs an approval? A cover is then taken for a garage door. */
const perhaps = (domain: string, service: string): boolean => {
  // The domain of `homeassistant` reaches every entity, and a scene may list any.
  if (domain === 'scene' && service === 'turn_on') return perhaps('homeassistant', service);
  const reached = domain === 'homeassistant' ? ['lock.any', 'cover.any'] : [`${domain}.any`];
  return reached.some((entityId) => needsApproval(domain, service, { entityId, deviceClass: 'garage' }));
};

const dataOf = (node: Raw): Raw => ({
  ...toRecord(node['data_template']),
  ...toRecord(node['data']),
});

/** Does an action leave open what it is about: by a template, a place, an input, or where nobody can look? */
const isOpen = (node: Raw, { references, opaque, complete }: ScannedBody): boolean => {
  const { entity_id: own, target, data, data_template: template } = node;
  const parts = { entity_id: own, target, data, data_template: template };
  if (!complete || opaque.length > 0 || isTemplate(target) || isTemplate(data) || isTemplate(template)) return true;
  if (references.some(({ role, id }) => role === 'target' && !serviceId.test(id)) || targetsByInput(parts)) return true;
  const named = [node, target, dataOf(node)].filter(isRecord);
  // A template may stand in a key: what it renders to is a key of the call.
  return named.some((part) => [...placeKeys.keys()].some((key) => part[key] !== undefined)) || mayHold(parts, ({ key }) => isTemplate(key));
};

const ofService = (node: Raw, written: string, stateOf: StateOf): readonly string[] => {
  if (isTemplate(written)) return [byTemplate];
  // Home Assistant takes Lock.Unlock for lock.unlock.
  const name = written.trim().toLowerCase();
  const [, domain, service] = serviceId.exec(name) ?? [];
  if (domain === undefined || service === undefined) return [];
  const { entity_id: own, target, data: given, data_template: template } = node;
  const scan = scanReferences({ entity_id: own, target, data: given, data_template: template });
  if (perhaps(domain, service) && isOpen(node, scan)) return [`${name} ${onWhatever}`];
  const entityIds = scan.references.flatMap(({ role, id }) => (role === 'target' && serviceId.test(id) ? [id] : []));
  const actions = actionsNeedingApproval({ domain, service, data: dataOf(node), entityIds, returnResponse: false }, stateOf);
  // A body runs whoever starts it, also at a level that may not call this by itself.
  if (actions.length === 0) return levelOfService(domain, service) === 'admin' ? [name] : [];
  return actions.map((id) => (id === name ? name : `${name} ${id}`));
};

/** An action of a device says what it does in `type`, in words of its own. */
const ofDevice = (node: Raw): readonly string[] => {
  const { domain, type, device_id: deviceId } = node;
  if (deviceId !== undefined && (isInput(domain) || isInput(type))) return [deviceByInput];
  if (typeof domain !== 'string' || typeof type !== 'string' || deviceId === undefined) return [];
  // Triggers and conditions of devices say what they look at, with the same keys.
  if (node['trigger'] !== undefined || node['platform'] !== undefined || node['condition'] !== undefined) return [];
  return [type, `${type}_${domain}`, `alarm_${type}`].some((service) => perhaps(domain, service)) ? [`${domain} ${type} of a device`] : [];
};

const ofStep = (step: Raw, stateOf: StateOf): readonly string[] => {
  const own = [...serviceKeys].flatMap((key) => {
    const name = step[key];
    if (typeof name === 'string') return ofService(step, name, stateOf);
    return isInput(name) ? [byInput] : [];
  });
  const scene = typeof step['scene'] === 'string' ? ofService({ target: { entity_id: step['scene'] } }, 'scene.turn_on', stateOf) : [];
  return [...own, ...scene, ...ofDevice(step)];
};

/** Every object of a body may be an action; what is nested too deep to be looked through is taken for one. */
const ofBody = (body: unknown, stateOf: StateOf): readonly string[] => {
  const actions: string[] = [];
  const visit = ({ value }: WalkNode): void => void (isRecord(value) && actions.push(...ofStep(value, stateOf)));
  const { complete } = walkValue<void>(body, visit, { context: undefined });
  return complete ? actions : [...actions, tooDeep];
};

/** Whoever may speak to an assistant may open what it sees. The body may leave the id out or give a new one: the address says whose it is. */
const ofExposure = (ref: ObjectRef, exposed: readonly unknown[], stateOf: StateOf): readonly string[] => {
  const id = ref.domain === 'entity' ? ref.key : ref.id;
  const deviceClass = stateOf(id)?.attributes['device_class'];
  if (!opensUp(id, typeof deviceClass === 'string' ? deviceClass : undefined)) return [];
  return exposed.map((assistant) => `showing ${id} to ${String(assistant)}`);
};

/**
 * Security-relevant actions that an object does by itself once it is there: unlocking, disarming, opening a garage…
 * Dashboards only offer them to a person. A blueprint does them in whatever is made from it, without that being saved again.
 */
export const securityActionsOf = (ref: ObjectRef, body: unknown, stateOf: StateOf): readonly string[] => {
  if (!['automation', 'script', 'scene', 'helper', 'entity', 'blueprint'].includes(ref.kind)) return [];
  if (ref.kind === 'entity' && isRecord(body) && Array.isArray(body['exposed'])) return ofExposure(ref, body['exposed'], stateOf);
  if (ref.kind === 'scene') {
    const entities = toRecord(toRecord(body)['entities']);
    return ofService({ data: { entities } }, 'scene.apply', stateOf);
  }
  return [...new Set(ofBody(body, stateOf))];
};
