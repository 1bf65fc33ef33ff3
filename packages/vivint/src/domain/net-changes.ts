import { eventWords } from './device-changes.ts';
import type { Device, EventKind, HouseEvent, System } from './model.ts';
import { armWords } from './words.ts';

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

/** What of a thing an event is about. How it was and how it is can only be compared within one of these. */
type Aspect = 'state' | 'battery' | 'tamper' | 'connection';
const aspects: Readonly<Partial<Record<EventKind, Aspect>>> = {
  battery: 'battery',
  tamper: 'tamper',
  online: 'connection',
  offline: 'connection',
};
const aspectOf = ({ kind }: HouseEvent): Aspect => aspects[kind] ?? 'state';

const keyOf = (event: HouseEvent): string => `${event.systemId} ${event.deviceId ?? `p${event.partitionId ?? ''}`} ${aspectOf(event)}`;

const flagWords = (value: boolean | undefined, on: string, off: string): string => (value === undefined ? 'unknown' : value ? on : off);

/** In the words that events use. */
const wordsNow = (device: Device, aspect: Aspect, unit: 'C' | 'F'): string => {
  switch (aspect) {
    case 'battery':
      return flagWords(device.battery?.low, 'battery low', 'battery fine');
    case 'tamper':
      return flagWords(device.tampered, 'tampered', 'tamper cleared');
    case 'connection':
      return flagWords(device.online, 'online', 'offline');
    default:
      return eventWords(device, unit);
  }
};

const nowOf = (event: HouseEvent, systems: readonly System[]): string => {
  const system = systems.find(({ systemId }) => systemId === event.systemId);
  const device = system?.devices.find(({ deviceId }) => deviceId === event.deviceId);
  if (system !== undefined && device !== undefined) return wordsNow(device, aspectOf(event), system.temperatureUnit);
  if (event.deviceId !== undefined) return 'unknown';
  const partition = system?.partitions.find(({ partitionId }) => partitionId === event.partitionId);
  return partition === undefined ? 'unknown' : armWords(partition.state);
};

/**
 * One line for each thing, and what of it, that is not as it was: how it was, how it is, how often it changed. Latest first. Events must
 * be oldest first. What is known to be again as it was is left out.
 */
export const netChanges = (events: readonly HouseEvent[], systems: readonly System[]): readonly NetChange[] => {
  const byThing = new Map<string, HouseEvent[]>();
  for (const event of events) byThing.set(keyOf(event), [...(byThing.get(keyOf(event)) ?? []), event]);
  const changes = [...byThing.values()].flatMap((list): NetChange[] => {
    const [first, last] = [list[0], list.at(-1)];
    if (first === undefined || last === undefined) return [];
    const now = nowOf(last, systems);
    if (first.before !== undefined && first.before !== 'unknown' && first.before === now) return [];
    const by = list.findLast((event) => event.by !== undefined)?.by;
    return [
      {
        systemId: last.systemId,
        deviceId: last.deviceId ?? '',
        subject: last.subject,
        before: first.before ?? 'unknown',
        now,
        times: list.length,
        lastAt: last.at,
        source: last.source,
        ...(by === undefined ? {} : { lastBy: by }),
      },
    ];
  });
  return changes.sort((a, b) => b.lastAt - a.lastAt);
};
