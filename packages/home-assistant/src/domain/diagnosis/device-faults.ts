import { spanWords } from '@switchyard-mcp/core';
import type { IntegrationEntry } from '../insight-operations.ts';
import { hasLowBattery } from '../low-battery.ts';
import type { Entity, Home } from '../model.ts';
import { type Fault, listed } from './fault.ts';
import type { HomeFacts } from './home-facts.ts';

/** Sets items apart by a key; those without one are left out. */
export const groupBy = <T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

const isGone = (entity: Entity): boolean => entity.state?.state === 'unavailable' && !entity.disabled;
/** Kept by the registry although nothing provides it. */
const isRestored = (entity: Entity): boolean => isGone(entity) && entity.state?.attributes['restored'] === true;
/** Their own section tells of these. */
const isRunnable = ({ domain }: Entity): boolean => domain === 'automation' || domain === 'script';

const idsOf = (entities: readonly Entity[]): readonly string[] => entities.map((entity) => entity.entityId);
const sinceWords = (entities: readonly Entity[], nowMs: number): string => {
  const first = Math.max(...entities.map((entity) => entity.state?.lastChangedAt ?? 0));
  return spanWords(nowMs - first);
};

/** Config entries whose entities are gone because the entry is not running: one cause, told once. */
export const downEntries = (integrations: readonly IntegrationEntry[] | undefined): ReadonlySet<string> =>
  new Set((integrations ?? []).filter((entry) => entry.state !== 'loaded').map((entry) => entry.entryId));

interface Absent {
  readonly home: Home;
  readonly nowMs: number;
  /** Unavailable, with no integration behind it that explains it. */
  readonly gone: readonly Entity[];
}

const absentOf = ({ home, nowMs, integrations }: HomeFacts): Absent => {
  const down = downEntries(integrations);
  const gone = [...home.entities.values()].filter(
    (entity) => isGone(entity) && !isRunnable(entity) && !isRestored(entity) && !down.has(entity.configEntryId ?? ''),
  );
  return { home, nowMs, gone };
};

/** Devices none of whose entities is there. */
const deadDevices = ({ home, gone }: Absent): ReadonlyMap<string, readonly Entity[]> => {
  const candidates = groupBy(gone, (entity) => entity.deviceId);
  const living = new Set<string>();
  for (const entity of home.entities.values())
    if (entity.deviceId !== undefined && entity.state !== undefined && !isGone(entity)) living.add(entity.deviceId);
  return new Map([...candidates].filter(([deviceId]) => !living.has(deviceId) && !home.devices.get(deviceId)?.disabled));
};

/** Devices that fell silent together have one cause. */
const mostTogether = 3;

const deviceFaults = (absent: Absent, dead: ReadonlyMap<string, readonly Entity[]>): readonly Fault[] => {
  const { home, nowMs } = absent;
  const nameOf = (deviceId: string): string => home.devices.get(deviceId)?.name ?? deviceId;
  const byEntry = groupBy(dead, ([, [first]]) => first?.configEntryId ?? first?.platform ?? 'unknown');
  return [...byEntry.values()].flatMap((group): readonly Fault[] => {
    const entities = group.flatMap(([, list]) => list);
    const platform = entities[0]?.platform ?? 'unknown';
    if (group.length > mostTogether) {
      const names = listed(group.map(([id]) => nameOf(id)));
      const detail = `${group.length} devices give nothing (${entities.length} entities), the last for ${sinceWords(entities, nowMs)}: ${names}`;
      return [{ section: 'devices', severity: 'error', subject: platform, detail }];
    }
    return group.map(([id, list]) => ({
      section: 'devices',
      severity: 'error',
      subject: `device:${nameOf(id)}`,
      detail: `gives nothing for ${sinceWords(list, nowMs)}: ${list.length === 1 ? '' : `${list.length} entities, `}${listed(idsOf(list))} (${platform})`,
    }));
  });
};

const entityFaults = ({ home, nowMs, gone }: Absent, dead: ReadonlyMap<string, readonly Entity[]>): readonly Fault[] => {
  const rest = gone.filter((entity) => !dead.has(entity.deviceId ?? ''));
  const groups = groupBy(rest, (entity) =>
    entity.deviceId === undefined ? `platform ${entity.platform ?? entity.domain}` : entity.deviceId,
  );
  return [...groups].map(([key, list]) => {
    const [only] = list;
    const device = home.devices.get(key)?.name;
    const subject =
      list.length === 1 && only !== undefined ? only.entityId : device === undefined ? key.slice('platform '.length) : `device:${device}`;
    const where = device === undefined ? '' : `, other entities of ${device} work`;
    const detail =
      list.length === 1
        ? `unavailable for ${sinceWords(list, nowMs)}${where}`
        : `${list.length} entities unavailable: ${listed(idsOf(list))}${where}`;
    return { section: 'unavailable', severity: 'warning', subject, detail };
  });
};

const orphanFaults = ({ home, integrations }: HomeFacts): readonly Fault[] => {
  if (integrations === undefined) return [];
  const down = downEntries(integrations);
  const left = [...home.entities.values()].filter(
    (entity) => isRestored(entity) && !isRunnable(entity) && !down.has(entity.configEntryId ?? ''),
  );
  const restored = [...groupBy(left, (entity) => entity.platform ?? 'unknown')].map(([platform, list]): Fault => {
    const subject = list.length === 1 && list[0] !== undefined ? list[0].entityId : platform;
    return {
      section: 'orphans',
      severity: 'warning',
      subject,
      detail: `left in the registry, ${platform} provides it no more: ${listed(idsOf(list))}`,
    };
  });
  const misplaced = groupBy(home.entities.values(), ({ areaId }) => (areaId === undefined || home.areas.has(areaId) ? undefined : areaId));
  const placed = [...misplaced].map(([areaId, list]): Fault => {
    const subject = list.length === 1 && list[0] !== undefined ? list[0].entityId : `area:${areaId}`;
    return { section: 'orphans', severity: 'warning', subject, detail: `in area:${areaId}, which does not exist: ${listed(idsOf(list))}` };
  });
  return [...restored, ...placed];
};

const batteryFaults = ({ home }: HomeFacts): readonly Fault[] =>
  [...home.entities.values()]
    .filter((entity) => !entity.disabled && hasLowBattery(entity))
    .sort((a, b) => (Number(a.state?.state) || 0) - (Number(b.state?.state) || 0))
    .map((entity) => {
      const percent = entity.domain === 'binary_sensor' ? 'low' : `${entity.state?.state} %`;
      const device = home.devices.get(entity.deviceId ?? '')?.name ?? entity.name;
      return { section: 'batteries', severity: 'warning', subject: entity.entityId, detail: `${percent} (${device})` };
    });

const updateFaults = ({ home }: HomeFacts): readonly Fault[] =>
  [...home.entities.values()]
    .filter(({ domain, disabled, state }) => domain === 'update' && !disabled && state?.state === 'on')
    .map(({ entityId, state, name }) => {
      const { installed_version: from, latest_version: to, title, in_progress: going } = state?.attributes ?? {};
      const what = typeof title === 'string' && title !== '' ? title : name;
      return {
        section: 'updates',
        severity: 'warning',
        subject: entityId,
        detail: `${what}: ${String(from ?? '?')} → ${String(to ?? '?')}${going === true || typeof going === 'number' ? ', going on' : ''}`,
      };
    });

/** Everything that states and registries tell: dead devices, single unavailable entities, batteries, orphans, updates. */
export const homeFaults = (facts: HomeFacts): readonly Fault[] => {
  const absent = absentOf(facts);
  const dead = deadDevices(absent);
  return [
    ...deviceFaults(absent, dead),
    ...entityFaults(absent, dead),
    ...batteryFaults(facts),
    ...orphanFaults(facts),
    ...updateFaults(facts),
  ];
};
