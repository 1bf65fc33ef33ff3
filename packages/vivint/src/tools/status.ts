import { defineTool, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { systemsMeant } from '../domain/find.ts';
import type { Device } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { deviceWords, problemsOf } from '../domain/words.ts';
import { asOfFields } from '../format/output-fields.ts';
import { partitionColumns, partitionRows } from '../format/partition-rows.ts';
import { asOf, timeWords, zoneOf } from '../format/times.ts';
import { ofSystemInput } from './params.ts';

const mostNamed = 12;
/** What is open is named one by one as far as a reply can bear it. */
const mostOpen = 40;

const named = (devices: readonly Device[], words: (device: Device) => string, most = mostNamed): readonly string[] => [
  ...devices.slice(0, most).map((device) => `${device.deviceId} ${device.name}: ${words(device)}`),
  ...(devices.length > most ? [`and ${devices.length - most} more`] : []),
];

/** Doors and windows that stand open, triggered detectors, doors that are not locked. Motion is no news by itself. */
const isOpen = (device: Device): boolean => {
  if (device.class === 'sensor') return device.active === true && device.kind !== 'motion' && device.kind !== 'doorbell';
  if (device.class === 'lock') return device.locked !== true;
  return device.class === 'garage_door' && device.position !== 'closed';
};

/** Not only unknown: these come first. */
const isSurelyOpen = (device: Device): boolean =>
  device.class === 'sensor' ||
  (device.class === 'lock' ? device.locked === false : device.class === 'garage_door' && device.position !== 'unknown');

const output = z.lazy(() =>
  z.strictObject({
    ...asOfFields,
    ...tableFields(partitionColumns),
    open: z.array(z.string()),
    bypassed: z.array(z.string()).optional(),
    alerts: z.array(z.string()).optional(),
    troubles: z.array(z.string()).optional(),
  }),
);

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
  input: ofSystemInput,
  output,
  handler: async (args, { operations, signal }) => {
    const house = await operations.house(signal);
    const systems = systemsMeant(house, args.system);
    const zone = zoneOf(house, systems[0]);
    const rows = await partitionRows(systems, zone, ({ systemId, partitionId }) => operations.lastArming(systemId, partitionId, signal));
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
          timeWords(at, zone),
          acknowledged ? 'seen' : 'new',
        ].join(' | ');
      }),
    );
    return {
      data: {
        ...asOf(house, operations.clock.now(), systems[0]),
        ...table(partitionColumns, rows),
        open: named(
          [...open.filter(isSurelyOpen), ...open.filter((device) => !isSurelyOpen(device))],
          (device) => deviceWords(device),
          mostOpen,
        ),
        ...(bypassed.length > 0 ? { bypassed: named(bypassed, (device) => deviceWords(device)) } : {}),
        ...(alerts.length > 0 ? { alerts: alerts.slice(0, mostNamed) } : {}),
        ...(troubled.length > 0 ? { troubles: named(troubled, (device) => problemsOf(device).join(', ')) } : {}),
      },
    };
  },
});
