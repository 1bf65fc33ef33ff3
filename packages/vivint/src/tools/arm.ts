import { type Approval, defineTool, type ToolContext, ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { ArmTo } from '../domain/acts.ts';
import { carryOut, type Outcome, type Reached } from '../domain/carry-out.ts';
import { findPartition } from '../domain/find.ts';
import type { House, Partition, System } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { readinessOf } from '../domain/readiness.ts';
import { armWords, deviceWords } from '../domain/words.ts';
import { actReply, noteOf } from '../format/act-reply.ts';
import { freshHouse } from './act-on-device.ts';
import { partitionParam, systemParam, waitParam } from './params.ts';

type Context = ToolContext<VivintOperations>;
interface Place {
  readonly system: System;
  readonly partition: Partition;
}

const partitionIn = (house: House, { system, partition }: Place): Partition | undefined =>
  house.systems
    .find(({ systemId }) => systemId === system.systemId)
    ?.partitions.find(({ partitionId }) => partitionId === partition.partitionId);

const reachedState =
  (place: Place, to: ArmTo) =>
  (house: House): Reached => {
    const state = partitionIn(house, place)?.state;
    if (to === 'disarmed') return state === 'disarmed' ? 'done' : 'no';
    if (state === `armed_${to}`) return 'done';
    return state === `arming_${to}` ? 'pending' : 'no';
  };

/** Sends one arming or disarming and sees what came of it. */
export const carryOutArming = (
  context: Context,
  place: Place,
  { to, approval, waitMs }: { to: ArmTo; approval?: Approval | undefined; waitMs: number },
): Promise<Outcome> => {
  const { systemId } = place.system;
  const act = { kind: 'arm', systemId, partitionId: place.partition.partitionId, to } as const;
  const exitMs = (place.system.exitDelaySeconds ?? 0) * 1000;
  return carryOut(context.operations, {
    act,
    approval,
    waitMs,
    stopAtPending: exitMs > waitMs,
    signal: context.signal,
    reached: reachedState(place, to),
  });
};

export const partitionName = ({ system, partition }: Place): string =>
  system.partitions.length > 1 ? `${system.systemId} partition ${partition.partitionId}` : system.systemId;

/** The reply of an arming or disarming; `after` is what was really seen. */
export const armingReply = (place: Place, outcome: Outcome, failed: string) => {
  const seen = outcome.house === undefined ? undefined : partitionIn(outcome.house, place);
  const after = seen === undefined ? (outcome.ending === 'refused' ? armWords(place.partition.state) : 'unknown') : armWords(seen.state);
  const exit = place.system.exitDelaySeconds;
  const note =
    outcome.ending === 'pending'
      ? `exit delay${exit === undefined ? '' : ` of ${exit} s`} runs; not armed until it ends`
      : noteOf(outcome, failed);
  return actReply([
    { id: place.system.systemId, name: partitionName(place), before: armWords(place.partition.state), after, ending: outcome.ending, note },
  ]);
};

const notReady = (place: Place): ToolError | undefined => {
  const { ready, because } = readinessOf(place.system, place.partition);
  if (ready !== false) return undefined;
  const open = because.map((device) => `${device.deviceId} ${device.name} is ${deviceWords(device)}`);
  return new ToolError({
    code: 'conflict',
    what: `${partitionName(place)} is not ready to arm. Nothing was sent`,
    why: open.slice(0, 8).join('; ') || 'The panel does not say why.',
    next: ['close what is open, or bypass it with vivint_bypass, then call again.'],
    sideEffects: 'none',
  });
};

/** From one armed state to the other the panel must be disarmed in between; if the second step fails, the first state is restored. */
const switchModes = async (context: Context, place: Place, { to, waitMs }: { to: 'stay' | 'away'; waitMs: number }) => {
  const from = armWords(place.partition.state);
  const approval = await context.confirm({
    summary: `Arm ${partitionName(place)} ${to} instead of ${from}`,
    will: [
      ['disarm', partitionName(place), `${from} → disarmed, for a moment`],
      ['arm', partitionName(place), `disarmed → armed ${to}`],
    ],
    against: ['the home is unguarded between the two steps'],
    state: [place.system.systemId, place.partition.partitionId, place.partition.state],
  });
  const disarmed = await carryOutArming(context, place, { to: 'disarmed', approval, waitMs: Math.min(waitMs, 10_000) });
  if (disarmed.ending !== 'done') return armingReply(place, disarmed, 'it could not be disarmed for the change, so nothing else was sent');
  const armed = await carryOutArming(context, place, { to, waitMs });
  if (armed.ending === 'done' || armed.ending === 'pending') return armingReply(place, armed, '');
  const former = place.partition.state.endsWith('away') ? 'away' : 'stay';
  const back = await carryOutArming(context, place, { to: former, waitMs: Math.min(waitMs, 10_000) });
  const why = noteOf(armed, 'it did not arm') ?? 'it did not arm';
  return armingReply(place, { ...back, ending: 'failed' }, `${why}; arming ${former} again: ${back.ending}`);
};

export const armTool = defineTool<VivintOperations>()({
  name: 'vivint_arm',
  title: 'Arm',
  description:
    'Arms a partition and returns [id, name, before, after] as really seen; during the exit delay it is pending. Refused with the reasons when it is not ready. Changing between stay and away disarms in between, so it asks first and needs level sensitive.',
  toolset: 'control',
  level: 'secure',
  effect: 'change',
  confirm: 'depends',
  idempotent: true,
  input: z.object({ mode: z.enum(['stay', 'away']), system: systemParam, partition: partitionParam, wait_s: waitParam.default(8) }),
  output: z.looseObject({ done: z.number(), rows: z.array(z.array(z.unknown())) }),
  handler: async (args, context) => {
    const house = await freshHouse(context);
    const place = findPartition(house, args.system, args.partition);
    const { state } = place.partition;
    const waitMs = args.wait_s * 1000;
    if (state === `armed_${args.mode}` || state === `arming_${args.mode}`)
      return actReply([
        { id: place.system.systemId, name: partitionName(place), before: armWords(state), after: armWords(state), ending: 'unchanged' },
      ]);
    if (state !== 'disarmed' && !state.startsWith('arm'))
      throw new ToolError({
        code: 'conflict',
        what: `${partitionName(place)} is in "${armWords(state)}". Nothing was sent`,
        next: ['read vivint_status, and ask the person.'],
        sideEffects: 'none',
      });
    if (state !== 'disarmed') return switchModes(context, place, { to: args.mode, waitMs });
    const blocked = notReady(place);
    if (blocked) throw blocked;
    const outcome = await carryOutArming(context, place, { to: args.mode, waitMs });
    if (outcome.ending === 'refused' && outcome.error !== undefined) throw outcome.error;
    return armingReply(place, outcome, 'it was accepted, and the panel did not arm');
  },
});
