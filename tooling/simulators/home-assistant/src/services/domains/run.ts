import { isoTime } from '../../home/identifiers.ts';
import { Trace } from '../../home/trace.ts';
import { type HomeState, isJson, type Json, toList } from '../../home/types.ts';
import { domainOf, type ServiceCall, type ServiceHandler } from '../service-call.ts';
import { childContext, runTraced } from './sequence.ts';

async function runScript(call: ServiceCall, objectId: string): Promise<unknown> {
  const config = call.home.configs.script.get(objectId) ?? {};
  call.put(`script.${objectId}`, undefined, { last_triggered: isoTime(Date.now()) });
  const run = {
    call,
    domain: 'script' as const,
    itemId: objectId,
    config,
    variables: call.data,
    context: call.context,
    trace: new Trace(),
  };
  await runTraced(run, [], config['sequence']);
  return isJson(config['response']) ? config['response'] : {};
}

/** Runs an automation as automation.trigger does, conditions left out unless asked for, and leaves a trace. */
async function triggerAutomation(call: ServiceCall, state: HomeState): Promise<void> {
  const itemId = String(state.attributes['id'] ?? '');
  const config = call.home.configs.automation.get(itemId) ?? {};
  const context = childContext(call.context);
  const trace = new Trace();
  trace.visit('trigger', { changed_variables: { trigger: { platform: null } } });
  const conditions = call.data['skip_condition'] === false ? [config['conditions'] ?? config['condition'] ?? []].flat() : [];
  call.home.causes.set(context.id, { entityId: state.entityId, name: String(config['alias'] ?? state.entityId) });
  const run = { call, domain: 'automation' as const, itemId, config, variables: {}, context, trace };
  await runTraced(run, conditions, config['actions'] ?? config['action']).catch(() => undefined);
  // Conditions that stop a run leave last_triggered as it was.
  if (trace.lastStep?.startsWith('condition/') !== true) call.put(state.entityId, undefined, { last_triggered: isoTime(trace.startedAt) });
}

async function turnOnScene(call: ServiceCall, state: HomeState): Promise<void> {
  const config = call.home.configs.scene.get(String(state.attributes['id'] ?? ''));
  call.put(state.entityId, isoTime(Date.now()));
  if (isJson(config?.['entities'])) applyEntities(call, config['entities']);
}

function applyEntities(call: ServiceCall, entities: Json): void {
  for (const [entityId, wanted] of Object.entries(entities)) {
    if (isJson(wanted)) {
      const { state, ...attributes } = wanted;
      call.put(entityId, state === undefined ? undefined : String(state), attributes);
    } else call.put(entityId, String(wanted));
  }
}

/** Hands the targets to their own domains, as homeassistant.turn_on does. */
function generic(service: string): ServiceHandler {
  return async (call) => {
    const byDomain = new Map<string, HomeState[]>();
    for (const state of call.targets) {
      const domain = domainOf(state.entityId);
      byDomain.set(domain, [...(byDomain.get(domain) ?? []), state]);
    }
    for (const [domain, states] of byDomain) {
      const name = domain === 'cover' ? ({ turn_on: 'open_cover', turn_off: 'close_cover' }[service] ?? service) : service;
      const entityId = states.map((state) => state.entityId);
      const { entity_id: _e, area_id: _a, device_id: _d, floor_id: _f, label_id: _l, ...data } = call.data;
      // Core passes over what its domain cannot do, with a line in the log.
      await call.nested(domain, name, { ...data, entity_id: entityId }).catch(() => {
        call.home.warn('homeassistant.components.homeassistant', `The service homeassistant.${service} cannot be called without a target`);
      });
    }
  };
}

/** Scripts, automations, scenes and the generic on and off. */
export const RUN_HANDLERS: Readonly<Record<string, ServiceHandler>> = {
  'script.turn_on': (call) => Promise.all(call.targets.map((state) => runScript(call, state.entityId.slice(7)))).then(() => undefined),
  'script.turn_off': (call) => call.targets.forEach((state) => call.put(state.entityId, 'off')),
  'script.toggle': (call) => Promise.all(call.targets.map((state) => runScript(call, state.entityId.slice(7)))).then(() => undefined),
  'script.reload': () => undefined,
  'script.*': (call) => runScript(call, call.service),
  'automation.turn_on': (call) => call.targets.forEach((state) => call.put(state.entityId, 'on')),
  'automation.turn_off': (call) => call.targets.forEach((state) => call.put(state.entityId, 'off')),
  'automation.toggle': (call) => call.targets.forEach((state) => call.put(state.entityId, state.state === 'on' ? 'off' : 'on')),
  'automation.trigger': (call) => Promise.all(call.targets.map((state) => triggerAutomation(call, state))).then(() => undefined),
  'scene.turn_on': (call) => Promise.all(call.targets.map((state) => turnOnScene(call, state))).then(() => undefined),
  'scene.apply': (call) => (isJson(call.data['entities']) ? applyEntities(call, call.data['entities']) : undefined),
  'scene.create': (call) => {
    const id = String(call.data['scene_id']);
    const entities = isJson(call.data['entities']) ? call.data['entities'] : {};
    call.home.configs.scene.set(id, { id, name: id, entities });
    call.home.set(
      `scene.${id}`,
      'unknown',
      { entity_id: [...Object.keys(entities), ...toList(call.data['snapshot_entities'])], id, friendly_name: id },
      call.context,
    );
  },
  'homeassistant.turn_on': generic('turn_on'),
  'homeassistant.turn_off': generic('turn_off'),
  'homeassistant.toggle': generic('toggle'),
};
