import { defineTool, refuse } from '@switchyard-mcp/core';
import * as z from 'zod';
import { systemsMeant } from '../domain/find.ts';
import { gapAt } from '../domain/gaps.ts';
import type { Device } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { deviceWords } from '../domain/words.ts';
import { actReply } from '../format/act-reply.ts';
import { outcomeFields } from '../format/output-fields.ts';
import { missing, zoneOf } from '../format/times.ts';
import { type Aim, carryOutAll, devicesMeant, freshHouse } from './act-on-device.ts';
import { deviceParam, systemParam, waitParam } from './params.ts';

/** Locks a lock, closes a garage door. */
const aimAt = (device: Device): Aim | undefined => {
  if (device.class === 'lock')
    return {
      device,
      act: { kind: 'lock', deviceId: device.deviceId, locked: true },
      already: device.locked === true && device.jammedAt === undefined,
      reached: (now) =>
        now.class !== 'lock'
          ? 'no'
          : now.locked === true
            ? 'done'
            : now.jammedAt === undefined || now.jammedAt === device.jammedAt
              ? 'no'
              : 'failed',
      failed: 'it did not lock; the bolt may be stuck, so look at the door',
    };
  if (device.class !== 'garage_door') return undefined;
  return {
    device,
    act: { kind: 'garage_door', deviceId: device.deviceId, open: false },
    already: device.position === 'closed',
    reached: (now) =>
      now.class !== 'garage_door'
        ? 'no'
        : now.position === 'closed'
          ? 'done'
          : now.position === 'closing'
            ? 'pending'
            : now.position === 'stopped' && device.position !== 'stopped'
              ? 'failed'
              : 'no',
    failed: 'it did not close; something may be in its way, so look at it',
  };
};

export const secureTool = defineTool<VivintOperations>()({
  name: 'vivint_secure',
  title: 'Lock and close',
  description:
    'Locks locks and closes garage doors, and returns per device [id, name, before, after] as really seen. To arm use vivint_arm; to unlock or open vivint_open.',
  toolset: 'control',
  level: 'secure',
  effect: 'change',
  confirm: 'never',
  idempotent: true,
  input: z.object({
    devices: z.array(deviceParam).max(40).default([]).describe('Ids or exact names; empty with all=true'),
    all: z.boolean().default(false).describe('Everything unlocked or open'),
    system: systemParam,
    wait_s: waitParam.default(8),
  }),
  output: z.lazy(() =>
    z.strictObject({
      ...outcomeFields,
      already_secure: z.number().optional(),
      missing: z.array(z.string()).optional(),
      offline: z.array(z.array(z.string()).length(3)).optional(),
    }),
  ),
  handler: async (args, context) => {
    if (args.all === args.devices.length > 0) throw refuse('invalid_input', 'Give devices, or all=true.');
    const house = await freshHouse(context);
    const systems = systemsMeant(house, args.system);
    const meant = args.all
      ? systems.flatMap(({ devices }) => devices).filter((device) => device.class === 'lock' || device.class === 'garage_door')
      : devicesMeant(house, args.devices, { classes: ['lock', 'garage_door'], system: args.system });
    const aims = meant.flatMap((device) => aimAt(device) ?? []);
    const rows = await carryOutAll(house, args.all ? aims.filter(({ already }) => !already) : aims, { context, waitSeconds: args.wait_s });
    if (!args.all) return actReply(rows);
    const lacks = missing(house, zoneOf(house, systems[0]));
    const secure = aims
      .filter(({ already, device }) => already && gapAt(house, device.systemId, device.partitionId) === undefined)
      .map(({ device }) => device);
    // What was locked before it went silent may be open by now.
    const silent = secure.filter(({ online }) => online === false);
    return actReply(rows, {
      already_secure: secure.length - silent.length,
      ...lacks,
      ...(silent.length > 0
        ? { offline: silent.map((device) => [device.deviceId, device.name, `${deviceWords(device)}: as last known, look at it`]) }
        : {}),
    });
  },
});
