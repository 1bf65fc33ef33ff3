import { hashOf } from '@switchyard-mcp/core';
import { flagOf, numericOf, type JsonRecord as Raw, recordOf, recordsOf } from '@switchyard-mcp/core/json';
import { type Change, deviceChanges, partitionChange } from '../domain/device-changes.ts';
import type { VagueEvent } from '../domain/merge-events.ts';
import type { Device, Partition, System } from '../domain/model.ts';
import { partitionSubject } from '../domain/words.ts';
import { type SystemFacts, systemOf } from './mapping/system.ts';
import { merge, without } from './merge.ts';
import { knownTime, type Push, patchTime } from './push.ts';
import { partitionNumberOf, wordsOf } from './raw.ts';

/** The system before and after a message, and what is said of it besides. */
export interface Applied {
  readonly before: Raw;
  readonly after: Raw;
  readonly facts: SystemFacts;
}

interface Where {
  readonly system: System;
  readonly device?: Device;
  readonly partition?: Partition;
}

/** A message that does not say when it happened may have been on its way this long. */
const longestDelayMs = 2 * 60_000;

const eventOf = (push: Push, { system, device, partition }: Where, change: Change, at: number | undefined): VagueEvent => ({
  // The same change told twice, or to two processes, is the same event.
  id: hashOf([
    push.panelId,
    device?.number ?? `p${partition?.partitionId}`,
    change.kind,
    change.after,
    at ?? push.sequence ?? push.publishedAt,
  ]).slice(0, 16),
  at: at ?? push.publishedAt,
  ...(at === undefined ? { notBefore: push.publishedAt - longestDelayMs } : {}),
  systemId: system.systemId,
  kind: change.kind,
  subject: device?.name ?? partitionSubject(system, partition?.partitionId),
  text: change.text,
  source: 'live',
  after: change.after,
  ...(device ? { deviceId: device.deviceId } : {}),
  ...(partition ? { partitionId: partition.partitionId } : {}),
  ...(change.before === undefined ? {} : { before: change.before }),
});

/** The system as if it had one partition with one device: mapping the whole for each patch would be waste. */
const alone = (document: Raw, partition: Raw, device: Raw | undefined, facts: SystemFacts): System =>
  systemOf({ tz: document['tz'], tc: document['tc'], par: [{ ...partition, d: device === undefined ? [] : [device] }] }, facts);

const cameraMoments: readonly (readonly [key: string, kind: 'doorbell' | 'seen', text: string])[] = [
  ['dng', 'doorbell', 'doorbell rang'],
  ['vdt', 'seen', 'visitor seen'],
  ['piv', 'seen', 'person seen'],
];

const seen = (text: string): Change => ({
  kind: text === 'doorbell rang' ? 'doorbell' : text === 'motion' ? 'motion' : 'seen',
  text,
  after: text,
});

/** Cameras tell of moments, not of states: a patch of a certain form is the news. */
const momentsOf = (patch: Raw): readonly Change[] => {
  // Cleared again is no second moment.
  const named = cameraMoments.filter(([key]) => Boolean(patch[key]) && flagOf(patch, key) !== false).map(([, , text]) => seen(text));
  if (named.length > 0) return named;
  const object = wordsOf(patch, 'detected_object', 30);
  if (object !== undefined) return [seen(`${object} seen`)];
  const keys = Object.keys(patch)
    .filter((key) => key !== 'plctx')
    .sort()
    .join();
  return keys === '_id,act,s' || keys === '_id,deter_on_duty,t' ? [seen('motion')] : [];
};

const deviceEvents = (push: Push, { before, after, facts }: Applied, partition: Raw, patch: Raw): readonly VagueEvent[] => {
  const number = numericOf(patch, '_id');
  const find = (document: Raw): Raw | undefined =>
    recordsOf(document, 'par')
      .filter((other) => partitionNumberOf(other) === partitionNumberOf(partition))
      .flatMap((other) => recordsOf(other, 'd'))
      .find((device) => numericOf(device, '_id') === number);
  const [old, now] = [find(before), find(after)];
  if (number === undefined || old === undefined || now === undefined) return [];
  const at = patchTime(patch, push);
  const known = knownTime(old);
  // Told late, or again: what it says was so at its time, whatever the document knows by now.
  const late = at !== undefined && known !== undefined && at <= known;
  const was = alone(before, partition, late ? without(old, patch) : old, facts).devices[0];
  const system = alone(after, partition, late ? merge(old, patch) : now, facts);
  const device = system.devices[0];
  if (device === undefined) return [];
  const moments = device.class === 'camera' ? momentsOf(patch) : [];
  const changes = [...deviceChanges(was, device, { fromUnknown: late, unit: system.temperatureUnit }), ...moments];
  return changes.map((change) => eventOf(push, { system: { ...system, name: facts.name }, device }, change, at));
};

const partitionEvent = (push: Push, { before, after, facts }: Applied, partition: Raw): readonly VagueEvent[] => {
  if (push.patch['s'] === undefined) return [];
  const own = (document: Raw): Raw | undefined =>
    recordsOf(document, 'par').find((other) => partitionNumberOf(other) === partitionNumberOf(partition));
  const [old, now] = [own(before), own(after)];
  if (old === undefined || now === undefined) return [];
  const at = patchTime(push.patch, push);
  const known = knownTime(old);
  const late = at !== undefined && known !== undefined && at <= known;
  const was = alone(before, late ? without(old, push.patch) : old, undefined, facts).partitions[0];
  const system = alone(after, late ? merge(without(old, { seca: 0, secd: 0 }), push.patch) : now, undefined, facts);
  const is = system.partitions[0];
  const change = is === undefined ? undefined : partitionChange(was, is, late);
  if (is === undefined || change === undefined) return [];
  const whole = systemOf({ par: recordsOf(after, 'par').map((one) => ({ parid: partitionNumberOf(one) })) }, facts);
  const event = eventOf(push, { system: whole, partition: is }, change, at);
  const deed = recordOf(push.patch, is.state === 'disarmed' ? 'secd' : 'seca');
  const by = is.by ?? (deed === undefined ? undefined : wordsOf(deed, 'n'));
  return [by === undefined ? event : { ...event, by }];
};

/** What a message tells of. Each event once, however often the message comes. */
export const pushEvents = (push: Push, applied: Applied): readonly VagueEvent[] => {
  if (push.about !== 'partition' || push.op === 'delete') return [];
  const partitions = recordsOf(applied.before, 'par').filter(
    (partition) => push.partitionId === undefined || partitionNumberOf(partition) === push.partitionId,
  );
  return partitions.flatMap((partition) => [
    ...partitionEvent(push, applied, partition),
    ...push.devices.flatMap((patch) => deviceEvents(push, applied, partition, patch)),
  ]);
};
