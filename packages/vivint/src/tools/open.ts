import { defineTool } from '@switchyard-mcp/core';
import * as z from 'zod';
import { findDevice } from '../domain/find.ts';
import type { Device } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { armWords, deviceRef, deviceWords } from '../domain/words.ts';
import { actReply } from '../format/act-reply.ts';
import { outcomeOutput } from '../format/output-fields.ts';
import { type Aim, carryOutAll, freshHouse, shownState, systemOfDevice } from './act-on-device.ts';
import { deviceParam, systemParam, waitParam } from './params.ts';

const aimAt = (device: Device): Aim => {
  if (device.class === 'garage_door')
    return {
      device,
      act: { kind: 'garage_door', deviceId: device.deviceId, open: true },
      already: device.position === 'open',
      reached: (now) => {
        if (now.class !== 'garage_door') return 'no';
        if (now.position === 'stopped' && device.position !== 'stopped') return 'failed';
        return now.position === 'open' ? 'done' : now.position === 'opening' ? 'pending' : 'no';
      },
      failed: 'it stopped on its way; something may hold it, so look at it',
    };
  const known = device.class === 'lock' ? device : undefined;
  return {
    device,
    act: { kind: 'lock', deviceId: device.deviceId, locked: false },
    already: device.class === 'lock' && device.locked === false,
    reached: (now) => {
      if (now.class !== 'lock') return 'no';
      if (now.locked === false) return 'done';
      return now.jammedAt !== undefined && now.jammedAt !== known?.jammedAt ? 'failed' : 'no';
    },
    failed: 'the bolt is stuck, so look at the door',
  };
};

export const openTool = defineTool<VivintOperations>()({
  name: 'vivint_open',
  title: 'Unlock and open',
  description: 'Unlocks one lock or opens one garage door after a person agreed, and returns [id, name, before, after] as really seen.',
  toolset: 'control',
  level: 'sensitive',
  effect: 'change',
  confirm: 'depends',
  idempotent: true,
  input: z.object({
    device: deviceParam.describe('Lock or garage door: id or exact name'),
    system: systemParam,
    wait_s: waitParam.default(10),
  }),
  output: outcomeOutput,
  handler: async (args, context) => {
    const house = await freshHouse(context);
    const device = findDevice(house, args.device, { classes: ['lock', 'garage_door'], system: args.system });
    const aim = aimAt(device);
    const deaf = device.online === false;
    if (aim.already || deaf) return actReply(await carryOutAll(house, [aim], { context, waitSeconds: args.wait_s }));
    await context.operations.check([aim.act], context.signal);
    const system = systemOfDevice(house, device);
    const partition = system?.partitions.find(({ partitionId }) => partitionId === device.partitionId);
    const armed = partition !== undefined && partition.state !== 'disarmed';
    const verb = device.class === 'lock' ? 'unlock' : 'open';
    const approval = await context.confirm({
      summary: `${verb === 'unlock' ? 'Unlock' : 'Open'} ${deviceRef(device)}`,
      will: [[verb, `${device.deviceId} ${device.name}`, `${deviceWords(device)} → ${verb === 'unlock' ? 'unlocked' : 'open'}`]],
      ...(armed ? { against: [`the system is ${armWords(partition.state)}: opening the door may start the alarm`] } : {}),
      state: [shownState([device]), partition?.state ?? null],
    });
    return actReply(await carryOutAll(house, [aim], { context, approval, waitSeconds: args.wait_s }));
  },
});
