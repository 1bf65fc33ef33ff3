import { type ToolContext, ToolError, type ToolReply } from '@switchyard-mcp/core';
import type { Outcome } from '../domain/carry-out.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { armWords, deviceWords } from '../domain/words.ts';
import { actReply, noteOf } from '../format/act-reply.ts';
import { armingReply, carryOutArming, notReady, type Place, partitionIn, partitionName } from './arming.ts';

type Context = ToolContext<VivintOperations>;
type Mode = 'stay' | 'away';

/** Left of the deadline for saying what is true. */
const reserveMs = 3000;
/** A step between two armed states is looked at for so long at least, whatever is left of the call. */
const leastWaitMs = 4000;
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
  return new ToolError({
    code: 'conflict',
    what: `${partitionName({ system, partition })} could not be armed again after the disarming in between. Nothing was sent`,
    why: forced
      .slice(0, 8)
      .map((device) => `${device.deviceId} ${device.name} is ${deviceWords(device)}`)
      .join('; '),
    next: ['close what is open, then call again.'],
    sideEffects: 'none',
  });
};

const isArmed = ({ ending }: Outcome): boolean => ending === 'done' || ending === 'pending';

/** Arms as it was before, more than once if it must be: a home is not left open because one request was lost. */
const restore = async (context: Context, place: Place, options: { to: Mode; waitMs: number; signal: AbortSignal }): Promise<Outcome> => {
  for (let tries = 1; ; tries += 1) {
    const back = await carryOutArming(context, place, options);
    if (isArmed(back) || tries === mostTries) return back;
    if (back.ending === 'refused') await context.operations.wait(1000 * tries, options.signal);
  }
};

/** What is true after the first state was asked for again: told as seen, and an open home told loudly. */
const restoredReply = (place: Place, back: Outcome, { to, former, why }: { to: Mode; former: Mode; why: string }): ToolReply => {
  const seen = back.house === undefined ? undefined : partitionIn(back.house, place)?.state;
  // It came late, after it was given up.
  if (seen === `armed_${to}`) return armingReply(place, { ...back, ending: 'done' }, '');
  const alarm =
    seen === 'disarmed' ? '. The home is DISARMED: tell the person at once' : '. The home may be DISARMED: tell the person at once';
  return actReply([
    {
      id: place.system.systemId,
      name: partitionName(place),
      before: armWords(place.partition.state),
      after: seen === undefined ? 'unknown' : armWords(seen),
      ending: seen === undefined ? 'unknown' : 'failed',
      note: `${why}; arming ${former} again: ${back.ending}${isArmed(back) ? '' : alarm}`,
    },
  ]);
};

/**
 * From one armed state to the other the panel must be disarmed in between; if the second step fails, the first state is restored.
 * Once the disarming was sent, nobody's impatience keeps the home from being armed again.
 */
export const switchModes = async (context: Context, place: Place, { to, waitMs }: { to: Mode; waitMs: number }): Promise<ToolReply> => {
  const from = armWords(place.partition.state);
  const blocked = notReady(place) ?? openButForced(place);
  if (blocked) throw blocked;
  const approval = await context.confirm({
    summary: `Arm ${partitionName(place)} ${to} instead of ${from}`,
    will: [
      ['disarm', partitionName(place), `${from} → disarmed, for a moment`],
      ['arm', partitionName(place), `disarmed → armed ${to}`],
    ],
    against: ['the home is unguarded between the two steps'],
    state: [place.system.systemId, place.partition.partitionId, place.partition.state],
  });
  const signal = new AbortController().signal;
  const capped = (wantedMs: number, stepsAfter: number): number =>
    Math.max(leastWaitMs, Math.min(wantedMs, context.remainingMs() - reserveMs - stepsAfter * leastWaitMs));
  const former = place.partition.state.endsWith('away') ? 'away' : 'stay';
  const again = async (why: string) =>
    restoredReply(place, await restore(context, place, { to: former, waitMs: capped(stepMs, 0), signal }), { to, former, why });

  const disarmed = await carryOutArming(context, place, { to: 'disarmed', approval, waitMs: capped(stepMs, 2), watchSignal: signal });
  if (disarmed.ending === 'refused')
    throw disarmed.error ?? new ToolError({ code: 'conflict', what: 'Disarming was refused', sideEffects: 'none' });
  // Sent, and not seen: it may still come.
  if (disarmed.ending !== 'done') return again('the disarming in between was sent and not seen, so nothing else was done');
  const armed = await carryOutArming(context, place, { to, waitMs: capped(Math.max(waitMs, leastWaitMs), 1), signal });
  if (isArmed(armed)) return armingReply(place, armed, '');
  return again(noteOf(armed, 'it did not arm') ?? 'it did not arm');
};
