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
type Aspect = 'state' | 'battery' | 'tamper' | 'connection' | 'jam' | 'alert';
const aspects: Readonly<Partial<Record<EventKind, Aspect>>> = {
  battery: 'battery',
  tamper: 'tamper',
  online: 'connection',
  offline: 'connection',
  jammed: 'jam',
};

/** Kinds of events that change the state of a class of device, as lists show it. Moments, as a ring at the door, change none. */
const stateKinds: Readonly<Partial<Record<Device['class'], readonly EventKind[]>>> = {
  sensor: ['opened', 'closed', 'motion', 'doorbell', 'bypassed', 'alert'],
  lock: ['locked', 'unlocked'],
  garage_door: ['opened', 'closed', 'other'],
  thermostat: ['climate'],
  camera: ['privacy'],
  light: ['switched'],
  switch: ['switched'],
};
const ofPartition: readonly EventKind[] = ['armed', 'arming', 'disarmed', 'entry_delay', 'alarm', 'other'];

/** Classes whose time of the last change is that of their state; a camera's moves with every motion. */
const timedByState: ReadonlySet<Device['class']> = new Set(['sensor', 'lock', 'garage_door', 'light', 'switch']);

/** Which aspect an event changed; undefined for one that changed none that lists show. */
const aspectOf = (event: HouseEvent, device: Device | undefined): Aspect | undefined => {
  const { kind, after, deviceId } = event;
  // One of the cloud's list; a detector that triggers says what became of it.
  if (kind === 'alert' && after === undefined) return 'alert';
  const says = kind !== 'other' || after !== undefined;
  if (deviceId === undefined) return event.partitionId !== undefined && ofPartition.includes(kind) && says ? 'state' : undefined;
  const known = aspects[kind];
  if (known !== undefined || device === undefined) return known ?? 'state';
  if (event.source === 'inferred') return timedByState.has(device.class) ? 'state' : undefined;
  return says && stateKinds[device.class]?.includes(kind) ? 'state' : undefined;
};

const deviceOf = (event: HouseEvent, systems: readonly System[]): Device | undefined =>
  systems.find(({ systemId }) => systemId === event.systemId)?.devices.find(({ deviceId }) => deviceId === event.deviceId);

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
    case 'jam':
      return flagWords(device.class === 'lock' && device.jammedAt !== undefined, 'jammed', 'not jammed');
    default:
      return eventWords(device, unit);
  }
};

/** One thing, what of it, and all that happened to that. */
interface Story {
  readonly aspect: Aspect;
  readonly device: Device | undefined;
  readonly events: readonly [HouseEvent, ...HouseEvent[]];
}

const storiesOf = (events: readonly HouseEvent[], systems: readonly System[]): readonly Story[] => {
  const stories = new Map<string, Story>();
  for (const event of events) {
    const device = deviceOf(event, systems);
    const aspect = aspectOf(event, device);
    if (aspect === undefined) continue;
    const key = [event.systemId, event.deviceId ?? `p${event.partitionId ?? ''}`, aspect, aspect === 'alert' ? event.text : ''].join(' ');
    const known = stories.get(key);
    stories.set(key, { aspect, device, events: known === undefined ? [event] : [...known.events, event] });
  }
  return [...stories.values()];
};

const nowOf = ({ aspect, device, events }: Story, systems: readonly System[]): string => {
  const [{ systemId, deviceId, partitionId, text }] = events;
  if (aspect === 'alert') return `alert: ${text}`;
  const system = systems.find((one) => one.systemId === systemId);
  if (system !== undefined && device !== undefined) return wordsNow(device, aspect, system.temperatureUnit);
  if (deviceId !== undefined) return 'unknown';
  const partition = system?.partitions.find((one) => one.partitionId === partitionId);
  return partition === undefined ? 'unknown' : armWords(partition.state);
};

/**
 * One line for each thing, and what of it, that is not as it was: how it was, how it is, how often it changed. Latest first. Events must
 * be oldest first. What is known to be again as it was is left out.
 */
export const netChanges = (events: readonly HouseEvent[], systems: readonly System[]): readonly NetChange[] => {
  const changes = storiesOf(events, systems).flatMap((story): NetChange[] => {
    const [first] = story.events;
    const last = story.events.at(-1) ?? first;
    const now = nowOf(story, systems);
    const before = story.aspect === 'alert' ? 'no alert' : story.aspect === 'jam' ? 'not jammed' : (first.before ?? 'unknown');
    if (before !== 'unknown' && before === now) return [];
    const by = story.events.findLast((event) => event.by !== undefined)?.by;
    return [
      {
        systemId: last.systemId,
        deviceId: last.deviceId ?? '',
        subject: last.subject,
        before,
        now,
        times: story.events.length,
        lastAt: last.at,
        source: last.source,
        ...(by === undefined ? {} : { lastBy: by }),
      },
    ];
  });
  return changes.sort((a, b) => b.lastAt - a.lastAt);
};
