import { actsNeedingApproval, dataTargets, idsIn } from './approval.ts';
import { isInput, targetsByInput } from './blueprint-inputs.ts';
import { isRecord } from './is-record.ts';
import { isTemplate } from './is-template.ts';
import type { EntityState } from './model.ts';
import type { ObjectRef } from './object-ref.ts';
import { needsApproval, opensUp } from './security.ts';
import { levelOfService } from './service-levels.ts';

type StateOf = (entityId: string) => EntityState | undefined;

const serviceId = /^([a-z][a-z0-9_]*)\.([a-z0-9_]+)$/;
const placeKeys = ['area_id', 'device_id', 'floor_id', 'label_id'] as const;
const maxDepth = 60;

const tooDeep = 'actions nested too deep to look through';
const byTemplate = 'an action that a template names';
const byInput = 'an action that an input names';
const deviceByInput = 'an act of a device that an input names';
const onWhatever = 'on what a place, a template or an input names';

/** Does an act say only that something may be done? Two of the same words need not be the same act. */
export const isVague = (act: string): boolean => [tooDeep, byTemplate, byInput, deviceByInput].includes(act) || act.endsWith(onWhatever);

/** Would the service on something unknown be an act that needs an approval? A cover is then taken for a garage door. */
const perhaps = (domain: string, service: string): boolean => {
  // The domain of `homeassistant` reaches every entity, and a scene may list any.
  if (domain === 'scene' && service === 'turn_on') return perhaps('homeassistant', service);
  const reached = domain === 'homeassistant' ? ['lock.any', 'cover.any'] : [`${domain}.any`];
  return reached.some((entityId) => needsApproval(domain, service, { entityId, deviceClass: 'garage' }));
};

const ofService = (node: Record<string, unknown>, name: string, stateOf: StateOf): readonly string[] => {
  if (isTemplate(name)) return [byTemplate];
  const [, domain, service] = serviceId.exec(name) ?? [];
  if (domain === undefined || service === undefined) return [];
  const target = isRecord(node['target']) ? node['target'] : {};
  const data = isRecord(node['data']) ? node['data'] : {};
  const named = [node['entity_id'], target['entity_id'], ...dataTargets(data)].flatMap(idsIn);
  const vague =
    named.some((id) => isTemplate(id) || !serviceId.test(id)) ||
    isTemplate(node['target']) ||
    targetsByInput({ entity_id: node['entity_id'], target: node['target'], data: node['data'] }) ||
    placeKeys.some((key) => [node, target, data].some((part) => part[key] !== undefined));
  if (vague && perhaps(domain, service)) return [`${name} ${onWhatever}`];
  const call = { domain, service, data, entityIds: named.filter((id) => serviceId.test(id)), returnResponse: false };
  const acts = actsNeedingApproval(call, stateOf).map((id) => (id === name ? name : `${name} ${id}`));
  // A body runs whoever starts it, also at a level that may not call this by itself.
  return acts.length === 0 && levelOfService(domain, service) === 'admin' ? [name] : acts;
};

/** An action of a device says what it does in `type`, in words of its own. */
const ofDevice = (node: Record<string, unknown>): readonly string[] => {
  const { domain, type, device_id: deviceId } = node;
  if (deviceId !== undefined && (isInput(domain) || isInput(type))) return [deviceByInput];
  if (typeof domain !== 'string' || typeof type !== 'string' || deviceId === undefined) return [];
  // Triggers and conditions of devices say what they look at, with the same keys.
  if (node['trigger'] !== undefined || node['platform'] !== undefined || node['condition'] !== undefined) return [];
  return [type, `${type}_${domain}`, `alarm_${type}`].some((service) => perhaps(domain, service)) ? [`${domain} ${type} of a device`] : [];
};

const visit = (value: unknown, stateOf: StateOf, depth = 0): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (depth > maxDepth) return [tooDeep];
  if (Array.isArray(value)) return value.flatMap((item) => visit(item, stateOf, depth + 1));
  if (!isRecord(value)) return [];
  const own = ['action', 'service', 'perform_action'].flatMap((key) =>
    typeof value[key] === 'string' ? ofService(value, value[key], stateOf) : isInput(value[key]) ? [byInput] : [],
  );
  const scene = typeof value['scene'] === 'string' ? ofService({ target: { entity_id: value['scene'] } }, 'scene.turn_on', stateOf) : [];
  return [...own, ...scene, ...ofDevice(value), ...Object.values(value).flatMap((item) => visit(item, stateOf, depth + 1))];
};

/** Whoever may speak to an assistant may open what it sees. The body may leave the id out or give a new one: the address tells whose it is. */
const ofExposure = (ref: ObjectRef, exposed: readonly unknown[], stateOf: StateOf): readonly string[] => {
  const id = ref.domain === 'entity' ? ref.key : ref.id;
  const deviceClass = stateOf(id)?.attributes['device_class'];
  if (!opensUp(id, typeof deviceClass === 'string' ? deviceClass : undefined)) return [];
  return exposed.map((assistant) => `showing ${id} to ${String(assistant)}`);
};

/**
 * Security-relevant acts that an object does by itself once it is there: unlocking, disarming, opening a garage…
 * Dashboards only offer them to a person. A blueprint does them in whatever is made from it, without that being saved again.
 */
export const securityActsOf = (ref: ObjectRef, body: unknown, stateOf: StateOf): readonly string[] => {
  if (!['automation', 'script', 'scene', 'helper', 'entity', 'blueprint'].includes(ref.kind)) return [];
  if (ref.kind === 'entity' && isRecord(body) && Array.isArray(body['exposed'])) return ofExposure(ref, body['exposed'], stateOf);
  if (ref.kind === 'scene') {
    const entities = isRecord(body) && isRecord(body['entities']) ? body['entities'] : {};
    return ofService({ data: { entities } }, 'scene.apply', stateOf);
  }
  return [...new Set(visit(body, stateOf))];
};
