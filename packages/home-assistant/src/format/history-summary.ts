import { spanWords } from '@switchyard-mcp/core';
import type { HistoryPoint } from '../domain/model.ts';
import { minuteTime } from './time-words.ts';

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** States that say nothing about the thing itself. */
const absent = new Set(['unavailable', 'unknown', '']);

/** The numbers of a history, or undefined when it is made of words. */
export const numbersOf = (points: readonly HistoryPoint[]): readonly Sample[] | undefined => {
  const present = points.filter(({ state }) => !absent.has(state));
  if (present.length === 0) return undefined;
  const samples = present.map(({ atMs, state }) => ({ atMs, value: Number(state) }));
  return samples.every(({ value }) => Number.isFinite(value)) ? samples : undefined;
};

const round = (value: number): number => Number(value.toPrecision(5));

/** Of each of `buckets` equal spans the lowest and the highest, in their order: peaks survive. */
export const downsample = (samples: readonly Sample[], most: number): readonly Sample[] => {
  if (samples.length <= most) return samples;
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (!first || !last) return samples;
  const buckets = Math.max(1, Math.floor(most / 2));
  const width = (last.atMs - first.atMs + 1) / buckets;
  const kept: Sample[] = [];
  let at = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const end = first.atMs + width * (bucket + 1);
    let [low, high]: (Sample | undefined)[] = [undefined, undefined];
    for (let sample = samples[at]; sample && sample.atMs < end; at += 1, sample = samples[at]) {
      if (!low || sample.value < low.value) low = sample;
      if (!high || sample.value > high.value) high = sample;
    }
    if (low && high) kept.push(...(low === high ? [low] : low.atMs < high.atMs ? [low, high] : [high, low]));
  }
  return kept;
};

/** Each state weighs as long as it held. */
const timeMean = (samples: readonly Sample[], endMs: number): number => {
  let [sum, time] = [0, 0];
  samples.forEach(({ atMs, value }, index) => {
    const held = Math.max(0, (samples[index + 1]?.atMs ?? endMs) - atMs);
    sum += value * held;
    time += held;
  });
  return time > 0 ? sum / time : (samples[0]?.value ?? Number.NaN);
};

export const numericSummary = (
  samples: readonly Sample[],
  { endMs, timeZone }: { endMs: number; timeZone: string },
): Record<string, unknown> => {
  const lowest = samples.reduce((a, b) => (b.value < a.value ? b : a));
  const highest = samples.reduce((a, b) => (b.value > a.value ? b : a));
  return {
    min: round(lowest.value),
    min_at: minuteTime(lowest.atMs, timeZone),
    max: round(highest.value),
    max_at: minuteTime(highest.atMs, timeZone),
    mean: round(timeMean(samples, endMs)),
    last: round(samples[samples.length - 1]?.value ?? Number.NaN),
    changes: samples.length - 1,
  };
};

/** Time in each state, and how often it changed. */
export const wordSummary = (points: readonly HistoryPoint[], span: { startMs: number; endMs: number }): Record<string, unknown> => {
  const times = new Map<string, number>();
  points.forEach(({ atMs, state }, index) => {
    const held = Math.max(0, (points[index + 1]?.atMs ?? span.endMs) - Math.max(atMs, span.startMs));
    times.set(state, (times.get(state) ?? 0) + held);
  });
  const total = Math.max(
    1,
    [...times.values()].reduce((a, b) => a + b, 0),
  );
  const sorted = [...times].sort((a, b) => b[1] - a[1]).slice(0, 12);
  return {
    changes: Math.max(0, points.length - 1),
    time_in: Object.fromEntries(sorted.map(([state, ms]) => [state.slice(0, 60), `${spanWords(ms)} (${Math.round((ms / total) * 100)}%)`])),
    last: points[points.length - 1]?.state ?? 'none',
  };
};
