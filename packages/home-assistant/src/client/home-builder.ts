import type { Device, Entity, EntityState, Home } from '../domain/model.ts';
import type { Policy } from './policy.ts';
import type { Registries } from './registries.ts';
import type { RegistryEntity } from './registry-entries.ts';
import type { StateCache } from './state-cache.ts';

const maxParents = 5;

/** Area of a device: its own, else that of the device it is a part of. */
const areaOfDevice = (devices: ReadonlyMap<string, Device>, deviceId: string | undefined): string | undefined => {
  let device = deviceId === undefined ? undefined : devices.get(deviceId);
  for (let step = 0; device !== undefined && step < maxParents; step += 1) {
    if (device.areaId !== undefined) return device.areaId;
    device = device.parentDeviceId === undefined ? undefined : devices.get(device.parentDeviceId);
  }
  return undefined;
};

const nameOf = (
  entityId: string,
  state: EntityState | undefined,
  entry: RegistryEntity | undefined,
  devices: ReadonlyMap<string, Device>,
): string => {
  const friendly = state?.attributes['friendly_name'];
  if (typeof friendly === 'string' && friendly.trim() !== '') return friendly;
  const device = entry?.deviceId === undefined ? undefined : devices.get(entry.deviceId);
  return entry?.name ?? device?.name ?? entityId;
};

const toEntity = (entityId: string, cache: StateCache, registries: Registries): Entity => {
  const entry = registries.data.entity.get(entityId);
  const state = cache.states.get(entityId);
  const areaId = entry?.areaId ?? areaOfDevice(registries.data.device, entry?.deviceId);
  return {
    entityId,
    domain: entityId.slice(0, entityId.indexOf('.')),
    name: nameOf(entityId, state, entry, registries.data.device),
    registered: entry !== undefined,
    ...(entry?.platform === undefined ? {} : { platform: entry.platform }),
    ...(entry?.uniqueId === undefined ? {} : { uniqueId: entry.uniqueId }),
    ...(entry?.deviceId === undefined ? {} : { deviceId: entry.deviceId }),
    ...(entry?.configEntryId === undefined ? {} : { configEntryId: entry.configEntryId }),
    ...(areaId === undefined ? {} : { areaId }),
    labels: entry?.labels ?? [],
    aliases: registries.aliases.get(entityId) ?? [],
    ...(entry?.category === undefined ? {} : { category: entry.category }),
    hidden: entry?.hidden ?? false,
    disabled: entry?.disabled ?? false,
    ...(state === undefined ? {} : { state }),
  };
};

/** A device all of whose entities are hidden would give away that they exist. */
const visibleDevices = (registries: Registries, policy: Policy): ReadonlyMap<string, Device> => {
  if (!policy.restricted) return registries.data.device;
  const seen = new Set<string>();
  const concealed = new Set<string>();
  for (const entry of registries.data.entity.values())
    if (entry.deviceId !== undefined) (policy.visible(entry.entityId) ? seen : concealed).add(entry.deviceId);
  return new Map([...registries.data.device].filter(([id]) => seen.has(id) || !concealed.has(id)));
};

/** Builds pictures of the home that never change after they were handed out. Only what changed is built anew. */
export const createHomeBuilder = (cache: StateCache, registries: Registries, policy: Policy): (() => Home) => {
  let home: Home | undefined;
  let builtFrom = -1;
  let registryRevision = 0;

  const all = (): ReadonlyMap<string, Entity> => {
    const entities = new Map<string, Entity>();
    for (const id of registries.data.entity.keys()) if (policy.visible(id)) entities.set(id, toEntity(id, cache, registries));
    for (const id of cache.states.keys()) if (!entities.has(id)) entities.set(id, toEntity(id, cache, registries));
    return entities;
  };

  const update = (before: ReadonlyMap<string, Entity>, changed: ReadonlySet<string>): ReadonlyMap<string, Entity> => {
    const entities = new Map(before);
    for (const id of changed) {
      const old = entities.get(id);
      if (!cache.states.has(id) && !registries.data.entity.has(id)) entities.delete(id);
      else entities.set(id, toEntity(id, cache, registries));
      const now = entities.get(id);
      if (old?.name !== now?.name || (old === undefined) !== (now === undefined)) registryRevision += 1;
    }
    return entities;
  };

  const rebuild = (): Home => {
    builtFrom = registries.revision;
    registryRevision += 1;
    cache.takeChanged();
    const { area, floor, label } = registries.data;
    const devices = visibleDevices(registries, policy);
    return { entities: all(), devices, areas: area, floors: floor, labels: label, registryRevision, stateRevision: cache.revision };
  };

  return () => {
    if (home === undefined || builtFrom !== registries.revision) home = rebuild();
    const changed = cache.takeChanged();
    if (changed.size > 0) {
      const entities = update(home.entities, changed);
      home = { ...home, entities, registryRevision, stateRevision: cache.revision };
    }
    return home;
  };
};
