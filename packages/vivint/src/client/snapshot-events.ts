import { hashOf } from '@switchyard-mcp/core';
import { numericOf, type JsonRecord as Raw, recordOf, recordsOf } from '@switchyard-mcp/core/json';
import { armKind, type Change, systemChanges } from '../domain/device-changes.ts';
import type { VagueEvent } from '../domain/merge-events.ts';
import type { Device, Partition, System } from '../domain/model.ts';
import { armWords, deviceWords, partitionSubject } from '../domain/words.ts';
import { armStateOf } from './mapping/words.ts';
import { partitionNumberOf, timeOf } from './raw.ts';

const fromChange = (
  system: System,
  { change, device, partition }: { change: Change; device?: Device; partition?: Partition },
  span: { readonly from: number; readonly to: number },
): VagueEvent => {
  const said = device?.changedAt ?? partition?.since;
  // The cloud's own time of the change, when it lies between the two reads.
  const exact = said !== undefined && said > span.from && said <= span.to + 60_000;
  const at = exact ? said : span.to;
  return {
    id: hashOf([system.systemId, device?.number ?? `p${partition?.partitionId}`, change.kind, change.after, at]).slice(0, 16),
    at,
    ...(exact ? {} : { notBefore: span.from }),
    systemId: system.systemId,
    kind: change.kind,
    subject: device?.name ?? partitionSubject(system, partition?.partitionId ?? 1),
    text: change.text,
    after: change.after,
    source: 'snapshot',
    ...(device ? { deviceId: device.deviceId } : {}),
    ...(partition ? { partitionId: partition.partitionId } : {}),
    ...(partition?.by === undefined ? {} : { by: partition.by }),
    ...(change.before === undefined ? {} : { before: change.before }),
  };
};

/** What happened between two reads, as far as their difference tells. */
export const differenceEvents = (
  before: System,
  after: System,
  span: { readonly from: number; readonly to: number },
): readonly VagueEvent[] => systemChanges(before, after).map((found) => fromChange(after, found, span));

/** Recent armed states that a partition's document carries with their times. */
export const armHistory = (rawPartition: Raw, system: System): readonly VagueEvent[] => {
  const partitionId = partitionNumberOf(rawPartition);
  return recordsOf(recordOf(rawPartition, 'proph') ?? {}, 's').flatMap((entry): VagueEvent[] => {
    const at = timeOf(entry, 'ts');
    const state = armStateOf(numericOf(entry, 'val'));
    if (at === undefined || state === 'unknown') return [];
    const words = armWords(state);
    return [
      {
        id: hashOf([system.systemId, partitionId, state, at]).slice(0, 16),
        at,
        systemId: system.systemId,
        kind: armKind(state),
        partitionId,
        subject: partitionSubject(system, partitionId),
        text: words,
        after: words,
        source: 'snapshot',
      },
    ];
  });
};

/** Alerts that stand, as the events that raised them. */
export const alertEvents = (system: System): readonly VagueEvent[] =>
  system.alerts.flatMap((alert): VagueEvent[] => {
    if (alert.at === undefined) return [];
    const device = system.devices.find(({ deviceId }) => deviceId === alert.deviceId);
    return [
      {
        id: hashOf([system.systemId, alert.kind, alert.deviceId ?? '', alert.at]).slice(0, 16),
        at: alert.at,
        systemId: system.systemId,
        kind: 'alert',
        subject: device?.name ?? system.name,
        text: alert.kind,
        source: 'snapshot',
        ...(alert.deviceId === undefined ? {} : { deviceId: alert.deviceId }),
      },
    ];
  });

/** "It last changed then": one point for each device, where nothing better is to be had. */
export const lastChangeEvents = (system: System): readonly VagueEvent[] =>
  system.devices.flatMap((device): VagueEvent[] =>
    device.changedAt === undefined
      ? []
      : [
          {
            id: hashOf([system.systemId, device.number, 'changed', device.changedAt]).slice(0, 16),
            at: device.changedAt,
            systemId: system.systemId,
            kind: 'other',
            deviceId: device.deviceId,
            subject: device.name,
            text: `last change; now ${deviceWords(device, system.temperatureUnit)}`,
            after: deviceWords(device, system.temperatureUnit),
            source: 'inferred',
          },
        ],
  );
