import {
  cursorParam,
  defineTool,
  foldText,
  limitParam,
  page,
  pageFields,
  refuse,
  type ToolError,
  table,
  tableFields,
} from '@switchyard-mcp/core';
import * as z from 'zod';
import { systemsMeant } from '../domain/find.ts';
import { type Device, deviceClasses, type System } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { isBatteryLow, problemsOf } from '../domain/words.ts';
import { deviceColumns, formOf } from '../format/device-rows.ts';
import { asOfFields } from '../format/output-fields.ts';
import { asOf, zoneOf } from '../format/times.ts';
import { systemParam } from './params.ts';

/** What a list can be narrowed to: each is a question people ask. */
const conditions = {
  open: (device: Device) =>
    (device.class === 'sensor' && device.active === true) ||
    (device.class === 'garage_door' && device.position !== 'closed') ||
    (device.class === 'lock' && device.locked !== true),
  on: (device: Device) => (device.class === 'light' || device.class === 'switch') && device.on === true,
  bypassed: (device: Device) => device.class === 'sensor' && (device.bypass === 'manual' || device.bypass === 'forced'),
  offline: (device: Device) => device.online === false,
  low_battery: (device: Device) => isBatteryLow(device) === true,
  problem: (device: Device) => problemsOf(device).length > 0,
} as const;

const input = z.object({
  class: z.enum(deviceClasses).optional().describe('Gives every field of that class'),
  only: z
    .enum(Object.keys(conditions) as [keyof typeof conditions])
    .optional()
    .describe('open includes unlocked and triggered'),
  query: z.string().min(1).max(60).optional().describe('Part of a name'),
  system: systemParam,
  limit: limitParam(200, 40),
  cursor: cursorParam,
});

const matches = (device: Device, args: z.output<typeof input>): boolean =>
  (args.class === undefined || device.class === args.class) &&
  (args.only === undefined || conditions[args.only](device)) &&
  (args.query === undefined || foldText(device.name).includes(foldText(args.query.trim())));

/** Said only where a name fits nothing at all: that is more likely a slip than an answer. */
const nothingNamed = (query: string): ToolError =>
  refuse('not_found', `No device has "${query.slice(0, 60)}" in its name.`, { next: ['Leave query out to see all names.'] });

export const listDevicesTool = defineTool<VivintOperations>()({
  name: 'vivint_list_devices',
  title: 'Devices',
  description:
    'Returns devices with their real state: sensors (open, bypassed, tampered), locks, garage doors, thermostats, cameras, lights, switches, panels. Without class a short line each. An empty cell means the device does not say. For batteries and connections as a whole use vivint_health.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output: z.lazy(() => z.strictObject({ ...asOfFields, ...pageFields, ...tableFields(deviceColumns) })),
  handler: async (args, { operations, signal }) => {
    const { cursor, limit, ...query } = args;
    const house = await operations.house(signal);
    const systems = systemsMeant(house, args.system);
    const all = systems.flatMap((system) => system.devices.map((device): readonly [System, Device] => [system, device]));
    if (args.query !== undefined && !all.some(([, device]) => matches(device, { ...args, class: undefined, only: undefined })))
      throw nothingNamed(args.query);
    const order = new Map(deviceClasses.map((name, index) => [name, index]));
    const found = all
      .filter(([, device]) => matches(device, args))
      .sort(([a, x], [b, y]) => systems.indexOf(a) - systems.indexOf(b) || (order.get(x.class) ?? 0) - (order.get(y.class) ?? 0));
    const { items, head } = page(found, { cursor, limit, query });
    const form = formOf(args.class);
    return {
      data: {
        ...asOf(house, operations.clock.now(), systems[0]),
        ...head,
        ...table(
          form.columns,
          items.map(([system, device]) => form.row(device, system, zoneOf(house, systems[0]))),
        ),
      },
    };
  },
});
