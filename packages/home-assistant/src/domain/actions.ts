import { nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';
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
  /** Those of them that nobody named: they came with an area, a floor, "all:". */
  readonly placed?: ReadonlySet<string>;
}

const serviceOf = (services: readonly Service[], domain: string, service: string): Service | undefined =>
  services.find((known) => known.domain === domain && known.service === service);

const unknownService = (action: string, services: readonly Service[]): ToolError => {
  const [domain = '', name = ''] = action.split('.');
  const domains = new Set(services.map((known) => known.domain));
  // A misspelt domain has nothing of its own to describe; the nearest one that knows the action is what was meant.
  const meant = domains.has(domain) ? domain : nearMisses(domain, domains).find((near) => serviceOf(services, near, name) || name === '');
  const pool = services.filter((known) => known.domain === meant);
  const near = nearMisses(
    action,
    (pool.length ? pool : services).map((known) => `${known.domain}.${known.service}`),
  );
  return refuse('not_found', `There is no action "${action.slice(0, 60)}".`, {
    didYouMean: near,
    next: [
      meant !== undefined
        ? `ha_describe_action domain="${meant}" lists what there is.`
        : near[0] !== undefined
          ? `ha_describe_action action="${near[0]}".`
          : 'ha_describe_action lists the domains.',
    ],
  });
};

/** The service that a short action means for an entity. */
const shortService = (action: string, entity: Entity, services: readonly Service[]): Service => {
  const own = words[action]?.[entity.domain] ?? action;
  const found =
    serviceOf(services, entity.domain, own) ??
    (Object.hasOwn(words, action) && own === action && action.startsWith('t') ? serviceOf(services, 'homeassistant', action) : undefined);
  if (found && (found.domain !== 'homeassistant' || entity.domain === 'group')) return found;
  throw refuse('unsupported', `${entity.entityId} knows no action "${action.slice(0, 40)}".`, {
    didYouMean: nearMisses(
      action,
      services.filter((known) => known.domain === entity.domain).map((known) => known.service),
    ),
    next: [`ha_describe_action targets=["${entity.entityId}"].`],
  });
};

/** Which domains an action can act on, for suggestions. */
export const fitting = (action: string, services: readonly Service[]): ((domain: string) => boolean) => {
  if (!action.includes('.')) return (domain) => serviceOf(services, domain, words[action]?.[domain] ?? action) !== undefined;
  const [domain = '', name = ''] = action.split('.');
  const accepts = serviceOf(services, domain, name)?.target?.domains ?? [];
  if (accepts.length === 0) return (own) => domain === 'homeassistant' || own === domain;
  return (own) => accepts.includes(own);
};

const useful = (entity: Entity): boolean => !entity.hidden && !entity.disabled && entity.category === undefined;

const grouped = (pairs: readonly (readonly [Service, Entity])[]): readonly PlannedCall[] => {
  const calls = new Map<Service, Entity[]>();
  for (const [service, entity] of pairs) {
    const entities = calls.get(service);
    if (entities) entities.push(entity);
    else calls.set(service, [entity]);
  }
  return [...calls].map(([service, entities]) => ({ service, entities }));
};

/** A disabled entity takes no action, and Core would not say so. */
const refuseDisabled = (entities: readonly Entity[]): void => {
  const disabled = entities.find((entity) => entity.disabled);
  if (disabled)
    throw refuse('unsupported', `${disabled.entityId} is disabled.`, { next: ['Enable it in Home Assistant first, or leave it out.'] });
};

/** A misspelt domain would match nothing and look like an empty room. */
const checkDomain = (domain: string | undefined, services: readonly Service[]): void => {
  if (domain === undefined || services.some((service) => service.domain === domain)) return;
  const known = new Set(services.map((service) => service.domain));
  throw refuse('not_found', `No action has the domain "${domain.slice(0, 60)}".`, {
    next: ['ha_describe_action lists the domains.'],
    didYouMean: nearMisses(domain, known),
  });
};

const idsOf = (entities: readonly Entity[]): ReadonlySet<string> => new Set(entities.map(({ entityId }) => entityId));

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
    throw refuse('invalid_input', `${action} is not for ${wrong.entityId}.`, {
      next: [`ha_describe_action targets=["${wrong.entityId}"].`],
    });
  const takesEntities =
    service.target !== undefined || service.fields.length === 0 || service.fields.some((field) => field.name === 'entity_id');
  if (!takesEntities && targets.named.length + targets.placed.length > 0)
    throw refuse('invalid_input', `${action} takes no targets.`, {
      next: ['Call again without targets; what it acts on belongs into data.'],
    });
  return [{ service, entities: [...targets.named, ...placed], placed: idsOf(placed) }];
};

/** Which services to call on which entities. Nothing is sent here. @throws ToolError when action and targets do not fit. */
export const planCalls = (
  action: string,
  targets: { readonly named: readonly Entity[]; readonly placed: readonly Entity[] },
  { services, domain }: { readonly services: readonly Service[]; readonly domain?: string | undefined },
): readonly PlannedCall[] => {
  refuseDisabled(targets.named);
  checkDomain(domain, services);
  if (action.includes('.')) return planNamed(action, targets, services);
  if (targets.named.length + targets.placed.length === 0) throw unknownService(domain ? `${domain}.${action}` : action, services);
  const wanted = domain ? [domain] : (everyday[action] ?? undefined);
  const placed = targets.placed.filter(
    (entity) =>
      useful(entity) &&
      (wanted ? wanted.includes(entity.domain) : serviceOf(services, entity.domain, words[action]?.[entity.domain] ?? action)),
  );
  const calls = grouped([...targets.named, ...placed].map((entity) => [shortService(action, entity, services), entity] as const));
  return calls.map((call) => ({ ...call, placed: idsOf(placed) }));
};

/** Their fields are whatever the person who made them reads: nobody lists them. */
const takesAnything = new Set(['script', 'rest_command', 'shell_command', 'python_script', 'pyscript', 'homeassistant']);
/** Not fields but targets; the guard below the tools has its own words for them. */
const targetKeys = new Set(['entity_id', 'device_id', 'area_id', 'floor_id', 'label_id']);
const mostFields = 20;

/** Fields that a service does not have, as far as it says what it has. Core would refuse most of them, or silently drop them. */
const unknownFields = (service: Service, data: Readonly<Record<string, unknown>>): readonly string[] => {
  const known = service.fields.map((field) => field.name);
  if (known.length === 0 || takesAnything.has(service.domain)) return [];
  return Object.keys(data).filter((key) => !known.includes(key) && !targetKeys.has(key));
};

const unknownField = (service: Service, got: string): ToolError => {
  const name = `${service.domain}.${service.service}`;
  const known = service.fields.map((field) => field.name);
  const near = nearMisses(got, known, 2);
  const shown = known.slice(0, mostFields).join(', ');
  const more = known.length > mostFields ? `, ${mostFields} of ${known.length}` : '';
  return refuse('invalid_input', `${name} has no field "${got.slice(0, 60)}".`, {
    ...(near.length > 0 ? { didYouMean: near } : { why: `Its fields are ${shown}${more}.` }),
    next: [`ha_describe_action action="${name}".`],
  });
};

/** Arguments that a service cannot do without, and those it does not have. @throws ToolError invalid_input naming them. */
export const checkFields = (service: Service, data: Readonly<Record<string, unknown>>): void => {
  const [unknown] = unknownFields(service, data);
  if (unknown !== undefined) throw unknownField(service, unknown);
  const missing = service.fields.filter((field) => field.required && data[field.name] === undefined);
  if (missing.length === 0) return;
  const name = `${service.domain}.${service.service}`;
  throw refuse('invalid_input', `${name} needs more in data.`, {
    issues: missing.map((field) => ({
      path: `data.${field.name}`,
      got: 'nothing',
      expected: field.description?.slice(0, 80) ?? 'a value',
    })),
    next: [`ha_describe_action action="${name}".`],
  });
};

/** Names of data that the service does not list, with the near ones: what Core's refusal leaves open. */
export const strangeFields = (service: Service, data: Readonly<Record<string, unknown>>): readonly string[] => {
  const known = service.fields.map((field) => field.name);
  return Object.keys(data)
    .filter((key) => !known.includes(key))
    .flatMap((key) => nearMisses(key, known, 1).map((near) => `${near} (for ${key.slice(0, 40)})`));
};
