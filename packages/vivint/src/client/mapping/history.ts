import { numericOf, type JsonRecord as Raw, textOf } from '@switchyard-mcp/core/json';
import { armKind } from '../../domain/device-changes.ts';
import type { Device, EventKind, HouseEvent, System } from '../../domain/model.ts';
import { armWords, partitionSubject } from '../../domain/words.ts';
import { longestSentence, timeOf, wordsOf } from '../raw.ts';
import { kindInWords, personIn, saysNotDone } from './event-words.ts';
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

const opening = (record: Raw, device: Device | undefined, text: string): EventKind => {
  const open = record['det'];
  if (device?.class === 'sensor' && device.kind === 'motion') return 'motion';
  if (device?.class === 'sensor' && device.kind === 'doorbell') return 'doorbell';
  if (typeof open === 'boolean') return open ? 'opened' : 'closed';
  return kindInWords(text);
};

const kindOf = (record: Raw, device: Device | undefined, text: string): EventKind => {
  const detail = numericOf(record, 'det');
  if (saysNotDone(text)) return kindInWords(text);
  switch (textOf(record, 'het')) {
    case 'open':
      return opening(record, device, text);
    case 'online':
      return record['det'] === false ? 'offline' : record['det'] === true ? 'online' : kindInWords(text);
    case 'locked':
      return detail === undefined ? kindInWords(text) : (lockCauses[detail] ?? kindInWords(text));
    case 'clip':
      return detail === undefined ? kindInWords(text) : (clipEvents[detail] ?? kindInWords(text));
    case 'operating_mode':
      return 'climate';
    case 'level':
      return 'switched';
    case 'security_state': {
      const state = device === undefined || device.class === 'panel' ? armStateOf(detail) : 'unknown';
      return state === 'unknown' ? kindInWords(text) : armKind(state);
    }
    default:
      return kindInWords(text);
  }
};

const ofPartition: ReadonlySet<EventKind> = new Set(['armed', 'disarmed', 'arming', 'entry_delay', 'alarm']);

/** What people do, so that a name after "by" is theirs. */
const ofPeople: ReadonlySet<EventKind> = new Set([
  'armed',
  'arming',
  'disarmed',
  'locked',
  'unlocked',
  'opened',
  'closed',
  'bypassed',
  'switched',
  'climate',
]);

/** What a record says the state became, in the words that lists use. */
const afterOf = (kind: EventKind, record: Raw): string | undefined => {
  if (kind === 'opened') return 'open';
  if (kind === 'closed' || kind === 'locked' || kind === 'unlocked' || kind === 'offline' || kind === 'online') return kind;
  if (ofPartition.has(kind)) {
    const state = armStateOf(numericOf(record, 'det'));
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
  const number = numericOf(record, 'did');
  if (at === undefined || (number !== undefined && isHidden(number))) return undefined;
  const device = number === undefined ? undefined : system.devices.find((one) => one.number === number);
  const sentence = wordsOf(record, 'me', longestSentence) ?? wordsOf(record, 'des', longestSentence);
  const text = sentence ?? wordsOf(record, 'het') ?? 'event';
  const kind = kindOf(record, device, text);
  // The alarm in a camera's clip is the camera's event; that of the system is the partition's.
  const own = ofPartition.has(kind) && device?.class !== 'camera' ? undefined : device;
  const by = wordsOf(record, 'u') ?? (sentence !== undefined && ofPeople.has(kind) ? personIn(sentence) : undefined);
  const after = afterOf(kind, record);
  const partitionName = partitionSubject(system, partitionId);
  return {
    id: textOf(record, '_id') ?? `${number}-${at}`,
    at,
    systemId: system.systemId,
    kind,
    partitionId,
    subject: own?.name ?? (ofPartition.has(kind) ? partitionName : (wordsOf(record, 'n') ?? partitionName)),
    text,
    source: 'history',
    ...(own ? { deviceId: own.deviceId } : {}),
    ...(by === undefined ? {} : { by }),
    ...(after === undefined ? {} : { after }),
  };
};
