import { defineTool, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { systemsMeant } from '../domain/find.ts';
import type { Device } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { isBatteryLow, problemsOf } from '../domain/words.ts';
import { batteryWords } from '../format/device-rows.ts';
import { asOfFields } from '../format/output-fields.ts';
import { asOf, timeWords, zoneOf } from '../format/times.ts';
import { ofSystemInput } from './params.ts';

/** How many say yes, how many no, how many nothing: silence is not health. */
const counted = (devices: readonly Device[], of: (device: Device) => boolean | undefined) => {
  const answers = devices.map(of);
  return [true, false, undefined].map((wanted) => answers.filter((answer) => answer === wanted).length);
};

const mostRows = 60;
const columns = ['id', 'name', 'class', 'problem', 'battery', 'changed'] as const;

export const healthTool = defineTool<VivintOperations>()({
  name: 'vivint_health',
  title: 'Health of devices',
  description:
    'Returns how many devices are online, have a low battery, are tampered with or have lost supervision, how many do not say, every device with a problem, the panels’ mains power and connection, and standing alerts.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: ofSystemInput,
  output: z.lazy(() =>
    z.strictObject({
      ...asOfFields,
      devices: z.number(),
      online: z.number(),
      offline: z.number(),
      online_unknown: z.number(),
      battery_low: z.number(),
      battery_ok: z.number(),
      battery_unknown: z.number(),
      tampered: z.number(),
      supervision_lost: z.number(),
      ...tableFields(columns),
      more_problems: z.number().optional(),
      panels: z.array(z.array(z.string()).length(5)),
      alerts: z.array(z.array(z.string()).length(5)),
    }),
  ),
  handler: async (args, { operations, signal }) => {
    const house = await operations.house(signal);
    const systems = systemsMeant(house, args.system);
    const zone = zoneOf(house, systems[0]);
    const devices = systems.flatMap((system) => system.devices);
    const [online, offline, silent] = counted(devices, (device) => device.online);
    const [low, fine, noBattery] = counted(devices, isBatteryLow);
    const [tampered] = counted(devices, (device) => device.tampered);
    const [lost] = counted(devices, (device) => (device.class === 'sensor' ? device.supervisionLost : undefined));
    const rows = systems.flatMap((system) =>
      system.devices
        .filter((device) => problemsOf(device).length > 0)
        .map((device) => [
          device.deviceId,
          device.name,
          device.class === 'sensor' ? device.kind : device.class,
          problemsOf(device).join(', '),
          batteryWords(device),
          timeWords(device.changedAt, zone),
        ]),
    );
    const panels = systems.flatMap((system) =>
      system.devices.filter((device) => device.class === 'panel').map((panel) => ({ system, panel })),
    );
    const alerts = systems.flatMap((system) =>
      system.alerts.map((alert) => [
        system.systemId,
        alert.kind,
        system.devices.find(({ deviceId }) => deviceId === alert.deviceId)?.name ?? '',
        timeWords(alert.at, zone),
        alert.acknowledged === undefined ? '' : alert.acknowledged ? 'seen' : 'new',
      ]),
    );
    return {
      data: {
        ...asOf(house, operations.clock.now(), systems[0]),
        devices: devices.length,
        online,
        offline,
        online_unknown: silent,
        battery_low: low,
        battery_ok: fine,
        battery_unknown: noBattery,
        tampered,
        supervision_lost: lost,
        ...table(columns, rows.slice(0, mostRows)),
        ...(rows.length > mostRows ? { more_problems: rows.length - mostRows } : {}),
        panels: panels.map(({ panel }) => [
          panel.deviceId,
          panel.name,
          panel.mainsPower === undefined ? 'mains unknown' : panel.mainsPower ? 'mains on' : 'mains lost',
          panel.batteryBad === undefined ? 'battery unknown' : panel.batteryBad ? 'battery bad' : 'battery ok',
          panel.connection ?? 'connection unknown',
        ]),
        alerts,
      },
    };
  },
});
