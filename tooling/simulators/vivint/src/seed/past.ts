import { writeTime } from '../clock.ts';
import type { CloudSystem } from '../cloud/cloud.ts';
import type { History } from '../cloud/history.ts';
import { isObject } from '../json.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS = 20;

interface PastLine {
  readonly hour: number;
  readonly type: string;
  /** Which device: the first of this type. */
  readonly deviceType: string;
  readonly text: (name: string) => string;
  readonly by?: string;
  readonly detail: unknown;
}

/** An ordinary day, hours counted back from its end. */
const LINES: readonly PastLine[] = [
  {
    hour: 23,
    type: 'security_state',
    deviceType: 'primary_touch_link_device',
    text: () => 'System disarmed by Ana Ortiz',
    by: 'Ana Ortiz',
    detail: 0,
  },
  { hour: 22.5, type: 'open', deviceType: 'wireless_sensor', text: (name) => `${name} opened`, detail: true },
  { hour: 22.4, type: 'open', deviceType: 'wireless_sensor', text: (name) => `${name} closed`, detail: false },
  {
    hour: 22.3,
    type: 'locked',
    deviceType: 'door_lock_device',
    text: (name) => `${name} was locked by Ben Ortiz`,
    by: 'Ben Ortiz',
    detail: 90,
  },
  {
    hour: 14,
    type: 'locked',
    deviceType: 'door_lock_device',
    text: (name) => `${name} was unlocked by Cem (dog walker)`,
    by: 'Cem (dog walker)',
    detail: 91,
  },
  {
    hour: 9,
    type: 'operating_mode',
    deviceType: 'thermostat_device',
    text: (name) => `${name} was changed by Ana Ortiz`,
    by: 'Ana Ortiz',
    detail: 1,
  },
  {
    hour: 1,
    type: 'security_state',
    deviceType: 'primary_touch_link_device',
    text: () => 'System armed to Stay by Ana Ortiz',
    by: 'Ana Ortiz',
    detail: 3,
  },
  {
    hour: 0.5,
    type: 'security_state',
    deviceType: 'primary_touch_link_device',
    text: () => 'System disarmed by Ben Ortiz',
    by: 'Ben Ortiz',
    detail: 0,
  },
];

/** Writes twenty ordinary days into the history of every first partition, and the last armings into the partition itself. */
export function fillPast(system: CloudSystem, history: History, atMs: number): void {
  const partition = system.data.par[0];
  if (!partition) return;
  const armings: { val: number; ts: string; sync: boolean }[] = [];
  for (let day = DAYS - 1; day >= 0; day -= 1) {
    for (const line of LINES) {
      const device = partition.d.find(({ t }) => t === line.deviceType);
      if (!device) continue;
      const happenedAtMs = atMs - day * DAY_MS - line.hour * HOUR_MS;
      const name = String(device['n']);
      const { type, deviceType, by, detail } = line;
      history.add({
        panelId: system.data.panid,
        partitionId: partition.parid,
        deviceId: device._id,
        text: line.text(name),
        deviceName: name,
        type,
        deviceType,
        by,
        detail,
        atMs: happenedAtMs,
      });
      if (type === 'security_state') armings.push({ val: Number(detail), ts: writeTime(happenedAtMs), sync: true });
    }
  }
  if (isObject(partition['proph'])) partition['proph']['s'] = armings.slice(-20);
}
