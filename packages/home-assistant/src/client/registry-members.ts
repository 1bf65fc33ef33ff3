import type { Body } from '../domain/object-operations.ts';
import type { RegistryKind, RegistryRef } from '../domain/registry-operations.ts';
import type { RegistryData } from './registries.ts';

/** An entry that will lose something with a removal, and its fields afterwards. */
export interface Member {
  readonly ref: RegistryRef;
  readonly fields: Body;
}

const byField = (
  kind: RegistryKind,
  entries: Iterable<readonly [string, string | undefined]>,
  id: string,
  field: string,
): readonly Member[] =>
  [...entries].flatMap(([key, value]) => (value === id ? [{ ref: { kind, id: key }, fields: { [field]: null } }] : []));

const byLabel = (kind: RegistryKind, entries: Iterable<readonly [string, readonly string[]]>, id: string): readonly Member[] =>
  [...entries].flatMap(([key, labels]) =>
    labels.includes(id)
      ? [{ ref: { kind, id: key }, fields: { labels: labels.filter((label) => label !== id).sort((a, b) => a.localeCompare(b)) } }]
      : [],
  );

/** What is in a place or has a label. Home Assistant empties these without a trace when the place goes, so undo has to know them. */
export const membersOf = ({ entity, device, area }: RegistryData, { kind, id }: RegistryRef): readonly Member[] => {
  const entities = [...entity.values()];
  const devices = [...device.values()];
  const areas = [...area.values()];
  switch (kind) {
    case 'area':
      return [
        ...byField(
          'entity',
          entities.map((one) => [one.entityId, one.areaId] as const),
          id,
          'area_id',
        ),
        ...byField(
          'device',
          devices.map((one) => [one.deviceId, one.areaId] as const),
          id,
          'area_id',
        ),
      ];
    case 'floor':
      return byField(
        'area',
        areas.map((one) => [one.areaId, one.floorId] as const),
        id,
        'floor_id',
      );
    case 'label':
      return [
        ...byLabel(
          'entity',
          entities.map((one) => [one.entityId, one.labels] as const),
          id,
        ),
        ...byLabel(
          'device',
          devices.map((one) => [one.deviceId, one.labels] as const),
          id,
        ),
        ...byLabel(
          'area',
          areas.map((one) => [one.areaId, one.labels] as const),
          id,
        ),
      ];
    default:
      return [];
  }
};
