import { armKind } from '../../domain/device-changes.ts';
import type { Device, EventKind, HouseEvent, System } from '../../domain/model.ts';
import { armWords, partitionSubject } from '../../domain/words.ts';
import { numberOf, type Raw, textOf, timeOf } from '../raw.ts';
import { armStateOf } from './words.ts';

/** Causes of a lock's event (`det`): by hand, by app, by itself, by keypad. */
const lockCauses: Readonly<Record<number, EventKind>> = {
  85: 'locked',
  86: 'unlocked',
  87: 'locked',
  88: 'unlocked',
  89: 'locked',
  90: 'locked',
  91: 'unlocked',
  92: 'jammed',
};

/** What a clip shows (`det`). */
const clipEvents: Readonly<Record<number, EventKind>> = {
  1: 'motion',
  2: 'alarm',
  3: 'entry_delay',
  6: 'doorbell',
  7: 'seen',
  9: 'seen',
  11: 'seen',
  12: 'seen',
  13: 'seen',
  14: 'seen',
};

/** Kinds by the words of the sentence, when the record says nothing better. First match wins. */
const byWords: readonly (readonly [RegExp, EventKind])[] = [
  [/\bentry delay\b/i, 'entry_delay'],
  [/\balarm\b/i, 'alarm'],
  [/\bdisarm/i, 'disarmed'],
  [/\barm(ed|ing)\b/i, 'armed'],
  [/failed to (un)?lock|jam|bolt/i, 'jammed'],
  [/unlock/i, 'unlocked'],
  [/\block/i, 'locked'],
  [/bypass|watched again/i, 'bypassed'],
  [/doorbell|\brang\b/i, 'doorbell'],
  [/person|visitor|package|vehicle|animal/i, 'seen'],
  [/motion/i, 'motion'],
  [/\bopen(ed)?\b/i, 'opened'],
  [/\bclosed?\b|stopped/i, 'closed'],
  [/offline/i, 'offline'],
  [/online|is back/i, 'online'],
  [/tamper/i, 'tamper'],
  [/battery/i, 'battery'],
  [/turned (on|off)/i, 'switched'],
];

const saidIn = (text: string): EventKind => byWords.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';

const opening = (record: Raw, device: Device | undefined, text: string): EventKind => {
  const open = record['det'];
  if (device?.class === 'sensor' && device.kind === 'motion') return 'motion';
  if (device?.class === 'sensor' && device.kind === 'doorbell') return 'doorbell';
  if (typeof open === 'boolean') return open ? 'opened' : 'closed';
  return saidIn(text);
};

const kindOf = (record: Raw, device: Device | undefined, text: string): EventKind => {
  const detail = numberOf(record, 'det');
  switch (textOf(record, 'het')) {
    case 'open':
      return opening(record, device, text);
    case 'online':
      return record['det'] === false ? 'offline' : record['det'] === true ? 'online' : saidIn(text);
    case 'locked':
      return detail === undefined ? saidIn(text) : (lockCauses[detail] ?? saidIn(text));
    case 'clip':
      return detail === undefined ? saidIn(text) : (clipEvents[detail] ?? saidIn(text));
    case 'operating_mode':
      return 'climate';
    case 'level':
      return 'switched';
    case 'security_state': {
      const state = device === undefined || device.class === 'panel' ? armStateOf(detail) : 'unknown';
      return state === 'unknown' ? saidIn(text) : armKind(state);
    }
    default:
      return saidIn(text);
  }
};

const ofPartition: ReadonlySet<EventKind> = new Set(['armed', 'disarmed', 'arming', 'entry_delay', 'alarm']);

/** What a record says the state became, in the words that lists use. */
const afterOf = (kind: EventKind, record: Raw): string | undefined => {
  if (kind === 'opened') return 'open';
  if (kind === 'closed' || kind === 'locked' || kind === 'unlocked' || kind === 'offline' || kind === 'online') return kind;
  if (ofPartition.has(kind)) {
    const state = armStateOf(numberOf(record, 'det'));
    return state === 'unknown' ? (kind === 'disarmed' ? 'disarmed' : undefined) : armWords(state);
  }
  return undefined;
};

/** A record of the history as an event; undefined without a time. Devices that the lists hide give none. */
export const historyEvent = (
  record: Raw,
  system: System,
  partitionId: number,
  isHidden: (number: number) => boolean,
): HouseEvent | undefined => {
  const at = timeOf(record, 'ts');
  const number = numberOf(record, 'did');
  if (at === undefined || (number !== undefined && isHidden(number))) return undefined;
  const device = number === undefined ? undefined : system.devices.find((one) => one.number === number);
  const text = textOf(record, 'me') ?? textOf(record, 'des') ?? textOf(record, 'het') ?? 'event';
  const kind = kindOf(record, device, text);
  // The alarm in a camera's clip is the camera's event; that of the system is the partition's.
  const own = ofPartition.has(kind) && device?.class !== 'camera' ? undefined : device;
  const by = textOf(record, 'u');
  const after = afterOf(kind, record);
  const partitionName = partitionSubject(system, partitionId);
  return {
    id: textOf(record, '_id') ?? `${number}-${at}`,
    at,
    systemId: system.systemId,
    kind,
    partitionId,
    subject: own?.name ?? (ofPartition.has(kind) ? partitionName : (textOf(record, 'n') ?? partitionName)),
    text,
    source: 'history',
    ...(own ? { deviceId: own.deviceId } : {}),
    ...(by === undefined ? {} : { by }),
    ...(after === undefined ? {} : { after }),
  };
};
