import { type Approval, refuse, type ToolContext, type ToolError, type ToolReply, timePolicy, untilSettled } from '@switchyard-mcp/core';
import type { Outcome } from '../domain/carry-out.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { armWords, deviceWords } from '../domain/words.ts';
import { actReply, noteOf } from '../format/act-reply.ts';
import { armingReply, carryOutArming, notReady, type Place, partitionIn, partitionName } from './arming.ts';

type Context = ToolContext<VivintOperations>;
type Mode = 'stay' | 'away';

/** A step between two armed states is looked at for so long at least, whatever is left of the call. */
const leastWaitMs = timePolicy.leastWatchMs;
const stepMs = 10_000;
/** The former state is asked for so often. */
const mostTries = 3;

/** The panel counts an open sensor with a forced bypass out only until the next disarming; then it keeps it from arming. */
const openButForced = ({ system, partition }: Place): ToolError | undefined => {
  const forced = system.devices.filter(
    (device) =>
      device.class === 'sensor' && device.partitionId === partition.partitionId && device.active === true && device.bypass === 'forced',
  );
  if (forced.length === 0) return undefined;
  return refuse('conflict', `After the disarming in between, ${partitionName({ system, partition })} could not be armed again.`, {
    why: forced
      .slice(0, 8)
      .map((device) => `${device.deviceId} ${device.name} is ${deviceWords(device)}`)
      .join('; '),
    next: ['Close what is open, then call again.'],
  });
};

const isArmed = ({ outcome }: Outcome): boolean => outcome === 'done' || outcome === 'pending';

/** How long a step may be looked at, so that those after it have their time too. */
const stepWait = (context: Context, wantedMs: number, stepsAfter: number): number =>
  Math.max(leastWaitMs, Math.min(wantedMs, context.remainingMs() - timePolicy.replyMs - stepsAfter * leastWaitMs));

/** Arms as it was before, more than once if it must be: a home is not left open because one request was lost. */
const restore = async (context: Context, place: Place, { to, signal }: { to: Mode; signal: AbortSignal }): Promise<Outcome> => {
  for (let tries = 1; ; tries += 1) {
    const back = await carryOutArming(context, place, { to, signal, waitMs: stepWait(context, stepMs, mostTries - tries) });
    if (isArmed(back) || tries === mostTries) return back;
    if (back.outcome === 'refused') await context.operations.clock.wait(1000 * tries, signal);
  }
};

/** The reply of the work, or shortly before the deadline the alarm; the work goes on all the same. */
const orAlarm = async (context: Context, place: Place, work: Promise<ToolReply>): Promise<ToolReply> => {
  const ms = Math.max(0, context.remainingMs() - timePolicy.lastWordMs);
  // Once the alarm was given nobody hears of a failure.
  work.catch(() => undefined);
  const worked = await untilSettled(work, { clock: context.operations.clock, ms });
  if (worked.ended === 'met') return worked.value;
  const note =
    'the time of the call ends before the change is through; it is still tried to arm. The home may be DISARMED: tell the person at once, and read vivint_status';
  const row = { id: place.system.systemId, name: partitionName(place), before: armWords(place.partition.state) };
  return actReply([{ ...row, after: 'unknown', ending: 'unknown', note }]);
};

/** What is true after the first state was asked for again: told as seen, and an open home told loudly. */
const restoredReply = (
  place: Place,
  back: Outcome,
  { to, former, why, doubtful }: { to: Mode; former: Mode; why: string; doubtful: boolean },
): ToolReply => {
  const seen = back.state === undefined ? undefined : partitionIn(back.state, place)?.state;
  // It came late, after it was given up.
  if (seen === `armed_${to}`) return armingReply(place, { ...back, outcome: 'done' });
  const alarm =
    seen === 'disarmed' ? '. The home is DISARMED: tell the person at once' : '. The home may be DISARMED: tell the person at once';
  return actReply([
    {
      id: place.system.systemId,
      name: partitionName(place),
      before: armWords(place.partition.state),
      after: seen === undefined ? 'unknown' : armWords(seen),
      // Armed as before it has failed; anything else may still change by what was sent.
      ending: seen !== undefined && isArmed(back) && !doubtful ? 'failed' : 'unknown',
      note: `${why}; arming ${former} again: ${back.outcome}${isArmed(back) ? '' : alarm}`,
    },
  ]);
};

interface ModeChange {
  readonly to: Mode;
  readonly waitMs: number;
  readonly approval: Approval;
}

/** The two steps, and the way back when the second fails. */
const changeMode = async (context: Context, place: Place, { to, waitMs, approval }: ModeChange): Promise<ToolReply> => {
  const signal = new AbortController().signal;
  const former = place.partition.state.endsWith('away') ? 'away' : 'stay';
  const again = async (why: string, doubtful = false) =>
    restoredReply(place, await restore(context, place, { to: former, signal }), { to, former, why, doubtful });

  const disarmed = await carryOutArming(context, place, {
    to: 'disarmed',
    approval,
    waitMs: stepWait(context, stepMs, 1 + mostTries),
    watchSignal: signal,
  });
  if (disarmed.outcome === 'refused') throw disarmed.error ?? refuse('conflict', 'Disarming was refused.');
  // Sent, and not seen: it may still come.
  if (disarmed.outcome !== 'done')
    return again('the intermediate disarm was sent but could not be confirmed and may still come: read vivint_status', true);
  const armed = await carryOutArming(context, place, { to, waitMs: stepWait(context, Math.max(waitMs, leastWaitMs), mostTries), signal });
  if (isArmed(armed)) return armingReply(place, armed);
  return again(noteOf(armed) ?? 'it did not arm');
};

/**
 * From one armed state to the other the panel must be disarmed in between; if the second step fails, the first state is restored.
 * Once the disarming was sent, nobody's impatience keeps the home from being armed again.
 */
export const switchModes = async (context: Context, place: Place, { to, waitMs }: { to: Mode; waitMs: number }): Promise<ToolReply> => {
  const from = armWords(place.partition.state);
  const blocked = notReady(place) ?? openButForced(place);
  if (blocked) throw blocked;
  const where = { systemId: place.system.systemId, partitionId: place.partition.partitionId };
  const acts = [{ kind: 'arm', ...where, to: 'disarmed' } as const, { kind: 'arm', ...where, to } as const];
  await context.operations.check(acts, context.signal);
  const approval = await context.confirm({
    summary: `Arm ${partitionName(place)} ${to} instead of ${from}`,
    will: [
      ['disarm', partitionName(place), `${from} → disarmed, for a moment`],
      ['arm', partitionName(place), `disarmed → armed ${to}`],
    ],
    against: ['the home is unguarded between the two steps'],
    state: [place.system.systemId, place.partition.partitionId, place.partition.state],
  });
  return orAlarm(context, place, changeMode(context, place, { to, waitMs, approval }));
};
