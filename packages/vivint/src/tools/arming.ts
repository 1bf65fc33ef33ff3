import { type Approval, type Reached, refuse, type ToolContext, type ToolError } from '@switchyard-mcp/core';
import type { ArmTo } from '../domain/acts.ts';
import { carryOut, type Outcome } from '../domain/carry-out.ts';
import { isUnread } from '../domain/gaps.ts';
import type { House, Partition, System } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { readinessOf } from '../domain/readiness.ts';
import { armWords, deviceWords } from '../domain/words.ts';
import { actReply, noteOf } from '../format/act-reply.ts';

type Context = ToolContext<VivintOperations>;
export interface Place {
  readonly system: System;
  readonly partition: Partition;
}

export const partitionIn = (house: House, { system, partition }: Place): Partition | undefined =>
  house.systems
    .find(({ systemId }) => systemId === system.systemId && !isUnread(house, systemId))
    ?.partitions.find(({ partitionId }) => partitionId === partition.partitionId);

const reachedState =
  (place: Place, to: ArmTo) =>
  (house: House): Reached => {
    const state = partitionIn(house, place)?.state;
    if (to === 'disarmed') return state === 'disarmed' ? 'done' : 'no';
    if (state === `armed_${to}`) return 'done';
    return state === `arming_${to}` ? 'pending' : 'no';
  };

export interface ArmingOptions {
  readonly to: ArmTo;
  readonly approval?: Approval | undefined;
  readonly waitMs: number;
  /** The caller's when absent. */
  readonly signal?: AbortSignal;
  /** Ends the looking after it was sent; the same when absent. */
  readonly watchSignal?: AbortSignal;
}

/** Sends one arming or disarming and sees what came of it. */
export const carryOutArming = (
  context: Context,
  place: Place,
  { to, approval, waitMs, signal, watchSignal }: ArmingOptions,
): Promise<Outcome> => {
  const { systemId } = place.system;
  const act = { kind: 'arm', systemId, partitionId: place.partition.partitionId, to } as const;
  const exitMs = (place.system.exitDelaySeconds ?? 0) * 1000;
  return carryOut(context.operations, {
    act,
    approval,
    waitMs,
    stopAtPending: exitMs > waitMs,
    signal: signal ?? context.signal,
    ...(watchSignal === undefined ? {} : { watchSignal }),
    reached: reachedState(place, to),
  });
};

export const partitionName = ({ system, partition }: Place): string =>
  system.partitions.length > 1 ? `${system.systemId} partition ${partition.partitionId}` : system.systemId;

/** The reply of an arming or disarming; `after` is what was really seen. */
export const armingReply = (place: Place, outcome: Outcome) => {
  const seen = outcome.state === undefined ? undefined : partitionIn(outcome.state, place);
  const after = seen === undefined ? (outcome.outcome === 'refused' ? armWords(place.partition.state) : 'unknown') : armWords(seen.state);
  const exit = place.system.exitDelaySeconds;
  const note =
    outcome.outcome === 'pending'
      ? `exit delay${exit === undefined ? '' : ` of ${exit} s`} runs; not armed until it ends`
      : noteOf(outcome);
  return actReply([
    {
      id: place.system.systemId,
      name: partitionName(place),
      before: armWords(place.partition.state),
      after,
      ending: outcome.outcome,
      note,
    },
  ]);
};

export const notReady = (place: Place): ToolError | undefined => {
  const { ready, because } = readinessOf(place.system, place.partition);
  if (ready !== false) return undefined;
  const open = because.map((device) => `${device.deviceId} ${device.name} is ${deviceWords(device)}`);
  return refuse('conflict', `Not ready to arm: ${partitionName(place)}.`, {
    why: open.slice(0, 8).join('; ') || 'The panel does not say why.',
    next: ['Close what is open, or bypass it with vivint_bypass, then call again.'],
  });
};
