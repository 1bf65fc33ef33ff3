import type { Span } from '../domain/span.ts';
import { wallClock, wallMoments } from './time-words.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const timeSteps = [5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10_080, 20_160, 43_200, 131_040, 262_080, 525_600].map(
  (minutes) => minutes * minuteMs,
);

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** "24 Nov 03:20" */
export const dayAndTime = (ms: number, timeZone: string): string => {
  const { day, month, hour, minute } = wallClock(ms, timeZone);
  return `${day} ${months[month] ?? ''} ${two(hour)}:${two(minute)}`;
};

/** At most about `wanted` round times; midnights carry their date. */
export const timeTicks = (span: Span, timeZone: string, wanted: number): readonly Tick[] => {
  const step = timeSteps.find((ms) => (span.endMs - span.startMs) / ms <= wanted) ?? 10 * 365 * dayMs;
  const years = span.endMs - span.startMs > 400 * dayMs;
  return wallMoments(span, step, timeZone).map((at) => {
    const { year, month, day, hour, minute } = wallClock(at, timeZone);
    const date = years ? `${months[month] ?? ''} ${year}` : `${day} ${months[month] ?? ''}`;
    return { at, label: step >= dayMs || (hour === 0 && minute === 0) ? date : `${two(hour)}:${two(minute)}` };
  });
};

const short = (value: number, decimals: number): string => {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e5) return `${Number((value / 1e3).toPrecision(4))}k`;
  return size > 0 && size < 1e-4 ? value.toExponential(0) : value.toFixed(decimals);
};

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
}

/** A scale of round steps (1, 2 or 5 times a power of ten) that begins and ends on one. */
export const numberScale = (values: Iterable<number>, wanted: number): Scale => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - (Math.abs(low) * 0.05 || 1), high + (Math.abs(high) * 0.05 || 1)];
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999) ?? raw;
  const [from, to] = [Math.floor(low / step), Math.ceil(high / step)];
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: Math.min(50, to - from + 1) }, (_, index) => ({
    at: (from + index) * step,
    label: short((from + index) * step, decimals),
  }));
  return { low: from * step, high: to * step, ticks };
};
