import { defineTool, refuse } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { Device, House } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { hasChange, thermostatChange } from '../domain/thermostat-change.ts';
import { climateWords, deviceAtStart, deviceWords } from '../domain/words.ts';
import { actReply } from '../format/act-reply.ts';
import { outcomeOutput } from '../format/output-fields.ts';
import { type Aim, carryOutAll, devicesMeant, freshHouse, systemOfDevice } from './act-on-device.ts';
import { deviceParam, systemParam, waitParam } from './params.ts';

const input = z.object({
  devices: z.array(deviceParam).min(1).max(40).describe('Ids or exact names'),
  on: z.boolean().optional(),
  level: z.int().min(0).max(100).optional().describe('Percent, of lights'),
  mode: z.string().max(40).optional().describe('off, heat, cool, auto…'),
  heat_to: z.number().optional().describe('In the unit that lists show'),
  cool_to: z.number().optional(),
  fan: z.string().max(40).optional(),
  hold: z.enum(['schedule', 'until_next', 'two_hours', 'permanent']).optional(),
  system: systemParam,
  wait_s: waitParam.default(6),
});
type Args = z.output<typeof input>;

const isDone = (device: Device, { on, level }: Pick<Args, 'on' | 'level'>): boolean => {
  if (device.class !== 'light' && device.class !== 'switch') return false;
  if (level === undefined) return device.on === on;
  return level === 0 ? device.on === false || device.levelPercent === 0 : device.on === true && device.levelPercent === level;
};

const lightAim = (device: Device, args: Args): Aim => {
  if (args.level !== undefined && device.class === 'switch') throw refuse('invalid_input', `${deviceAtStart(device)} has no level.`);
  const wish = args.level === undefined ? { on: args.on ?? true } : { levelPercent: args.level };
  return {
    device,
    act: { kind: 'switch', deviceId: device.deviceId, ...wish },
    already: isDone(device, args),
    reached: (now) => (isDone(now, args) ? 'done' : 'no'),
  };
};

const thermostatAim = (house: House, device: Device, args: Args): Aim => {
  if (device.class !== 'thermostat') throw refuse('invalid_input', `${device.deviceId} is not a thermostat.`);
  const wish = { mode: args.mode, heatTo: args.heat_to, coolTo: args.cool_to, fan: args.fan, hold: args.hold };
  const change = thermostatChange(device, wish, systemOfDevice(house, device)?.temperatureUnit ?? 'C');
  return {
    device,
    act: { kind: 'thermostat', deviceId: device.deviceId, change },
    already: hasChange(device, change),
    reached: (now) => (now.class === 'thermostat' && hasChange(now, change) ? 'done' : 'no'),
    // All that can be set: a set point shows in the mode "off" too, and so do fan and hold.
    words: (now, unit) => (now.class === 'thermostat' ? climateWords(now, unit) : deviceWords(now, unit)),
  };
};

export const operateTool = defineTool<VivintOperations>()({
  name: 'vivint_operate',
  title: 'Lights, switches, thermostats',
  description:
    'Turns lights and switches on or off, dims, or sets thermostats, and returns per device [id, name, before, after] as really seen. One call for lights and switches, or for thermostats, not both.',
  toolset: 'control',
  level: 'operate',
  effect: 'change',
  confirm: 'never',
  idempotent: true,
  input,
  output: outcomeOutput,
  handler: async (args, context) => {
    const power = args.on !== undefined || args.level !== undefined;
    const climate = [args.mode, args.heat_to, args.cool_to, args.fan, args.hold].some((value) => value !== undefined);
    if (power === climate)
      throw refuse('invalid_input', 'Give on or level for lights and switches, or mode, heat_to, cool_to, fan or hold for thermostats.');
    if (args.on === false && args.level !== undefined && args.level > 0)
      throw refuse('invalid_input', 'on=false and a level above 0 contradict each other.');
    if (args.on === true && args.level === 0) throw refuse('invalid_input', 'on=true and level 0 contradict each other.');
    const house = await freshHouse(context);
    const classes = power ? (['light', 'switch'] as const) : (['thermostat'] as const);
    const devices = devicesMeant(house, args.devices, { classes, system: args.system });
    const aims = devices.map((device) => (power ? lightAim(device, args) : thermostatAim(house, device, args)));
    return actReply(await carryOutAll(house, aims, { context, waitSeconds: args.wait_s }));
  },
});
