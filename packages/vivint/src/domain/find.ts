import { foldText, nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';
import type { Device, DeviceClass, Gap, House, Partition, System } from './model.ts';
import { deviceAtStart } from './words.ts';

const shown = (text: string): string => text.slice(0, 60);

const unreadSystem = ({ systemId, why }: Gap): ToolError =>
  refuse('upstream_unavailable', `The system ${systemId} could not be read.`, { why, next: ['Try again in a minute.'], retryable: true });

/** Systems of which nothing was ever read: something meant may be there. */
const unreadOf = ({ gaps = [], systems }: House): readonly string[] =>
  gaps.map(({ systemId }) => systemId).filter((id) => !systems.some(({ systemId }) => systemId === id));

/** Nothing of that name, as far as could be read. */
const unreadWords = (house: House): readonly string[] => {
  const unread = unreadOf(house);
  return unread.length === 0 ? [] : [`try again in a minute: ${unread.join(', ')} could not be read.`];
};

/** The system meant by its short name or its own; the only one when nothing is said. */
export const findSystem = (house: House, wanted: string | undefined): System => {
  const { systems } = house;
  const [only] = systems;
  const unreadIds = unreadOf(house);
  if (wanted === undefined && only !== undefined && systems.length === 1 && unreadIds.length === 0) return only;
  const ids = systems.map(({ systemId }) => systemId);
  if (wanted === undefined)
    throw refuse('ambiguous', `There are ${systems.length + unreadIds.length} systems: ${[...ids, ...unreadIds].join(', ')}.`, {
      next: ['Say which with system.'],
    });
  const word = foldText(wanted.trim());
  const found = systems.filter(({ systemId, name }) => systemId === word || foldText(name.trim()) === word);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const unread = house.gaps?.find(({ systemId }) => systemId === word);
  if (found.length === 0 && unread !== undefined) throw unreadSystem(unread);
  throw refuse(
    found.length > 1 ? 'ambiguous' : 'not_found',
    `There ${found.length > 1 ? 'are several systems' : 'is no system'} "${shown(wanted)}".`,
    {
      didYouMean: found.length > 1 ? found.map(({ systemId }) => systemId) : [...new Set([...nearMisses(wanted, ids), ...ids])].slice(0, 5),
    },
  );
};

/** The systems meant: one, or all. */
export const systemsMeant = (house: House, wanted: string | undefined): readonly System[] =>
  wanted === undefined ? house.systems : [findSystem(house, wanted)];

export const findPartition = (
  house: House,
  systemWanted: string | undefined,
  wanted: number | undefined,
): { system: System; partition: Partition } => {
  const system = findSystem(house, systemWanted);
  const numbers = system.partitions.map(({ partitionId }) => partitionId);
  if (wanted === undefined && numbers.length > 1)
    throw refuse('ambiguous', `${system.systemId} has the partitions ${numbers.join(', ')}.`, { next: ['Say which with partition.'] });
  const partition = system.partitions.find(({ partitionId }) => wanted === undefined || partitionId === wanted);
  if (partition === undefined)
    throw refuse('not_found', `${system.systemId} has no partition ${wanted ?? 1}; it has ${numbers.join(', ') || 'none'}.`);
  return { system, partition };
};

const devicesOf = (house: House, systemWanted?: string): readonly Device[] =>
  systemsMeant(house, systemWanted).flatMap(({ devices }) => devices);

const label = (device: Device, house: House): string =>
  `${device.deviceId} ${device.name} (${device.class.replace('_', ' ')}${house.systems.length > 1 ? ` of ${device.systemId}` : ''})`;

/** The device meant by id or exact name, among some classes. The first of two equal names is never just taken. */
export const findDevice = (
  house: House,
  wanted: string,
  { classes, system }: { readonly classes?: readonly DeviceClass[] | undefined; readonly system?: string | undefined } = {},
): Device => {
  const all = devicesOf(house, system);
  const fits = (device: Device): boolean => classes?.includes(device.class) ?? true;
  const word = foldText(wanted.trim());
  const byId = all.filter(({ deviceId, number }) => deviceId === word || String(number) === word);
  const exact = byId.filter(({ deviceId }) => deviceId === word);
  const named = all.filter(({ name }) => foldText(name.trim()) === word);
  const candidates = exact.length > 0 ? exact : [...new Set([...byId, ...named])];
  const fitting = candidates.filter(fits);
  const [only] = fitting;
  const elsewhere = exact.length > 0 || system !== undefined ? [] : unreadOf(house);
  if (only !== undefined && elsewhere.length > 0)
    throw refuse('ambiguous', `"${shown(wanted)}" may also be a device of ${elsewhere.join(', ')}, which could not be read.`, {
      didYouMean: fitting.slice(0, 5).map((device) => label(device, house)),
      next: ['Use the id, or name the system.'],
    });
  if (fitting.length === 1 && only !== undefined) return only;
  if (fitting.length > 1)
    throw refuse('ambiguous', `"${shown(wanted)}" is ${fitting.length} devices.`, {
      didYouMean: fitting.slice(0, 5).map((device) => label(device, house)),
      next: ['Use the id.'],
    });
  const [other] = candidates;
  if (other !== undefined)
    throw refuse(
      'invalid_input',
      `${deviceAtStart(other)} is not a ${classes?.join(' or ').replaceAll('_', ' ') ?? 'device'} of this tool.`,
      {
        next: [`vivint_list_devices class="${classes?.[0] ?? 'sensor'}".`],
      },
    );
  const pool = all.filter(fits);
  const near = nearMisses(
    wanted,
    pool.map(({ name }) => name),
  );
  throw refuse('not_found', `There is no ${classes?.join(' or ').replaceAll('_', ' ') ?? 'device'} "${shown(wanted)}".`, {
    didYouMean: near.flatMap((name) => pool.filter((device) => device.name === name).map((device) => label(device, house))).slice(0, 5),
    next: [...unreadWords(house), `vivint_list_devices class="${classes?.[0] ?? 'sensor'}".`],
  });
};
