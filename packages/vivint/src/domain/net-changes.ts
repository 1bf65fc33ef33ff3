import type { HouseEvent, System } from './model.ts';
import { armWords, deviceWords } from './words.ts';

/** What became of one thing over a span. */
export interface NetChange {
  readonly systemId: string;
  /** Handle of a device; empty for a partition. */
  readonly deviceId: string;
  readonly subject: string;
  readonly before: string;
  readonly now: string;
  readonly times: number;
  readonly lastAt: number;
  readonly lastBy?: string;
  readonly source: HouseEvent['source'];
}

const keyOf = (event: HouseEvent): string => `${event.systemId} ${event.deviceId ?? `p${event.partitionId ?? ''}`}`;

const nowOf = (event: HouseEvent, systems: readonly System[]): string => {
  const system = systems.find(({ systemId }) => systemId === event.systemId);
  const device = system?.devices.find(({ deviceId }) => deviceId === event.deviceId);
  if (device !== undefined) return deviceWords(device, system?.temperatureUnit);
  const partition = system?.partitions.find(({ partitionId }) => partitionId === event.partitionId);
  return partition === undefined ? 'unknown' : armWords(partition.state);
};

/** One line for each thing that something happened to: how it was, how it is, how often. Latest first. Events must be oldest first. */
export const netChanges = (events: readonly HouseEvent[], systems: readonly System[]): readonly NetChange[] => {
  const byThing = new Map<string, HouseEvent[]>();
  for (const event of events) byThing.set(keyOf(event), [...(byThing.get(keyOf(event)) ?? []), event]);
  const changes = [...byThing.values()].flatMap((list): NetChange[] => {
    const [first, last] = [list[0], list.at(-1)];
    if (first === undefined || last === undefined) return [];
    const by = list.findLast((event) => event.by !== undefined)?.by;
    return [
      {
        systemId: last.systemId,
        deviceId: last.deviceId ?? '',
        subject: last.subject,
        before: first.before ?? 'unknown',
        now: nowOf(last, systems),
        times: list.length,
        lastAt: last.at,
        source: last.source,
        ...(by === undefined ? {} : { lastBy: by }),
      },
    ];
  });
  return changes.sort((a, b) => b.lastAt - a.lastAt);
};
