import type { ArmState, Device, EventKind, Partition, Sensor, System } from './model.ts';
import { armWords, climateWords, deviceWords } from './words.ts';

/** One thing that became different. `before` is absent where nothing was known. */
export interface Change {
  readonly kind: EventKind;
  readonly text: string;
  readonly before?: string;
  readonly after: string;
}

type Pair<T> = readonly [before: T | undefined, after: T | undefined];

/** Did a value change; from nothing known only when that is asked for. */
const moved = <T>([before, after]: Pair<T>, fromUnknown: boolean): boolean =>
  after !== undefined && after !== before && (before !== undefined || fromUnknown);

const quietKinds = new Set(['motion', 'glass_break']);

const sensorKinds = (sensor: Sensor): readonly [EventKind, EventKind | undefined] =>
  sensor.kind === 'motion'
    ? ['motion', undefined]
    : sensor.kind === 'doorbell'
      ? ['doorbell', undefined]
      : ['door', 'window', 'garage_tilt', 'contact'].includes(sensor.kind)
        ? ['opened', 'closed']
        : ['alert', quietKinds.has(sensor.kind) ? undefined : 'alert'];

export interface ComparisonOptions {
  /** A value where nothing was known counts, as in a message that tells of a change. */
  readonly fromUnknown?: boolean;
  /** Of the home; events speak as lists do. */
  readonly unit: 'C' | 'F';
}

/** What a device is like, in the words of the event that tells of it. */
export const eventWords = (device: Device, unit: 'C' | 'F'): string =>
  device.class === 'thermostat' ? climateWords(device, unit) : deviceWords(device, unit);

/** What a class of device has of its own. */
const ownChanges = (before: Device | undefined, after: Device, { fromUnknown = false, unit }: ComparisonOptions): readonly Change[] => {
  const change = (kind: EventKind | undefined, when: boolean): readonly Change[] => {
    if (!when || kind === undefined) return [];
    const was = before === undefined ? undefined : eventWords(before, unit);
    const is = eventWords(after, unit);
    return [{ kind, text: is, after: is, ...(was === undefined || was === 'unknown' ? {} : { before: was }) }];
  };
  const old = before?.class === after.class ? before : undefined;
  switch (after.class) {
    case 'sensor': {
      const was = old as Sensor | undefined;
      const [on, off] = sensorKinds(after);
      return [
        ...change(after.active ? on : off, moved([was?.active, after.active], fromUnknown)),
        ...change('bypassed', moved([was?.bypass, after.bypass], fromUnknown)),
      ];
    }
    case 'lock': {
      const was = old as typeof after | undefined;
      return [
        ...change(after.locked ? 'locked' : 'unlocked', moved([was?.locked, after.locked], fromUnknown)),
        ...change('jammed', after.jammedAt !== undefined && after.jammedAt !== was?.jammedAt),
      ];
    }
    case 'garage_door': {
      const was = old as typeof after | undefined;
      // On its way is no news: where it ends is.
      if (after.position === 'opening' || after.position === 'closing') return [];
      const kind = after.position === 'open' ? 'opened' : after.position === 'closed' ? 'closed' : 'other';
      const known = (position: string | undefined) => (position === 'unknown' ? undefined : position);
      return change(kind, moved([known(was?.position), known(after.position)], fromUnknown));
    }
    case 'switch':
    case 'light': {
      const was = old as typeof after | undefined;
      return change(
        'switched',
        moved([was?.on, after.on], fromUnknown) || (after.on === true && moved([was?.levelPercent, after.levelPercent], false)),
      );
    }
    case 'thermostat': {
      const was = old as typeof after | undefined;
      const wishes = (['mode', 'heatToC', 'coolToC', 'fanMode', 'hold'] as const).some(
        (key) => was !== undefined && moved([was[key], after[key]] as Pair<unknown>, false),
      );
      return change('climate', wishes);
    }
    case 'camera': {
      const was = old as typeof after | undefined;
      return change('privacy', moved([was?.privacy, after.privacy], fromUnknown && after.privacy === true));
    }
    default:
      return [];
  }
};

const flagChange = (
  kind: EventKind,
  [before, after]: Pair<boolean>,
  { on, off, fromUnknown }: { on: string; off: string; fromUnknown: boolean },
): readonly Change[] => {
  // "Not tampered" out of nothing is no news.
  if (!moved([before, after], fromUnknown && after === true)) return [];
  const words = (value: boolean): string => (value ? on : off);
  return [{ kind, text: words(after === true), after: words(after === true), ...(before === undefined ? {} : { before: words(before) }) }];
};

/** What became different of a device. */
export const deviceChanges = (before: Device | undefined, after: Device, options: ComparisonOptions): readonly Change[] => {
  const { fromUnknown = false } = options;
  const online = before?.online;
  const becameOnline = moved([online, after.online], fromUnknown && after.online === false);
  return [
    ...ownChanges(before, after, options),
    ...flagChange('tamper', [before?.tampered, after.tampered], { on: 'tampered', off: 'tamper cleared', fromUnknown }),
    ...flagChange('battery', [before?.battery?.low, after.battery?.low], { on: 'battery low', off: 'battery fine', fromUnknown }),
    ...(becameOnline
      ? [
          {
            kind: after.online ? ('online' as const) : ('offline' as const),
            text: after.online ? 'online' : 'offline',
            after: after.online ? 'online' : 'offline',
            ...(online === undefined ? {} : { before: online ? 'online' : 'offline' }),
          },
        ]
      : []),
  ];
};

/** Kind of event that a partition's new state is. */
export const armKind = (state: ArmState): EventKind => {
  if (state === 'disarmed') return 'disarmed';
  if (state.startsWith('arming')) return 'arming';
  if (state.startsWith('armed')) return 'armed';
  if (state.startsWith('entry')) return 'entry_delay';
  return state === 'alarm' || state === 'fire_alarm' ? 'alarm' : 'other';
};

export const partitionChange = (before: Partition | undefined, after: Partition, fromUnknown = false): Change | undefined => {
  const known = (state: ArmState | undefined) => (state === 'unknown' ? undefined : state);
  if (!moved([known(before?.state), known(after.state)], fromUnknown)) return undefined;
  const was = known(before?.state);
  const words = armWords(after.state);
  return { kind: armKind(after.state), text: words, after: words, ...(was === undefined ? {} : { before: armWords(was) }) };
};

/** What differs between two pictures of one system: who, and what became of it. */
export const systemChanges = (
  before: System,
  after: System,
): readonly { readonly change: Change; readonly device?: Device; readonly partition?: Partition }[] => {
  const old = new Map(before.devices.map((device) => [device.deviceId, device]));
  return [
    ...after.partitions.flatMap((partition) => {
      const was = before.partitions.find(({ partitionId }) => partitionId === partition.partitionId);
      const change = partitionChange(was, partition);
      return change === undefined ? [] : [{ change, partition }];
    }),
    ...after.devices.flatMap((device) => {
      const was = old.get(device.deviceId);
      return was === undefined ? [] : deviceChanges(was, device, { unit: after.temperatureUnit }).map((change) => ({ change, device }));
    }),
  ];
};
