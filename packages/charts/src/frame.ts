import { grey, gridGrey } from './palette.ts';
import type { TimeSpan } from './spec.ts';
import { type Box, lineElement } from './svg.ts';
import type { Measure } from './text.ts';
import type { ClockChange, TimeTick } from './time-axis.ts';

/** Font sizes in CSS pixels. */
export const sizes = { title: 17, text: 13, small: 12 } as const;
export const lineHeight = (size: number): number => Math.round(size * 1.35);

/** What all parts of one picture share. */
export interface Frame {
  readonly width: number;
  /** The plots reach from `left` to `right`. */
  readonly left: number;
  readonly right: number;
  readonly span: TimeSpan;
  /** Nothing is known after this moment. */
  readonly knownUntilMs: number;
  readonly measure: Measure;
  readonly ticks: readonly TimeTick[];
  readonly changes: readonly ClockChange[];
  /** The place of a moment, kept inside the plots. */
  readonly xOf: (atMs: number) => number;
}

export const margin = 14;

export const frameOf = (facts: Omit<Frame, 'xOf'>): Frame => {
  const { left, right, span } = facts;
  const perMs = (right - left) / Math.max(1, span.endMs - span.startMs);
  return { ...facts, xOf: (atMs) => left + perMs * (Math.min(span.endMs, Math.max(span.startMs, atMs)) - span.startMs) };
};

/** A drawn part of the picture, from `y` down. */
export interface Part {
  readonly height: number;
  readonly markup: string;
}

/** Signs that need a word in the key, because they occur. */
export interface Signs {
  noData: boolean;
  partial: boolean;
  band: boolean;
}

/** A line for each round time, and a dotted one where the clocks change. */
export const drawTimeGrid = ({ ticks, changes, xOf }: Frame, { y, height }: Box): string => {
  const upright = (atMs: number, attributes: Record<string, string | number>): string =>
    lineElement([xOf(atMs), y], [xOf(atMs), y + height], attributes);
  return [
    ...ticks.map(({ atMs }) => upright(atMs, { stroke: gridGrey })),
    ...changes.map(({ atMs }) => upright(atMs, { stroke: grey, 'stroke-dasharray': '1 3', 'stroke-width': 1.5 })),
  ].join('');
};
