import { defineTool, refuse } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { Device } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { deviceAtStart, deviceRef, deviceWords } from '../domain/words.ts';
import { actReply } from '../format/act-reply.ts';
import { outcomeOutput } from '../format/output-fields.ts';
import { type Aim, carryOutAll, devicesMeant, freshHouse, shownState } from './act-on-device.ts';
import { deviceParam, systemParam, waitParam } from './params.ts';

const isBypassed = (device: Device): boolean | undefined =>
  device.class !== 'sensor' || device.bypass === undefined ? undefined : device.bypass !== 'none';

const aimAt = (device: Device, bypassed: boolean): Aim => ({
  device,
  act: { kind: 'bypass', deviceId: device.deviceId, bypassed },
  already: isBypassed(device) === bypassed,
  reached: (now) => (isBypassed(now) === bypassed ? 'done' : 'no'),
});

export const bypassTool = defineTool<VivintOperations>()({
  name: 'vivint_bypass',
  title: 'Bypass sensors',
  description:
    'Bypasses sensors after a person agreed, so that the panel ignores them, or ends the bypass (bypass=false, no question). Returns per sensor [id, name, before, after] as really seen.',
  toolset: 'control',
  level: 'sensitive',
  effect: 'change',
  confirm: 'depends',
  idempotent: true,
  input: z.object({
    sensors: z.array(deviceParam).min(1).max(20),
    bypass: z.boolean().default(true),
    system: systemParam,
    wait_s: waitParam.default(8),
  }),
  output: outcomeOutput,
  handler: async (args, context) => {
    const house = await freshHouse(context);
    const devices = devicesMeant(house, args.sensors, { classes: ['sensor'], system: args.system });
    const stubborn = devices.find((device) => device.class === 'sensor' && device.canBypass === false);
    if (args.bypass && stubborn !== undefined) throw refuse('unsupported', `${deviceAtStart(stubborn)} cannot be bypassed.`);
    const aims = devices.map((device) => aimAt(device, args.bypass));
    const due = aims.filter(({ already }) => !already).map(({ device }) => device);
    const acts = aims.filter(({ already }) => !already).map(({ act }) => act);
    if (args.bypass && acts.length > 0) await context.operations.check(acts, context.signal);
    const approval =
      args.bypass && due.length > 0
        ? await context.confirm({
            summary: `Bypass ${due.slice(0, 5).map(deviceRef).join(', ')}`,
            will: due.map((device) => ['bypass', `${device.deviceId} ${device.name}`, `${deviceWords(device)} → bypassed`]),
            against: ['a bypassed sensor raises no alarm'],
            state: shownState(due),
          })
        : undefined;
    return actReply(await carryOutAll(house, aims, { context, approval, waitSeconds: args.wait_s }));
  },
});
