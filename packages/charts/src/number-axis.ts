import { scaleLinear } from 'd3-scale';

export interface NumberAxis {
  /** From a value to a place between 0 (lowest) and 1 (highest). */
  readonly placeOf: (value: number) => number;
  readonly ticks: readonly { readonly place: number; readonly label: string }[];
}

/** Beyond this the difference of two numbers is no longer a number. */
const farthest = 8e307;
const clamp = (value: number): number => Math.min(farthest, Math.max(-farthest, value));

const padded = (low: number, high: number): readonly [number, number] => {
  if (low > high) return [0, 1];
  const own = Math.max(Math.abs(low), Math.abs(high));
  // A flat line, or one whose ripples are below what a number can hold.
  if (high - low <= own * 1e-12) {
    const room = own * 0.05 || 1;
    return [clamp(low - room), clamp(high + room)];
  }
  return [low, high];
};

/** Plain up to a million, then with k, M, G; powers of ten for what has no such sign. */
const formatOf = (largest: number): string | undefined => {
  if (largest >= 1e15 || (largest > 0 && largest < 1e-3)) return '~e';
  return largest >= 1e5 ? '~s' : undefined;
};

/** A scale of round steps that begins and ends on one. */
export const numberAxis = (values: Iterable<number>, { most, fromZero }: { most: number; fromZero: boolean }): NumberAxis => {
  let [low, high] = fromZero ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, clamp(value)), Math.max(high, clamp(value))];
  const scale = scaleLinear().domain(padded(low, high)).nice(most).range([0, 1]);
  const [from = 0, to = 1] = scale.domain();
  const format = scale.tickFormat(most, formatOf(Math.max(Math.abs(from), Math.abs(to))));
  return {
    placeOf: (value) => scale(clamp(value)),
    ticks: scale.ticks(most).map((value) => ({ place: scale(value), label: format(value).replace('\u2212', '-') })),
  };
};
