import type { Span } from '../domain/span.ts';
import { Canvas, type Colour, textWidth } from './canvas.ts';
import { dayAndTime, numberScale, timeTicks } from './chart-axis.ts';
import { isMissing } from './history-summary.ts';
import { encodePng } from './png.ts';

export interface ChartSeries {
  readonly name: string;
  readonly unit: string;
  /** Numbers become a line, words become bands of colour; an undefined value is a gap. Times are epoch milliseconds. */
  readonly points: readonly { readonly atMs: number; readonly value: number | string | undefined }[];
  /** Averages slope from one to the next; states hold until the next one. */
  readonly shape: 'step' | 'slope';
}

export interface ChartOptions {
  readonly span: Span;
  readonly timeZone: string;
}

/** More than this many series cannot be told apart. */
export const mostSeries = 3;

const [width, height] = [800, 400];
const plotLeft = 78;
const plotWidth = width - plotLeft - 22;
const plotTop = 44;
const plotBottom = height - 34;
const ink: Colour = [31, 41, 55];
const grey: Colour = [107, 114, 128];
const grid: Colour = [229, 231, 235];
const quiet: Colour = [203, 213, 225];
/** Pale red: a time of which nothing is known is not a time of rest. */
const nothing: Colour = [254, 226, 226];
const palette: readonly Colour[] = [
  [37, 99, 235],
  [217, 119, 6],
  [5, 150, 105],
  [190, 24, 93],
  [109, 40, 217],
  [14, 116, 144],
];
const colourOf = (index: number): Colour => palette[index % palette.length] ?? ink;
/** States of rest are pale, so that what happened stands out. */
const restful = new Set([
  'off',
  'closed',
  'locked',
  'idle',
  'not_home',
  'away',
  'standby',
  'below_horizon',
  'disarmed',
  'docked',
  'paused',
  'False',
  'no',
]);

/** One strip of the picture. */
interface Panel {
  readonly unit: string;
  readonly words: boolean;
  readonly series: readonly { readonly series: ChartSeries; readonly colour: Colour }[];
}
interface Place {
  readonly top: number;
  readonly height: number;
}

const isWords = ({ points }: ChartSeries): boolean => points.some(({ value }) => typeof value === 'string');

/** Numbers of one unit share a strip; words have one each. */
const panelsOf = (all: readonly ChartSeries[]): readonly Panel[] => {
  const numbers = new Map<string, Panel>();
  const words: Panel[] = [];
  all.forEach((series, index) => {
    const one = { series, colour: colourOf(index) };
    if (isWords(series)) words.push({ unit: '', words: true, series: [one] });
    else numbers.set(series.unit, { unit: series.unit, words: false, series: [...(numbers.get(series.unit)?.series ?? []), one] });
  });
  return [...numbers.values(), ...words];
};

/** Strips of words are low; numbers share what is left. */
const placesOf = (panels: readonly Panel[], labelled: boolean): readonly Place[] => {
  const label = labelled ? 24 : 0;
  const gap = 10;
  const bands = panels.filter(({ words }) => words).length;
  const lines = panels.length - bands;
  const all = plotBottom - plotTop - gap * (panels.length - 1);
  const band = lines > 0 ? 40 : Math.min(180, all / Math.max(1, bands) - label);
  const line = lines > 0 ? (all - bands * (band + label)) / lines - label : 0;
  // A lone strip of words stands in the middle.
  let top = lines === 0 && bands === 1 ? plotTop + Math.floor((all - band) / 2) : plotTop;
  return panels.map(({ words }) => {
    const place = { top: top + label, height: Math.floor(words ? band : line) };
    top = place.top + place.height + gap;
    return place;
  });
};

const xOf = (atMs: number, { startMs, endMs }: Span): number =>
  plotLeft + (plotWidth * (Math.min(endMs, Math.max(startMs, atMs)) - startMs)) / Math.max(1, endMs - startMs);

/** Signs for which the font has a form; dashes and quotes become the nearest. */
const plain = (text: string): string =>
  text
    .replace(/[–—‐]/g, '-')
    .replace(/[’‘`'"]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
const fitted = (text: string, pixels: number): string => {
  const signs = [...plain(text)];
  const room = Math.max(0, Math.floor(pixels / textWidth('x', 2)));
  return signs.length <= room ? signs.join('') : `${signs.slice(0, Math.max(0, room - 2)).join('')}..`;
};
const write = (canvas: Canvas, [x, y]: readonly [number, number], text: string, colour: Colour): void =>
  canvas.text(Math.round(x), Math.round(y), text, { colour, scale: 2 });

const drawTimes = (canvas: Canvas, places: readonly Place[], { span, timeZone }: ChartOptions): void => {
  let free = 0;
  for (const { at, label } of timeTicks(span, timeZone, 8)) {
    const x = Math.round(xOf(at, span));
    for (const { top, height: tall } of places) canvas.box(x, top, [1, tall], grid);
    const left = Math.min(width - textWidth(label, 2) - 4, Math.max(4, x - textWidth(label, 2) / 2));
    if (left < free) continue;
    canvas.box(x, plotBottom, [1, 5], grey);
    write(canvas, [left, plotBottom + 11], label, grey);
    free = left + textWidth(label, 2) + 8;
  }
};

const drawLine = (
  canvas: Canvas,
  { points, shape }: ChartSeries,
  { colour, span, yOf, floor }: { colour: Colour; span: Span; yOf: (value: number) => number; floor?: number },
): void => {
  let [lastX, lastLow, lastHigh] = [Number.NaN, 0, 0];
  points.forEach(({ atMs, value }, index) => {
    if (typeof value !== 'number') return;
    const next = points[index + 1];
    const [x, y] = [xOf(atMs, span), yOf(value)];
    // A mean says nothing about the time after it.
    const nextX = shape === 'slope' && typeof next?.value !== 'number' ? x : xOf(next?.atMs ?? span.endMs, span);
    const nextY = typeof next?.value === 'number' ? yOf(next.value) : y;
    if (floor !== undefined) {
      for (let column = Math.floor(x); column < Math.floor(nextX); column += 1) {
        const top = shape === 'step' ? y : y + ((nextY - y) * (column - x)) / Math.max(1, nextX - x);
        canvas.box(column, top, [1, floor - top], colour, 0.1);
      }
    }
    if (shape === 'slope') {
      canvas.line([x, y], [nextX, nextY], colour);
      return;
    }
    if (nextX - x >= 0.5) canvas.line([x, y], [nextX, y], colour);
    // Thousands of changes in one column of pixels: draw only what that column does not show yet.
    const column = Math.round(nextX);
    const [low, high] = [Math.min(y, nextY), Math.max(y, nextY)];
    if (column === lastX && low >= lastLow && high <= lastHigh) return;
    [lastX, lastLow, lastHigh] = column === lastX ? [column, Math.min(low, lastLow), Math.max(high, lastHigh)] : [column, low, high];
    if (high > low) canvas.line([nextX, y], [nextX, nextY], colour);
  });
};

const drawNumbers = (canvas: Canvas, panel: Panel, { place, options }: { place: Place; options: ChartOptions }): void => {
  const { top, height: tall } = place;
  const values = panel.series.flatMap(({ series }) => series.points.flatMap(({ value }) => (typeof value === 'number' ? [value] : [])));
  const scale = numberScale(values, Math.max(2, Math.min(6, Math.floor(tall / 48))));
  const yOf = (value: number): number => top + tall * (1 - (value - scale.low) / (scale.high - scale.low));
  for (const { at, label } of scale.ticks) {
    canvas.box(plotLeft, Math.min(top + tall - 1, yOf(at)), [plotWidth, 1], grid);
    write(canvas, [plotLeft - textWidth(label, 2) - 6, yOf(at) - 7], label, grey);
  }
  const alone = panel.series.length === 1;
  for (const { series, colour } of panel.series)
    drawLine(canvas, series, { colour, span: options.span, yOf, ...(alone ? { floor: top + tall } : {}) });
};

const bandColours = (states: readonly string[]): ReadonlyMap<string, Colour> => {
  let next = 0;
  return new Map(
    states.map((state) => {
      if (isMissing(state)) return [state, nothing];
      if (restful.has(state)) return [state, quiet];
      next += 1;
      return [state, colourOf(next - 1)];
    }),
  );
};

const drawBands = (
  canvas: Canvas,
  { points }: ChartSeries,
  { place, span }: { place: Place; span: Span },
): readonly (readonly [string, Colour])[] => {
  const colours = bandColours([...new Set(points.map(({ value }) => String(value ?? 'unknown')))]);
  const unwritten = new Set(colours.keys());
  points.forEach(({ atMs, value }, index) => {
    const state = String(value ?? 'unknown');
    const [from, to] = [xOf(atMs, span), xOf(points[index + 1]?.atMs ?? span.endMs, span)];
    const colour = colours.get(state) ?? quiet;
    canvas.box(from, place.top, [Math.max(1, to - from), place.height], colour);
    if (to - from < textWidth(plain(state), 2) + 10) return;
    unwritten.delete(state);
    write(
      canvas,
      [from + 6, place.top + place.height / 2 - 7],
      plain(state),
      colour === quiet || colour === nothing ? grey : [255, 255, 255],
    );
  });
  // States whose bands are all too narrow for their name go into the legend.
  return [...colours].filter(([state]) => unwritten.has(state));
};

/** Boxes of colour with a name, in one row; those without room are counted. */
const drawLegend = (canvas: Canvas, top: number, entries: readonly (readonly [string, Colour])[], left: number): void => {
  let x = left;
  entries.forEach(([name, colour], index) => {
    const rest = entries.length - index;
    const room = (plotLeft + plotWidth - x) / Math.min(rest, mostSeries) - 34;
    if (room < 48) return;
    const text = fitted(name, room);
    canvas.box(x, top + 2, [12, 10], colour);
    write(canvas, [x + 18, top], text, ink);
    x += 18 + textWidth(text, 2) + 18;
  });
};

const withUnit = (name: string, unit: string): string => (unit ? `${name} (${unit})` : name);

const drawPanel = (
  canvas: Canvas,
  panel: Panel,
  { place, options, labelled }: { place: Place; options: ChartOptions; labelled: boolean },
): void => {
  const [first] = panel.series;
  if (!first) return;
  if (!panel.words) {
    drawNumbers(canvas, panel, { place, options });
    if (labelled)
      drawLegend(
        canvas,
        place.top - 22,
        panel.series.map(({ series, colour }) => [withUnit(series.name, panel.unit), colour]),
        plotLeft,
      );
    return;
  }
  const unwritten = drawBands(canvas, first.series, { place, span: options.span });
  const name = labelled ? fitted(first.series.name, 300) : '';
  if (name) write(canvas, [plotLeft, place.top - 20], name, ink);
  const legendTop = labelled ? place.top - 20 : place.top + place.height + 12;
  drawLegend(canvas, legendTop, unwritten.slice(0, 6), plotLeft + (name ? textWidth(name, 2) + 24 : 0));
};

/** A chart of at most three series as PNG, 800 × 400: numbers as lines over a scale per unit, words as bands of colour. */
export const drawChart = (all: readonly ChartSeries[], options: ChartOptions): Buffer => {
  const canvas = new Canvas(width, height);
  const panels = panelsOf(all.slice(0, mostSeries));
  const labelled = all.length > 1;
  const places = placesOf(panels, labelled);
  const { span, timeZone } = options;
  const when = `${dayAndTime(span.startMs, timeZone)} - ${dayAndTime(span.endMs, timeZone)}`;
  const whenLeft = width - 22 - textWidth(when, 2);
  const title = all.length === 1 ? withUnit(all[0]?.name ?? '', all[0]?.unit ?? '') : 'History';
  write(canvas, [plotLeft, 14], fitted(title, whenLeft - plotLeft - 16), ink);
  write(canvas, [whenLeft, 14], when, grey);
  drawTimes(canvas, places, options);
  panels.forEach((panel, index) => {
    const place = places[index];
    if (place) drawPanel(canvas, panel, { place, options, labelled });
  });
  canvas.box(plotLeft, plotBottom, [plotWidth, 1], grey);
  return encodePng(width, height, canvas.pixels);
};
