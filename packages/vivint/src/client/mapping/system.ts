import { flagOf, numericOf, type JsonRecord as Raw, recordOf, recordsOf, textOf } from '@switchyard-mcp/core/json';
import type { Alert, Device, Partition, System, User } from '../../domain/model.ts';
import { given, partitionNumberOf, timeOf, wordsOf } from '../raw.ts';
import { deviceOf, rawDevicesOf } from './device.ts';
import { alertOf, armStateOf } from './words.ts';

/** What is known of a system beside its document. */
export interface SystemFacts {
  readonly systemId: string;
  readonly name: string;
  readonly isAdmin: boolean;
  /** Handles carry the system's name where several systems are visible. */
  readonly alone: boolean;
  readonly jammedAt?: (number: number) => number | undefined;
  /** The last change of a partition's state that was seen here. */
  readonly changeOf?: (partitionId: number) => StateChange | undefined;
}

/** A change of the armed state as seen from outside: the document's own list of changes may lag behind. */
export interface StateChange {
  readonly code: number | undefined;
  /** It happened then, or else after `notBefore`. */
  readonly at?: number;
  readonly notBefore: number;
  readonly by?: string;
}

/** "The Lake House!" → "the-lake-house". */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24) || 'system';

const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

/** When the partition came into its state: the latest entry of its recent states, if that is the one it has. */
const sinceOf = (raw: Raw, state: number | undefined): number | undefined => {
  const entries = recordsOf(recordOf(raw, 'proph') ?? {}, 's').flatMap((entry) => {
    const at = timeOf(entry, 'ts');
    return at === undefined ? [] : [{ at, value: numericOf(entry, 'val') }];
  });
  const latest = entries.reduce<{ at: number; value: number | undefined } | undefined>(
    (last, entry) => (last === undefined || entry.at >= last.at ? entry : last),
    undefined,
  );
  return latest !== undefined && latest.value === state ? latest.at : undefined;
};

/** Times of one change by two clocks. */
const slackMs = 5000;

/** The document's word, unless a later change into this state was seen: then it does not know of that yet. */
const sinceWith = (said: number | undefined, seen: StateChange | undefined): number | undefined =>
  seen === undefined || (said !== undefined && said >= seen.notBefore - slackMs) ? said : seen.at;

/** States that one deed brings about: leaving is "arming" first and "armed" later. */
const family = (state: number | undefined): number => (state === 1 || state === 4 ? 4 : state === 2 || state === 3 ? 3 : (state ?? -1));

/** Who armed (`seca`) or disarmed (`secd`), when that deed led to the state there is now. */
const byOf = (raw: Raw, state: number | undefined): string | undefined => {
  const deed = recordOf(raw, state === 0 ? 'secd' : 'seca');
  if (deed === undefined || (state !== 0 && family(state) < 3)) return undefined;
  const led = numericOf(deed, 's');
  return led === undefined || family(led) === family(state) ? wordsOf(deed, 'n') : undefined;
};

const partitionOf = (raw: Raw, { systemId, changeOf }: SystemFacts): Partition => {
  const code = numericOf(raw, 's');
  const partitionId = partitionNumberOf(raw);
  const change = changeOf?.(partitionId);
  const seen = change?.code === code ? change : undefined;
  const since = sinceWith(sinceOf(raw, code), seen);
  return {
    systemId,
    partitionId,
    state: armStateOf(code),
    ...given({ since, by: (since === seen?.at ? seen?.by : undefined) ?? byOf(raw, code), readyToArm: flagOf(raw, 'rta') }),
  };
};

const alertsOf = (raw: Raw, handle: (number: number) => string): readonly Alert[] =>
  recordsOf(raw, 'ale').map((alert) => {
    const device = numericOf(alert, 'did');
    return {
      kind: alertOf(numericOf(alert, 'alet')),
      ...given({
        deviceId: device === undefined || device <= 0 ? undefined : handle(device),
        at: timeOf(alert, 'ts'),
        acknowledged: flagOf(alert, 'akd'),
      }),
    };
  });

/** One of several says yes; no only when one says no and none says yes. */
const anyFlagOf = (raw: Raw, keys: readonly string[]): boolean | undefined => {
  const said = keys.map((key) => flagOf(raw, key));
  return said.includes(true) ? true : said.find((value) => value !== undefined);
};

/** Bits of `att`. */
const roles = { installer: 1, admin: 2, duress: 4, remoteAccess: 8, primary: 16 } as const;

/** What a bit says; one that is not set says nothing. */
const hasRole = (raw: Raw, bit: number): true | undefined => (((numericOf(raw, 'att') ?? 0) & bit) === 0 ? undefined : true);

/** Flags only. Codes (`c`, `lc`) and duress and installer marks are never read. */
const userOf = (raw: Raw, systemId: string, lockNames: ReadonlyMap<number, string>): User => {
  const locks = Array.isArray(raw['lids']) ? raw['lids'] : [];
  return {
    systemId,
    name: wordsOf(raw, 'n') ?? 'unnamed',
    locks: locks.flatMap((id) => lockNames.get(Number(id)) ?? []),
    ...given({
      admin: flagOf(raw, 'ad') ?? hasRole(raw, roles.admin),
      primary: flagOf(raw, 'pad') ?? hasRole(raw, roles.primary),
      guest: flagOf(raw, 'gue'),
      remoteAccess: flagOf(raw, 'ra') ?? hasRole(raw, roles.remoteAccess),
      registered: flagOf(raw, 'reg'),
      hasPins: anyFlagOf(raw, ['hasPins', 'hasPanelPin', 'hasLockPin']),
    }),
  };
};

/** Who installed the system, and the one who is used under duress. */
const hiddenRoles = roles.installer | roles.duress;

/** The duress user must not be told apart from others, and the installer is nobody of the house: neither is listed. */
const isListed = (user: Raw): boolean =>
  flagOf(user, 'du') !== true && flagOf(user, 'iu') !== true && ((numericOf(user, 'att') ?? 0) & hiddenRoles) === 0;

const dedupe = (alerts: readonly Alert[]): readonly Alert[] => {
  const seen = new Map(alerts.map((alert) => [`${alert.kind} ${alert.deviceId ?? ''} ${alert.at ?? ''}`, alert]));
  return [...seen.values()];
};

/** A system's document in our words. Pure: the same document gives the same system. */
export const systemOf = (raw: Raw, facts: SystemFacts): System => {
  const handle = (number: number): string => (facts.alone ? String(number) : `${facts.systemId}:${number}`);
  const rawPartitions = recordsOf(raw, 'par');
  let leftOut = 0;
  const used = new Set<string>();
  const devices = rawPartitions.flatMap((partition): Device[] =>
    rawDevicesOf(partition).flatMap((rawDevice) => {
      const partitionId = partitionNumberOf(partition);
      const place = {
        systemId: facts.systemId,
        partitionId,
        // Numbers are the system's, mostly: where two partitions have the same, the later ones say which is meant.
        handle: (number: number) => (used.has(handle(number)) ? `${handle(number)}-p${partitionId}` : handle(number)),
        ...(facts.jammedAt ? { jammedAt: facts.jammedAt } : {}),
      };
      const device = deviceOf(rawDevice, place);
      if (device === undefined) leftOut += 1;
      else used.add(device.deviceId);
      return device ?? [];
    }),
  );
  const lockNames = new Map(devices.filter(({ class: kind }) => kind === 'lock').map(({ number, name }) => [number, name]));
  const zone = textOf(raw, 'tz');
  return {
    systemId: facts.systemId,
    name: facts.name,
    isAdmin: facts.isAdmin,
    timeZone: zone !== undefined && isZone(zone) ? zone : 'UTC',
    temperatureUnit: flagOf(raw, 'tc') === false ? 'F' : 'C',
    partitions: rawPartitions.map((partition) => partitionOf(partition, facts)),
    devices,
    users: recordsOf(raw, 'u')
      .filter(isListed)
      .map((user) => userOf(user, facts.systemId, lockNames)),
    alerts: dedupe([...alertsOf(raw, handle), ...rawPartitions.flatMap((partition) => alertsOf(partition, handle))]),
    leftOut,
    ...given({ entryDelaySeconds: numericOf(raw, 'ed1'), exitDelaySeconds: numericOf(raw, 'exd') }),
  };
};
