import { isoTime, stableId } from '../../home/identifiers.ts';
import { type HomeState, isJson, type Json, toList } from '../../home/types.ts';
import { domainOf, type ServiceCall, type ServiceHandler } from '../call.ts';

/** Runs the service steps of a sequence; other kinds of step are passed over. */
async function runSequence(call: ServiceCall, sequence: unknown): Promise<void> {
  for (const step of Array.isArray(sequence) ? sequence : [sequence]) {
    if (!isJson(step)) continue;
    const name = step['action'] ?? step['service'];
    if (typeof name !== 'string') continue;
    const data = isJson(step['data']) ? step['data'] : {};
    const target = isJson(step['target']) ? step['target'] : {};
    const [domain = '', service = ''] = name.split('.');
    await call.nested(domain, service, { ...fillVariables(data, call.data), ...target });
  }
}

/** `{{ name | default(x) }}` in a script's data, replaced by the call's variable or the default. */
function fillVariables(data: Json, variables: Json): Json {
  const fill = (value: unknown): unknown => {
    const found = typeof value === 'string' ? /^\{\{\s*(\w+)\s*(?:\|\s*default\((.*)\))?\s*\}\}$/.exec(value) : null;
    if (!found) return value;
    const given = variables[found[1] ?? ''] ?? found[2];
    return given === undefined || Number.isNaN(Number(given)) ? given : Number(given);
  };
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fill(value)]));
}

async function runScript(call: ServiceCall, objectId: string): Promise<unknown> {
  const config = call.home.configs.script.get(objectId);
  call.put(`script.${objectId}`, undefined, { last_triggered: isoTime(Date.now()) });
  await runSequence(call, config?.['sequence']);
  return isJson(config?.['response']) ? config['response'] : {};
}

/** Runs an automation's actions and leaves a trace. */
async function triggerAutomation(call: ServiceCall, state: HomeState): Promise<void> {
  const id = String(state.attributes['id'] ?? '');
  const config = call.home.configs.automation.get(id);
  const start = Date.now();
  call.put(state.entityId, undefined, { last_triggered: isoTime(start) });
  await runSequence(call, config?.['actions']);
  call.home.traces.unshift({
    last_step: 'action/0',
    run_id: stableId(`${id} ${start} ${call.home.traces.length}`),
    state: 'stopped',
    script_execution: 'finished',
    timestamp: { start: isoTime(start), finish: isoTime(Date.now()) },
    domain: 'automation',
    item_id: id,
    trigger: null,
  });
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
