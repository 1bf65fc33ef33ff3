import { numericOf, type JsonRecord as Raw, recordOf, recordsOf } from '@switchyard-mcp/core/json';
import type { VagueEvent } from '../domain/merge-events.ts';
import type { System } from '../domain/model.ts';
import { applyPush } from './apply-push.ts';
import type { AccountSystem } from './endpoints.ts';
import { type StateChange, type SystemFacts, systemOf } from './mapping/system.ts';
import type { Policy } from './policy.ts';
import { type Push, patchTime } from './push.ts';
import { pushEvents } from './push-events.ts';
import { partitionNumberOf, wordsOf } from './raw.ts';
import { armHistory } from './snapshot-events.ts';

export interface HolderOptions {
  readonly account: AccountSystem;
  readonly systemId: string;
  readonly alone: boolean;
  readonly policy: Policy;
}

/** One system: its document as last read, the messages since, and the picture made of it. */
export interface SystemHolder {
  readonly panelId: number;
  readonly systemId: string;
  readonly loaded: boolean;
  /** When the document was last read. */
  readonly readAt: number;
  /** Partitions whose device list the last document did not hold, and of when the devices shown are. */
  readonly unlisted: ReadonlyMap<number, number | undefined>;
  /** Only what the lists let through. */
  picture(): System;
  /** Everything there is, for what must know more than may be shown. */
  whole(): System;
  isHidden(number: number): boolean;
  /** The lists leave some device out. */
  readonly hidesDevices: boolean;
  /** A device's own document. */
  rawDevice(number: number, partitionId: number): Raw | undefined;
  /** Takes a freshly read document; messages that came while it was on its way are kept. */
  replace(document: Raw, askedAt: number): void;
  /** Takes a message in and says what it tells of. */
  apply(push: Push, receivedAt: number): readonly VagueEvent[];
  noteJam(number: number, at: number): void;
  /** The armed states of late that the document itself remembers. */
  pastArming(): readonly VagueEvent[];
}

interface Listed {
  readonly document: Raw;
  /** Partitions without a device list, and whether the devices known before stand in its place. */
  readonly unlisted: readonly { readonly partitionId: number; readonly known: boolean }[];
}

/**
 * A partition without devices is believed when it never had any and others have some. Else the list is missing: a home without doors and
 * locks would read as one in which all is closed.
 */
const withKnownDevices = (read: Raw, old: Raw | undefined): Listed => {
  const partitions = recordsOf(read, 'par');
  const hasDevices = (partition: Raw): boolean => recordsOf(partition, 'd').some((device) => numericOf(device, '_id') !== undefined);
  const some = partitions.some(hasDevices);
  const unlisted: { partitionId: number; known: boolean }[] = [];
  const par = partitions.map((partition) => {
    if (hasDevices(partition)) return partition;
    const partitionId = partitionNumberOf(partition);
    const before = recordsOf(old ?? {}, 'par').find((one) => partitionNumberOf(one) === partitionId);
    const known = before !== undefined && hasDevices(before);
    if (some && !known && Array.isArray(partition['d'])) return partition;
    unlisted.push({ partitionId, known });
    return { ...partition, d: recordsOf(before ?? {}, 'd') };
  });
  return { document: { ...read, par }, unlisted };
};

/** A read may be under way for this long; older messages are surely in it. */
const rememberMs = 60_000;

export const createHolder = ({ account, systemId, alone, policy }: HolderOptions): SystemHolder => {
  const jams = new Map<number, { readonly at: number; readonly locked: boolean | undefined }>();
  const changes = new Map<number, StateChange>();
  const plain: SystemFacts = {
    systemId,
    name: account.name,
    isAdmin: account.isAdmin,
    alone,
    jammedAt: (number) => jams.get(number)?.at,
  };
  const facts: SystemFacts = { ...plain, changeOf: (partitionId) => changes.get(partitionId) };
  let readAt = 0;
  let unlisted: ReadonlyMap<number, number | undefined> = new Map();
  let document: Raw | undefined;
  // By the time of this machine, since the cloud's clock is another one.
  let recent: { readonly push: Push; readonly receivedAt: number }[] = [];
  let made: { readonly whole: System; readonly shown: System; readonly hidden: ReadonlySet<number> } | undefined;

  const make = () => {
    if (made !== undefined) return made;
    const whole = systemOf(document ?? {}, facts);
    const hidden = new Set(whole.devices.filter((device) => !policy.sees(device)).map(({ number }) => number));
    const handles = new Set(whole.devices.filter(({ number }) => hidden.has(number)).map(({ deviceId }) => deviceId));
    const lockNames = new Set(whole.devices.filter(({ number }) => hidden.has(number)).map(({ name }) => name));
    const shown: System =
      hidden.size === 0
        ? whole
        : {
            ...whole,
            devices: whole.devices.filter(({ number }) => !hidden.has(number)),
            alerts: whole.alerts.filter(({ deviceId }) => deviceId === undefined || !handles.has(deviceId)),
            users: whole.users.map((user) => ({ ...user, locks: user.locks.filter((name) => !lockNames.has(name)) })),
          };
    made = { whole, shown, hidden };
    return made;
  };

  /** Notes which partitions have another state than before, and when and by whom if that is known. */
  const noteChanges = (before: Raw, after: Raw, when: (code: number | undefined) => Omit<StateChange, 'code'>): void => {
    const codes = new Map(recordsOf(before, 'par').map((partition) => [partitionNumberOf(partition), numericOf(partition, 's')]));
    for (const partition of recordsOf(after, 'par')) {
      const [partitionId, code] = [partitionNumberOf(partition), numericOf(partition, 's')];
      if (codes.has(partitionId) && codes.get(partitionId) !== code) changes.set(partitionId, { code, ...when(code) });
    }
  };

  /** A bolt that moved is stuck no longer. */
  const forgetMovedJams = (): void => {
    made = undefined;
    for (const device of make().whole.devices) {
      const jam = jams.get(device.number);
      if (jam !== undefined && device.class === 'lock' && device.locked !== jam.locked) {
        jams.delete(device.number);
        made = undefined;
      }
    }
  };

  return {
    panelId: account.panelId,
    systemId,
    get loaded() {
      return document !== undefined;
    },
    get readAt() {
      return readAt;
    },
    get unlisted() {
      return unlisted;
    },
    picture: () => make().shown,
    whole: () => make().whole,
    isHidden: (number) => make().hidden.has(number),
    get hidesDevices() {
      return make().hidden.size > 0;
    },
    rawDevice: (number, partitionId) =>
      recordsOf(document ?? {}, 'par')
        .filter((partition) => partitionNumberOf(partition) === partitionId)
        .flatMap((partition) => recordsOf(partition, 'd'))
        .find((device) => numericOf(device, '_id') === number),
    replace: (read, askedAt) => {
      const old = document;
      const { document: fresh, unlisted: now } = withKnownDevices(read, old);
      unlisted = new Map(now.map(({ partitionId, known }) => [partitionId, known ? (unlisted.get(partitionId) ?? readAt) : undefined]));
      document = recent.filter(({ receivedAt }) => receivedAt >= askedAt).reduce((kept, { push }) => applyPush(kept, push), fresh);
      if (old !== undefined) noteChanges(old, document, () => ({ notBefore: readAt }));
      readAt = askedAt;
      forgetMovedJams();
    },
    apply: (push, receivedAt) => {
      const before = document;
      if (before === undefined) return [];
      recent = [...recent.filter((old) => old.receivedAt >= receivedAt - rememberMs), { push, receivedAt }];
      document = applyPush(before, push);
      const told = pushEvents(push, { before, after: document, facts: plain });
      const at = patchTime(push.patch, push) ?? push.publishedAt;
      noteChanges(before, document, (code) => {
        const deed = recordOf(push.patch, code === 0 ? 'secd' : 'seca');
        const by = deed === undefined ? undefined : wordsOf(deed, 'n');
        return { at, notBefore: at, ...(by === undefined ? {} : { by }) };
      });
      forgetMovedJams();
      const shown = new Set(make().shown.devices.map(({ deviceId }) => deviceId));
      return told.filter(({ deviceId }) => deviceId === undefined || shown.has(deviceId));
    },
    noteJam: (number, at) => {
      const lock = make().whole.devices.find((device) => device.number === number);
      jams.set(number, { at, locked: lock?.class === 'lock' ? lock.locked : undefined });
      made = undefined;
    },
    pastArming: () => recordsOf(document ?? {}, 'par').flatMap((partition) => armHistory(partition, make().whole)),
  };
};
