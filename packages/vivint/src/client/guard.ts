import { type Approval, type Approvals, createGates, refuse, type ToolError } from '@switchyard-mcp/core';
import { vivintLevels } from '../config.ts';
import { type Act, deedOf, levelOf, needsApproval } from '../domain/acts.ts';
import { refuseInGap } from '../domain/gaps.ts';
import type { Device, House, Partition, System } from '../domain/model.ts';
import type { Policy } from './policy.ts';

/** What an act is aimed at, as it exists right now. */
export interface Target {
  readonly system: System;
  readonly device?: Device;
  readonly partition?: Partition;
}

/** The rules below the tools: nothing is sent to Vivint that did not pass here. */
export interface Guard {
  /** The act's target. @throws ToolError when level, lists, approval, state or pace forbid the act. */
  check(act: Act, approval: Approval | undefined, house: House): Target;
  /** The same without the approval; nothing is counted. */
  preview(act: Act, house: House, ahead?: number): void;
}

const minuteMs = 60_000;
/** Commands in a minute; opening ones fewer. */
const pace = { all: 20, sensitive: 6 } as const;

/** After a disarming of ours, so many armings of the same partition are not slowed down, for so long: they close what we opened. */
const owed = { times: 4, ms: 5 * minuteMs } as const;

const classOf: Readonly<Record<Exclude<Act['kind'], 'arm'>, readonly Device['class'][]>> = {
  lock: ['lock'],
  garage_door: ['garage_door'],
  bypass: ['sensor'],
  switch: ['switch', 'light'],
  thermostat: ['thermostat'],
};

const misfitWords = (act: Act): string =>
  act.kind === 'bypass' && !act.bypassed ? 'a bypass cannot be ended' : `${deedOf(act).toLowerCase()} is not possible`;

const findTarget = (act: Act, house: House): Target => {
  if (act.kind === 'arm') {
    const system = house.systems.find(({ systemId }) => systemId === act.systemId);
    const partition = system?.partitions.find(({ partitionId }) => partitionId === act.partitionId);
    if (system === undefined || partition === undefined)
      throw refuse('not_found', 'There is no such partition.', { next: ['List partitions with the status.'] });
    return { system, partition };
  }
  for (const system of house.systems) {
    const device = system.devices.find(({ deviceId }) => deviceId === act.deviceId);
    if (device === undefined) continue;
    if (!classOf[act.kind].includes(device.class))
      throw refuse('invalid_input', `${device.deviceId} is a ${device.class.replace('_', ' ')}: ${misfitWords(act)} on this device.`);
    return { system, device };
  }
  throw refuse('not_found', 'There is no such device.', { next: ['List the devices and use an id found there.'] });
};

/** While an alarm sounds, silencing it is for people who are there. */
const checkAlarm = (act: Act, { system }: Target): void => {
  const sounding = system.partitions.some(({ state }) => state === 'alarm' || state === 'fire_alarm');
  if (!sounding || !needsApproval(act)) return;
  throw refuse('permission_denied', `${deedOf(act)} is refused while an alarm is on.`, {
    why: 'Ending an alarm is left to people at the panel or in the Vivint app.',
    next: ['Tell the person at once that an alarm is on.'],
  });
};

export interface GuardOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly accepts: Approvals['accepts'];
}

export const createGuard = (policy: Policy, { now, accepts }: GuardOptions): Guard => {
  const sent: { readonly at: number; readonly sensitive: boolean }[] = [];

  const { level, security } = policy;
  const gates = createGates({ levels: vivintLevels, level, security, accepts, elsewhere: 'in the Vivint app' });

  const owing = new Map<string, { readonly until: number; left: number }>();

  /** Is this the arming that follows a disarming of ours? It uses up one of those owed. */
  const closesOurs = (act: Act): boolean => {
    if (act.kind !== 'arm' || act.to === 'disarmed') return false;
    const debt = owing.get(`${act.systemId} ${act.partitionId}`);
    if (debt === undefined || debt.left === 0 || now() >= debt.until) return false;
    debt.left -= 1;
    return true;
  };

  /** Why one more act would be too many for now. */
  const tooEarly = (sensitive: boolean, ahead = 0): ToolError | undefined => {
    while (sent[0] !== undefined && now() - sent[0].at >= minuteMs) sent.shift();
    const limit = sensitive ? pace.sensitive : pace.all;
    const alike = sensitive ? sent.filter((one) => one.sensitive) : sent;
    if (ahead >= limit) return refuse('invalid_input', `At most ${limit} such commands at once.`, { next: ['Ask for fewer.'] });
    const oldest = alike[alike.length + ahead - limit];
    if (oldest === undefined) return undefined;
    const waitMs = minuteMs - (now() - oldest.at);
    return refuse('rate_limited', `More than ${limit} such commands in a minute.`, {
      next: [`Wait ${Math.ceil(waitMs / 1000)} s.`],
      retryable: true,
      retryAfterMs: waitMs,
    });
  };

  const checkPace = (act: Act): void => {
    const sensitive = needsApproval(act);
    const early = tooEarly(sensitive);
    if (early !== undefined && !closesOurs(act)) throw early;
    sent.push({ at: now(), sensitive });
    if (act.kind === 'arm' && act.to === 'disarmed')
      owing.set(`${act.systemId} ${act.partitionId}`, { until: now() + owed.ms, left: owed.times });
  };

  const checkTarget = (act: Act, house: House): Target => {
    gates.requireLevel(levelOf(act), deedOf(act));
    const target = findTarget(act, house);
    refuseInGap(house, target.system.systemId, target.device?.partitionId ?? target.partition?.partitionId ?? 1);
    checkAlarm(act, target);
    if (needsApproval(act)) gates.requireAllowed(deedOf(act));
    return target;
  };

  return {
    check: (act, approval, house) => {
      const target = checkTarget(act, house);
      if (needsApproval(act)) gates.requireApproval(approval, deedOf(act));
      checkPace(act);
      return target;
    },
    preview: (act, house, ahead = 0) => {
      const early = needsApproval(act) ? tooEarly(true, ahead) : undefined;
      checkTarget(act, house);
      if (early !== undefined) throw early;
    },
  };
};
