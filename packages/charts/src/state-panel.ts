import { type Frame, lineHeight, type Part, type Signs, sizes } from './frame.ts';
import { hatchGrey, ink, otherGrey, restGrey, stateFills } from './palette.ts';
import type { StateSeries } from './spec.ts';
import { type Box, boxElement, element, hatchPath, textElement } from './svg.ts';
import { cleanText, wrapText } from './text.ts';

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly state: string | undefined;
}

/** What a state looks like. */
export interface StateLook {
  readonly fill: string;
  readonly text: string;
}

export interface StateLooks {
  readonly of: (state: string) => StateLook;
  /** States with a look of their own, in order of the time spent in them. */
  readonly own: readonly string[];
  /** States that share one look. */
  readonly others: readonly string[];
  /** For each state the time spent in it, over all series. */
  readonly spentMs: ReadonlyMap<string, number>;
}

/** States of rest are pale, so that what happened catches the eye. */
const restful = new Set(
  'off closed locked idle not_home away standby below_horizon disarmed docked paused false no clear dry ok normal'.split(' '),
);

const stretchesOf = ({ points }: StateSeries, { span, knownUntilMs }: Frame): readonly Stretch[] => {
  const until = Math.min(span.endMs, knownUntilMs);
  const stretches: Stretch[] = [];
  const add = (startMs: number, endMs: number, state: string | undefined): void => {
    const last = stretches[stretches.length - 1];
    if (endMs <= startMs) return;
    if (last && last.state === state) stretches[stretches.length - 1] = { ...last, endMs };
    else stretches.push({ startMs, endMs, state });
  };
  add(span.startMs, Math.min(until, points[0]?.atMs ?? until), undefined);
  points.forEach(({ atMs, state }, index) => {
    const startMs = Math.max(span.startMs, atMs);
    add(startMs, Math.min(until, points[index + 1]?.atMs ?? until), state === undefined ? undefined : cleanText(state, 60) || '(empty)');
  });
  return stretches;
};

/** One state has one colour in the whole picture. */
export const looksOf = (all: readonly StateSeries[], frame: Frame): StateLooks => {
  const spentMs = new Map<string, number>();
  for (const series of all)
    for (const { startMs, endMs, state } of stretchesOf(series, frame))
      if (state !== undefined) spentMs.set(state, (spentMs.get(state) ?? 0) + endMs - startMs);
  const states = [...spentMs].sort((a, b) => b[1] - a[1]).map(([state]) => state);
  const awake = states.filter((state) => !restful.has(state.toLowerCase()));
  const looks = new Map<string, StateLook>(
    awake.slice(0, stateFills.length).flatMap((state, index) => {
      const look = stateFills[index];
      return look ? [[state, look]] : [];
    }),
  );
  for (const state of states) if (restful.has(state.toLowerCase())) looks.set(state, { fill: restGrey, text: ink });
  return {
    of: (state) => looks.get(state) ?? { fill: otherGrey, text: '#000000' },
    own: states.filter((state) => looks.has(state)),
    others: states.filter((state) => !looks.has(state)),
    spentMs,
  };
};

const barHeight = 24;
/** Thinner than this nobody sees it. */
const thinnest = 1.5;

interface Bar {
  readonly y: number;
  readonly frame: Frame;
  readonly looks: StateLooks;
  readonly signs: Signs;
}

const drawWide = (state: string | undefined, box: Box, { frame, looks, signs }: Bar): string => {
  if (state === undefined) {
    signs.noData = true;
    return boxElement(box, { fill: '#ffffff' }) + element('path', { d: hatchPath(box), stroke: hatchGrey, 'stroke-width': 0.8 });
  }
  const { fill, text } = looks.of(state);
  const fits = frame.measure(state, sizes.small) + 8 <= box.width;
  const word = fits ? textElement(state, { x: box.x + 4, y: box.y + 16, size: sizes.small, fill: text }) : '';
  return boxElement(box, { fill }) + word;
};

/** Stretches too thin to see are widened; where several share a pixel, the rarest state shows. */
const drawStretches = (stretches: readonly Stretch[], bar: Bar): string => {
  const { y, frame, looks } = bar;
  const spent = (state: string | undefined): number => looks.spentMs.get(state ?? '') ?? Number.POSITIVE_INFINITY;
  const rare = new Map<number, string>();
  let markup = '';
  for (const { startMs, endMs, state } of stretches) {
    const [x, toX] = [frame.xOf(startMs), frame.xOf(endMs)];
    const column = Math.floor(x);
    if (toX - x >= thinnest) markup += drawWide(state, { x, y, width: toX - x, height: barHeight }, bar);
    else if (state !== undefined && spent(state) < spent(rare.get(column))) rare.set(column, state);
  }
  const thin = [...rare].map(([x, state]) => boxElement({ x, y, width: thinnest, height: barHeight }, { fill: looks.of(state).fill }));
  return markup + thin.join('');
};

/** The full name, and the bar below it. */
export const drawStateRow = (
  series: StateSeries,
  { y, frame, looks, signs, named }: { y: number; frame: Frame; looks: StateLooks; signs: Signs; named: boolean },
): Part => {
  const { measure, left, right } = frame;
  const lines = named ? wrapText(cleanText(series.name), { width: right - left, size: sizes.text, measure }) : [];
  const step = lineHeight(sizes.text);
  const names = lines
    .map((line, index) => textElement(line, { x: left, y: y + step * (index + 1) - 4, size: sizes.text, fill: ink }))
    .join('');
  const top = y + lines.length * step + 2;
  const stretches = stretchesOf(series, frame);
  const bars = drawStretches(stretches, { y: top, frame, looks, signs });
  const outline = boxElement(
    { x: left, y: top, width: right - left, height: barHeight },
    { fill: 'none', stroke: hatchGrey, 'stroke-width': 0.7 },
  );
  return { height: lines.length * step + 2 + barHeight, markup: names + bars + outline };
};
