import { isRecord, numberOf, textOf, textsOf } from '@switchyard-mcp/core/json';
import type { Area, Device, Floor, Label } from '../domain/model.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What the entity registry knows of an entity. */
export interface RegistryEntity {
  readonly entityId: string;
  readonly name?: string;
  readonly platform?: string;
  readonly uniqueId?: string;
  readonly deviceId?: string;
  readonly configEntryId?: string;
  readonly areaId?: string;
  readonly labels: readonly string[];
  readonly category?: 'config' | 'diagnostic';
  readonly hidden: boolean;
  readonly disabled: boolean;
  /** Changes when the entry does; absent on old versions. */
  readonly modifiedAt?: number;
}

/** Leaves out members that are undefined, so that optional stays optional. */
const present = <T extends Record<string, unknown>>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } => {
  const kept: Record<string, unknown> = {};
  for (const key in members) if (members[key] !== undefined) kept[key] = members[key];
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
};

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

export const toRegistryEntity = (raw: Raw): RegistryEntity | undefined => {
  const entityId = textOf(raw, 'entity_id');
  if (entityId === undefined) return undefined;
  const category = textOf(raw, 'entity_category');
  const uniqueId = raw['unique_id'];
  return present({
    entityId,
    name: textOf(raw, 'name') ?? textOf(raw, 'original_name'),
    platform: textOf(raw, 'platform'),
    uniqueId: isSet(uniqueId) ? String(uniqueId) : undefined,
    deviceId: textOf(raw, 'device_id'),
    configEntryId: textOf(raw, 'config_entry_id'),
    areaId: textOf(raw, 'area_id'),
    labels: textsOf(raw, 'labels'),
    category: category === 'config' || category === 'diagnostic' ? category : undefined,
    hidden: isSet(raw['hidden_by']),
    disabled: isSet(raw['disabled_by']),
    modifiedAt: numberOf(raw, 'modified_at'),
  }) as RegistryEntity;
};

export const toDevice = (raw: Raw): Device | undefined => {
  const deviceId = textOf(raw, 'id');
  if (deviceId === undefined) return undefined;
  return present({
    deviceId,
    name: textOf(raw, 'name_by_user') ?? textOf(raw, 'name') ?? deviceId,
    manufacturer: textOf(raw, 'manufacturer'),
    model: textOf(raw, 'model'),
    areaId: textOf(raw, 'area_id'),
    parentDeviceId: textOf(raw, 'parent_device_id'),
    labels: textsOf(raw, 'labels'),
    disabled: isSet(raw['disabled_by']),
  }) as Device;
};

export const toArea = (raw: Raw): Area | undefined => {
  const areaId = textOf(raw, 'area_id');
  if (areaId === undefined) return undefined;
  const name = textOf(raw, 'name') ?? areaId;
  return present({
    areaId,
    name,
    floorId: textOf(raw, 'floor_id'),
    aliases: textsOf(raw, 'aliases'),
    labels: textsOf(raw, 'labels'),
  }) as Area;
};

export const toFloor = (raw: Raw): Floor | undefined => {
  const floorId = textOf(raw, 'floor_id');
  if (floorId === undefined) return undefined;
  return present({
    floorId,
    name: textOf(raw, 'name') ?? floorId,
    level: numberOf(raw, 'level'),
    aliases: textsOf(raw, 'aliases'),
  }) as Floor;
};

export const toLabel = (raw: Raw): Label | undefined => {
  const labelId = textOf(raw, 'label_id');
  return labelId === undefined ? undefined : { labelId, name: textOf(raw, 'name') ?? labelId };
};

/** Reads a list answer into a map; entries that make no sense are left out. */
export const toMap = <T>(answer: unknown, convert: (raw: Raw) => T | undefined, idOf: (item: T) => string): ReadonlyMap<string, T> => {
  const map = new Map<string, T>();
  for (const raw of Array.isArray(answer) ? answer : []) {
    const item = isRecord(raw) ? convert(raw) : undefined;
    if (item !== undefined) map.set(idOf(item), item);
  }
  return map;
};
