import type { Home } from '../home/home.ts';
import { noise, slugify } from '../home/identifiers.ts';
import type { DeviceEntry, Json, RegistryEntry } from '../home/types.ts';

/** One entity to build: its state and everything about it that is not ordinary. */
export interface Plan {
  /** Object id; made from the name when not given. */
  readonly id?: string;
  readonly state: string;
  readonly attributes?: Json;
  /** Area to put it in, through a device of its own or the device given. */
  readonly area?: string;
  readonly device?: DeviceEntry;
  readonly platform?: string;
  /** False for an entity without a unique id, which has no registry entry. */
  readonly registered?: boolean;
  readonly entry?: Partial<RegistryEntry>;
}

/** One line of a seed. */
export type Row = readonly [domain: string, name: string, plan: Plan];

const MAKERS = ['Signify', 'IKEA', 'Aqara', 'Shelly', 'Bosch', 'Sonos', 'Tado', 'Somfy'];

/** Adds an entity with its device and registry entry and answers its id. */
export function addEntity(home: Home, domain: string, name: string, plan: Plan): string {
  const entityId = `${domain}.${plan.id ?? slugify(name)}`;
  const disabled = plan.entry?.disabled_by !== undefined && plan.entry.disabled_by !== null;
  if (plan.registered !== false) register(home, entityId, name, plan);
  // A meter changed minutes ago, anything else up to hours; always the same for the same entity.
  const reach = plan.attributes?.['state_class'] === undefined ? 6 * 3_600_000 : 9 * 60_000;
  const changedAt = home.startedAt - Math.floor(30_000 + noise(entityId, 1) * reach);
  if (!disabled) home.seed(entityId, plan.state, { ...plan.attributes, friendly_name: name }, changedAt);
  return entityId;
}

function register(home: Home, entityId: string, name: string, plan: Plan): void {
  const platform = plan.platform ?? 'demo';
  const maker = MAKERS[Math.floor(noise(entityId) * MAKERS.length)];
  const device =
    plan.device ?? (plan.area === undefined ? undefined : home.registries.addDevice(name, platform, plan.area, maker, 'Model 1'));
  const deviceClass = plan.attributes?.['device_class'];
  home.registries.addEntity(entityId, platform, {
    config_entry_id: device?.config_entry_id ?? null,
    device_id: device?.id ?? null,
    original_name: name,
    original_device_class: typeof deviceClass === 'string' ? deviceClass : null,
    ...plan.entry,
  });
  home.registries.changed('entity', 'create', entityId);
}

/** What a lamp with brightness and colour temperature shows. */
export function lightAttributes(on: boolean, brightness = 180): Json {
  return {
    min_color_temp_kelvin: 2000,
    max_color_temp_kelvin: 6535,
    supported_color_modes: ['color_temp', 'hs'],
    color_mode: on ? 'color_temp' : null,
    brightness: on ? brightness : null,
    color_temp_kelvin: on ? 2700 : null,
    supported_features: 44,
  };
}

/** What a measuring sensor shows. */
export function sensorAttributes(deviceClass: string, unit: string, stateClass = 'measurement'): Json {
  return { state_class: stateClass, unit_of_measurement: unit, device_class: deviceClass };
}
