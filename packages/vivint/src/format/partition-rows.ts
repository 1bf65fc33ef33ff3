import type { House, Partition, System } from '../domain/model.ts';
import type { Deed } from '../domain/operations.ts';
import { readinessOf } from '../domain/readiness.ts';
import { armWords, deviceWords } from '../domain/words.ts';
import { timeWords } from './times.ts';

export const partitionColumns = ['system', 'partition', 'state', 'since', 'by', 'ready', 'not_ready_because'] as const;

/** Only a disarmed partition can be ready to arm. */
const readyWords = (system: System, partition: Partition): readonly [string, string] => {
  if (partition.state !== 'disarmed') return ['', ''];
  const { ready, because } = readinessOf(system, partition);
  if (ready === true) return ['yes', ''];
  const why = because.map((device) => `${device.deviceId} ${device.name} is ${deviceWords(device)}`).join('; ');
  return [ready === undefined ? 'unknown' : 'no', why || (ready === false ? 'the panel does not say why' : '')];
};

const partitionRow = (system: System, partition: Partition, deed: Deed, zone: string): readonly unknown[] => [
  system.systemId,
  partition.partitionId,
  armWords(partition.state),
  timeWords(deed.since, zone) || 'unknown',
  deed.by ?? 'unknown',
  ...readyWords(system, partition),
];

/** A row for each partition. `deedOf` tells what brought it into its state; the picture alone does when it is absent. */
export const partitionRows = (
  systems: readonly System[],
  zone: string,
  deedOf: (partition: Partition) => Promise<Deed>,
): Promise<readonly (readonly unknown[])[]> =>
  Promise.all(
    systems.flatMap((system) => system.partitions.map(async (partition) => partitionRow(system, partition, await deedOf(partition), zone))),
  );

/** The rows as far as the picture tells, without asking anybody. */
export const knownPartitionRows = (house: House, zone: string): readonly (readonly unknown[])[] =>
  house.systems.flatMap((system) => system.partitions.map((partition) => partitionRow(system, partition, partition, zone)));
