import { refuse, waitUntil } from '@switchyard-mcp/core';
import type { EntityState } from './model.ts';
import type { HomeOperations } from './operations.ts';

/** What to wait for; any change when nothing else is said. */
interface Watch {
  readonly to?: readonly string[] | undefined;
  readonly attribute?: string | undefined;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  /** Seconds for which it must have held. */
  readonly for_s?: number | undefined;
}

interface Watching {
  readonly operations: HomeOperations;
  readonly signal: AbortSignal;
  readonly before: EntityState | undefined;
  readonly timeoutMs: number;
}

/** The value that is watched: the state, or one attribute. */
export const watchedOf = (args: Watch, state: EntityState | undefined): unknown =>
  args.attribute === undefined ? state?.state : state?.attributes[args.attribute];

const numberOf = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;

/** The condition that the arguments state, or any difference from what is now. */
const conditionOf = (args: Watch, before: EntityState | undefined): ((state: EntityState | undefined) => boolean) => {
  const { to, above, below } = args;
  if (to === undefined && above === undefined && below === undefined) {
    const first = JSON.stringify(watchedOf(args, before));
    return (state) => JSON.stringify(watchedOf(args, state)) !== first;
  }
  return (state) => {
    const value = watchedOf(args, state);
    if (to !== undefined && !to.some((wanted) => wanted.toLowerCase() === String(value).toLowerCase())) return false;
    const number = numberOf(value);
    // Comparisons with NaN are false: "unavailable" is neither above nor below.
    return (above === undefined || number > above) && (below === undefined || number < below);
  };
};

/** Since when at least it has been so. A state keeps its time while attributes change; an attribute has only the time of the last update. */
const heldSince = (args: Watch, state: EntityState, now: number): number =>
  Math.min(now, args.attribute === undefined ? state.lastChangedAt : state.lastUpdatedAt);

interface Watched {
  readonly met: boolean;
  /** Met without anything having had to happen. */
  readonly atOnce: boolean;
}

/** Listens first and looks second, so that nothing slips between. */
export const watchState = async (
  entityId: string,
  args: Watch,
  { operations, signal, before, timeoutMs: ms }: Watching,
): Promise<Watched> => {
  const { clock } = operations;
  const condition = conditionOf(args, before);
  const holdMs = (args.for_s ?? 0) * 1000;
  let stopHold: (() => void) | undefined;
  const letGo = (): void => {
    stopHold?.();
    stopHold = undefined;
  };
  const listen = (met: (value: Watched) => void): (() => void) => {
    const look = (state: EntityState | undefined, first: boolean): void => {
      if (!condition(state)) return letGo();
      if (stopHold !== undefined) return;
      const now = clock.now();
      const held = first && state ? now - heldSince(args, state, now) : 0;
      if (held >= holdMs) met({ met: true, atOnce: first });
      else stopHold = clock.after(holdMs - held, () => met({ met: true, atOnce: false }));
    };
    const stop = operations.onStateChange([entityId], (state) => look(state, false));
    look(operations.stateOf(entityId) ?? before, true);
    return () => {
      stop();
      letGo();
    };
  };
  const watched = await waitUntil(listen, { clock, ms, signal });
  if (watched.ended === 'aborted') throw refuse('cancelled', 'The wait was cancelled.');
  return watched.ended === 'met' ? watched.value : { met: false, atOnce: false };
};
