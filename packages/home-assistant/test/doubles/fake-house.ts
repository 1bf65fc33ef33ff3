import { type ConfirmationRequest, createRuntime, type ToolContext, ToolError } from '@switchyard-mcp/core';
import type { Area, Device, Entity, EntityState, Floor, Home, Label, Service, ServiceCall } from '../../src/domain/model.ts';
import type { HomeOperations } from '../../src/domain/operations.ts';
import { fakeHome, stateNow } from './fake-home.ts';

const floors: readonly Floor[] = [
  { floorId: 'cellar', name: 'Cellar', level: -1, aliases: [] },
  { floorId: 'ground', name: 'Ground floor', level: 0, aliases: ['downstairs'] },
  { floorId: 'upper', name: 'Upper floor', level: 1, aliases: [] },
];
const areas: readonly Area[] = [
  { areaId: 'kitchen', name: 'Kitchen', floorId: 'ground', aliases: ['Küche'], labels: [] },
  { areaId: 'hall', name: 'Hall', floorId: 'ground', aliases: [], labels: [] },
  { areaId: 'bedroom', name: 'Bedroom', floorId: 'upper', aliases: [], labels: ['night'] },
  { areaId: 'garage', name: 'Garage', floorId: 'cellar', aliases: [], labels: [] },
];
const labels: readonly Label[] = [{ labelId: 'night', name: 'Night' }];
const devices: readonly Device[] = [
  { deviceId: 'd1', name: 'Kitchen switchboard', areaId: 'kitchen', labels: [], disabled: false },
  { deviceId: 'd2', name: 'Coffee', areaId: 'hall', labels: [], disabled: false },
];

type Extra = Partial<Entity> & { readonly attributes?: Record<string, unknown> };

const thing = (entityId: string, name: string, state: string, { attributes, ...more }: Extra = {}): Entity => ({
  entityId,
  domain: entityId.split('.')[0] ?? '',
  name,
  registered: true,
  labels: [],
  aliases: [],
  hidden: false,
  disabled: false,
  state: stateNow(entityId, state, attributes),
  ...more,
});

/** Three floors, an alias, two things of one name, a lock in no registry, a garage door, and what a place must not drag along. */
const entities: readonly Entity[] = [
  thing('light.kitchen_lights', 'Kitchen Lights', 'on', { areaId: 'kitchen', deviceId: 'd1', attributes: { brightness: 180 } }),
  thing('light.hall', 'Hall lamp', 'off', { areaId: 'hall', aliases: ['Big lamp'] }),
  thing('light.reading_lamp', 'Reading lamp', 'off', { areaId: 'bedroom' }),
  thing('light.reading_lamp_2', 'Reading lamp', 'off', { areaId: 'hall' }),
  thing('light.porch', 'Porch', 'unavailable', { areaId: 'hall' }),
  thing('switch.coffee', 'Coffee machine', 'on', { areaId: 'kitchen', deviceId: 'd2' }),
  thing('switch.kitchen_led', 'Indicator', 'on', { areaId: 'kitchen', category: 'config' }),
  thing('switch.kitchen_hidden', 'Internal', 'on', { areaId: 'kitchen', hidden: true }),
  thing('light.attic', 'Attic', 'off', { areaId: 'bedroom', disabled: true }),
  thing('climate.bedroom', 'Bedroom heating', 'heat', { areaId: 'bedroom', attributes: { temperature: 19, current_temperature: 18.5 } }),
  thing('cover.garage_door', 'Garage door', 'closed', { areaId: 'garage', attributes: { device_class: 'garage', current_position: 0 } }),
  thing('cover.blinds', 'Blinds', 'open', { areaId: 'kitchen', attributes: { device_class: 'blind', current_position: 40 } }),
  thing('lock.front_door', 'Front door', 'locked', { registered: false }),
  thing('sensor.battery', 'Window battery', '7', { areaId: 'hall', attributes: { device_class: 'battery', unit_of_measurement: '%' } }),
  thing('binary_sensor.remote_battery', 'Remote battery', 'on', { areaId: 'hall', attributes: { device_class: 'battery' } }),
  thing('todo.shopping', 'Shopping', '2'),
  thing('script.morning', 'Morning', 'off'),
];

const field = (name: string, required = false) => ({ name, required });
const service = (domain: string, name: string, fields: readonly string[] = [], more: Partial<Service> = {}): Service => ({
  domain,
  service: name,
  fields: fields.map((text) => field(text.replace('*', ''), text.endsWith('*'))),
  target: { domains: [domain] },
  response: 'none',
  ...more,
});
const untargeted = (domain: string, name: string, fields: readonly string[]): Service => ({
  domain,
  service: name,
  fields: fields.map((text) => field(text.replace('*', ''), text.endsWith('*'))),
  response: 'none',
});

const services: readonly Service[] = [
  service('light', 'turn_on', ['brightness', 'brightness_pct', 'transition']),
  ...['light', 'switch'].map((domain) => service(domain, 'turn_off', ['transition'])),
  service('light', 'toggle'),
  service('switch', 'turn_on'),
  service('climate', 'set_temperature', ['temperature', 'hvac_mode']),
  ...['open_cover', 'close_cover', 'toggle'].map((name) => service('cover', name)),
  service('lock', 'lock'),
  service('lock', 'unlock'),
  service('todo', 'get_items', ['status'], { response: 'only' }),
  untargeted('notify', 'phone', ['message*', 'title']),
  untargeted('script', 'morning', []),
];

export interface FakeHouse extends HomeOperations {
  /** What was sent, in order. */
  readonly calls: ServiceCall[];
  change(state: EntityState): void;
}

/** What a call does to the states of a test's home; throws what the home would answer. */
type Reaction = (call: ServiceCall, house: FakeHouse) => unknown;

/** A home with rooms and a catalog. Calls are kept; what becomes of them is the test's reaction. */
export const fakeHouse = (react: Reaction = () => undefined): FakeHouse => {
  const calls: ServiceCall[] = [];
  const base = fakeHome(entities.flatMap(({ name, state }) => (state ? [{ name, state }] : [])));
  let withAliases = false;
  const home = async (): Promise<Home> => ({
    entities: new Map(
      entities.map((entity) => {
        const state = base.stateOf(entity.entityId);
        return [entity.entityId, { ...entity, aliases: withAliases ? entity.aliases : [], ...(state ? { state } : {}) }];
      }),
    ),
    devices: new Map(devices.map((device) => [device.deviceId, device])),
    areas: new Map(areas.map((area) => [area.areaId, area])),
    floors: new Map(floors.map((floor) => [floor.floorId, floor])),
    labels: new Map(labels.map((label) => [label.labelId, label])),
    registryRevision: withAliases ? 2 : 1,
    stateRevision: 1,
  });
  const house: FakeHouse = {
    ...base,
    calls,
    home,
    loadAliases: async () => {
      withAliases = true;
    },
    services: async () => services,
    callService: async (call) => {
      calls.push(call);
      const response = react(call, house);
      return { contextId: 'c', ...(response === undefined ? {} : { response }) };
    },
  };
  return house;
};

/** Sets what turn_on, turn_off, lock and their kind ask for, at once. */
export const obeys: Reaction = (call, house) => {
  const becomes: Readonly<Record<string, string>> = {
    turn_on: 'on',
    turn_off: 'off',
    lock: 'locked',
    unlock: 'unlocked',
    close_cover: 'closing',
  };
  const state = becomes[call.service];
  for (const id of state === undefined ? [] : call.entityIds) {
    const before = house.stateOf(id);
    if (before && state !== undefined && before.state !== 'unavailable') house.change({ ...before, state });
  }
  return undefined;
};

/** A context whose person answers every question as told, and what was asked. */
export const houseContext = (
  house: FakeHouse,
  says: 'yes' | 'no' = 'no',
): { context: ToolContext<HomeOperations>; asked: ConfirmationRequest[] } => {
  const asked: ConfirmationRequest[] = [];
  const context: ToolContext<HomeOperations> = {
    operations: house,
    signal: new AbortController().signal,
    remainingMs: () => 45_000,
    progress: () => undefined,
    writes: createRuntime().writes,
    confirm: async (request) => {
      asked.push(request);
      if (says === 'yes') return { how: 'token' } as Awaited<ReturnType<ToolContext<HomeOperations>['confirm']>>;
      throw new ToolError({ code: 'confirmation_declined', what: 'The person said no', sideEffects: 'none' });
    },
  };
  return { context, asked };
};
