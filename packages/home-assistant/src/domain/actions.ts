import { nearMisses, ToolError } from '@switchyard-mcp/core';
import type { Entity, Service } from './model.ts';

/** What people call an act, per domain where Home Assistant calls it otherwise. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  turn_on: {
    cover: 'open_cover',
    valve: 'open_valve',
    vacuum: 'start',
    button: 'press',
    input_button: 'press',
    scene: 'turn_on',
    script: 'turn_on',
  },
  turn_off: { cover: 'close_cover', valve: 'close_valve', vacuum: 'return_to_base' },
  toggle: {},
  open: { cover: 'open_cover', valve: 'open_valve', lock: 'open' },
  close: { cover: 'close_cover', valve: 'close_valve' },
  stop: { cover: 'stop_cover', valve: 'stop_valve', vacuum: 'stop', media_player: 'media_stop' },
  set_position: { cover: 'set_cover_position', valve: 'set_valve_position' },
  arm_home: { alarm_control_panel: 'alarm_arm_home' },
  arm_away: { alarm_control_panel: 'alarm_arm_away' },
  arm_night: { alarm_control_panel: 'alarm_arm_night' },
  disarm: { alarm_control_panel: 'alarm_disarm' },
  play: { media_player: 'media_play' },
  pause: { media_player: 'media_pause', vacuum: 'pause', timer: 'pause' },
  next: { media_player: 'media_next_track' },
  previous: { media_player: 'media_previous_track' },
  set_volume: { media_player: 'volume_set' },
  activate: { scene: 'turn_on', script: 'turn_on' },
  run: { script: 'turn_on', automation: 'trigger' },
};

/** What "turn off the ground floor" means to a person: no heating, no locks, no automations. */
const everyday: Readonly<Record<string, readonly string[]>> = {
  turn_on: ['light'],
  turn_off: ['light', 'switch', 'fan', 'media_player'],
  toggle: ['light'],
  open: ['cover'],
  close: ['cover', 'valve'],
};

/** One call to be: a service and the entities it goes to. */
export interface PlannedCall {
  readonly service: Service;
  readonly entities: readonly Entity[];
}

const serviceOf = (services: readonly Service[], domain: string, service: string): Service | undefined =>
  services.find((known) => known.domain === domain && known.service === service);

const unknownService = (action: string, services: readonly Service[]): ToolError => {
  const domain = action.split('.')[0];
  const pool = services.filter((known) => known.domain === domain);
  return new ToolError({
    code: 'not_found',
    what: `There is no action "${action.slice(0, 60)}". Nothing was sent`,
    didYouMean: nearMisses(
      action,
      (pool.length ? pool : services).map((known) => `${known.domain}.${known.service}`),
    ),
    next: [`ha_describe_action domain="${(domain ?? '').slice(0, 40)}" lists what there is.`],
    sideEffects: 'none',
  });
};

/** The service that a short action means for an entity. */
const shortService = (action: string, entity: Entity, services: readonly Service[]): Service => {
  const own = words[action]?.[entity.domain] ?? action;
  const found =
    serviceOf(services, entity.domain, own) ??
    (Object.hasOwn(words, action) && own === action && action.startsWith('t') ? serviceOf(services, 'homeassistant', action) : undefined);
  if (found && (found.domain !== 'homeassistant' || entity.domain === 'group')) return found;
  throw new ToolError({
    code: 'unsupported',
    what: `${entity.entityId} knows no action "${action.slice(0, 40)}". Nothing was sent`,
    didYouMean: nearMisses(
      action,
      services.filter((known) => known.domain === entity.domain).map((known) => known.service),
    ),
    next: [`ha_describe_action targets=["${entity.entityId}"].`],
    sideEffects: 'none',
  });
};

const useful = (entity: Entity): boolean => !entity.hidden && !entity.disabled && entity.category === undefined;

const grouped = (pairs: readonly (readonly [Service, Entity])[]): readonly PlannedCall[] => {
  const calls = new Map<Service, Entity[]>();
  for (const [service, entity] of pairs) calls.set(service, [...(calls.get(service) ?? []), entity]);
  return [...calls].map(([service, entities]) => ({ service, entities }));
};

/** A full name: "light.turn_on". Entities of a place count when they are of the service's domain. */
const planNamed = (
  action: string,
  targets: { named: readonly Entity[]; placed: readonly Entity[] },
  services: readonly Service[],
): readonly PlannedCall[] => {
  const [domain = '', name = ''] = action.split('.');
  const service = serviceOf(services, domain, name);
  if (!service) throw unknownService(action, services);
  const accepts = service.target?.domains.length ? service.target.domains : domain === 'homeassistant' ? undefined : [domain];
  const placed = targets.placed.filter(
    (entity) => useful(entity) && (accepts?.includes(entity.domain) ?? (everyday[name] ?? []).includes(entity.domain)),
  );
  const wrong = targets.named.find((entity) => accepts !== undefined && !accepts.includes(entity.domain) && entity.domain !== 'group');
  if (wrong)
    throw new ToolError({
      code: 'invalid_input',
      what: `${action} is not for ${wrong.entityId}. Nothing was sent`,
      next: [`ha_describe_action targets=["${wrong.entityId}"].`],
      sideEffects: 'none',
    });
  return [{ service, entities: [...targets.named, ...placed] }];
};

/** Which services to call on which entities. Nothing is sent here. @throws ToolError when action and targets do not fit. */
export const planCalls = (
  action: string,
  targets: { readonly named: readonly Entity[]; readonly placed: readonly Entity[] },
  { services, domain }: { readonly services: readonly Service[]; readonly domain?: string | undefined },
): readonly PlannedCall[] => {
  if (action.includes('.')) return planNamed(action, targets, services);
  if (targets.named.length + targets.placed.length === 0) throw unknownService(domain ? `${domain}.${action}` : action, services);
  const wanted = domain ? [domain] : (everyday[action] ?? undefined);
  const placed = targets.placed.filter(
    (entity) =>
      useful(entity) &&
      (wanted ? wanted.includes(entity.domain) : serviceOf(services, entity.domain, words[action]?.[entity.domain] ?? action)),
  );
  return grouped([...targets.named, ...placed].map((entity) => [shortService(action, entity, services), entity] as const));
};

/** Arguments that a service cannot do without. @throws ToolError invalid_input naming them. */
export const checkFields = (service: Service, data: Readonly<Record<string, unknown>>): void => {
  const missing = service.fields.filter((field) => field.required && data[field.name] === undefined);
  if (missing.length === 0) return;
  const name = `${service.domain}.${service.service}`;
  throw new ToolError({
    code: 'invalid_input',
    what: `${name} needs more in data. Nothing was sent`,
    issues: missing.map((field) => ({
      path: `data.${field.name}`,
      got: 'nothing',
      expected: field.description?.slice(0, 80) ?? 'a value',
    })),
    next: [`ha_describe_action action="${name}".`],
    sideEffects: 'none',
  });
};

/** Names of data that the service does not list, with the near ones: what Core's refusal leaves open. */
export const strangeFields = (service: Service, data: Readonly<Record<string, unknown>>): readonly string[] => {
  const known = service.fields.map((field) => field.name);
  return Object.keys(data)
    .filter((key) => !known.includes(key))
    .flatMap((key) => nearMisses(key, known, 1).map((near) => `${near} (for ${key.slice(0, 40)})`));
};
