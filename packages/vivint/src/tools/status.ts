import { defineTool, table } from '@switchyard-mcp/core';
import * as z from 'zod';
import { systemsMeant } from '../domain/find.ts';
import type { Device, Partition, System } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { readinessOf } from '../domain/readiness.ts';
import { armWords, deviceWords, problemsOf } from '../domain/words.ts';
import { asOf, timeWords } from '../format/times.ts';
import { systemParam } from './params.ts';

const mostNamed = 12;

const named = (devices: readonly Device[], words: (device: Device) => string): readonly string[] => [
  ...devices.slice(0, mostNamed).map((device) => `${device.deviceId} ${device.name}: ${words(device)}`),
  ...(devices.length > mostNamed ? [`and ${devices.length - mostNamed} more`] : []),
];

/** Doors and windows that stand open, triggered detectors, doors that are not locked. Motion is no news by itself. */
const isOpen = (device: Device): boolean => {
  if (device.class === 'sensor') return device.active === true && device.kind !== 'motion' && device.kind !== 'doorbell';
  if (device.class === 'lock') return device.locked !== true;
  return device.class === 'garage_door' && device.position !== 'closed';
};

const readyWords = (system: System, partition: Partition): readonly [string, string] => {
  if (partition.state !== 'disarmed') return ['', ''];
  const { ready, because } = readinessOf(system, partition);
  if (ready === true) return ['yes', ''];
  const why = because.map((device) => `${device.deviceId} ${device.name} is ${deviceWords(device)}`).join('; ');
  return [ready === undefined ? 'unknown' : 'no', why || (ready === false ? 'the panel does not say why' : '')];
};

export const statusTool = defineTool<VivintOperations>()({
  name: 'vivint_status',
  title: 'Status of the home',
  description:
    'Returns per partition whether it is armed, since when and by whom, whether it is ready to arm and why not; plus what is open or unlocked, alerts and troubles. Start here.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: z.object({ system: systemParam }),
  output: z.looseObject({ as_of: z.string(), columns: z.array(z.string()), rows: z.array(z.array(z.unknown())) }),
  handler: async (args, { operations, signal }) => {
    const house = await operations.house(signal);
    const systems = systemsMeant(house, args.system);
    const rows = await Promise.all(
      systems.flatMap((system) =>
        system.partitions.map(async (partition) => {
          const by = partition.by ?? (await operations.armedBy(system.systemId, partition.partitionId, signal));
          return [
            system.systemId,
            partition.partitionId,
            armWords(partition.state),
            timeWords(partition.since, system.timeZone) || 'unknown',
            by ?? 'unknown',
            ...readyWords(system, partition),
          ];
        }),
      ),
    );
    const devices = systems.flatMap((system) => system.devices);
    const open = devices.filter(isOpen);
    const bypassed = devices.filter((device) => device.class === 'sensor' && device.bypass !== undefined && device.bypass !== 'none');
    const troubled = devices.filter((device) => problemsOf(device).length > 0);
    const alerts = systems.flatMap((system) =>
      system.alerts.map(({ kind, deviceId, at, acknowledged }) => {
        const device = system.devices.find((one) => one.deviceId === deviceId);
        return [
          system.systemId,
          kind,
          device ? `${device.deviceId} ${device.name}` : '',
          timeWords(at, system.timeZone),
          acknowledged ? 'seen' : 'new',
        ].join(' | ');
      }),
    );
    return {
      data: {
        ...asOf(house, operations.now(), systems[0]),
        ...table(['system', 'partition', 'state', 'since', 'by', 'ready', 'not_ready_because'], rows),
        open: named(open, (device) => deviceWords(device)),
        ...(bypassed.length > 0 ? { bypassed: named(bypassed, (device) => deviceWords(device)) } : {}),
        ...(alerts.length > 0 ? { alerts: alerts.slice(0, mostNamed) } : {}),
        ...(troubled.length > 0 ? { troubles: named(troubled, (device) => problemsOf(device).join(', ')) } : {}),
      },
    };
  },
});
