import { area, line, symbol, symbolsFill } from 'd3-shape';
import { drawTimeGrid, type Frame, lineHeight, type Part, type Signs, sizes } from './frame.ts';
import { type Column, columnsOf, isNumber, lineOf } from './lines.ts';
import type { NumberAxis } from './number-axis.ts';
import { grey, gridGrey, hatchGrey, type Stroke } from './palette.ts';
import type { NumberSeries, PeriodSeries } from './spec.ts';
import { type Box, boxElement, element, hatchPath, lineElement, textElement } from './svg.ts';
import type { Corner } from './thin-line.ts';

/** A series and how it looks. */
export interface Plotted {
  readonly series: NumberSeries | PeriodSeries;
  readonly stroke: Stroke;
}

/** Series that share an axis. */
export interface NumberPanel {
  readonly plotted: readonly Plotted[];
  readonly axis: NumberAxis;
  readonly unit: string;
}

interface Place {
  readonly frame: Frame;
  readonly box: Box;
  readonly signs: Signs;
}

/** All numbers that a series shows. */
export const valuesOf = (series: NumberSeries | PeriodSeries): readonly number[] =>
  series.kind === 'numbers'
    ? series.points.flatMap(({ value }) => (isNumber(value) ? [value] : []))
    : series.periods.flatMap(({ value, low, high }) => [value, low, high].filter(isNumber));

const pathOf = (corners: readonly Corner[], yOf: (value: number) => number): string =>
  line<Corner>(
    ({ x }) => x,
    ({ value }) => yOf(value),
  ).digits(2)(corners) ?? '';

const strokeAttributes = ({ colour, dash }: Stroke) => ({
  fill: 'none',
  stroke: colour,
  'stroke-width': 2,
  'stroke-linejoin': 'round',
  'stroke-dasharray': dash,
});

/** A small sign of a series; `hollow` is a period that is not complete. */
export const markerElement = ({ x, y }: { x: number; y: number }, { colour, marker }: Stroke, hollow = false): string => {
  const kind = symbolsFill[marker % symbolsFill.length] ?? symbolsFill[0];
  const path = kind ? (symbol(kind, 42).digits(2)() ?? '') : '';
  const fill = hollow ? '#ffffff' : colour;
  return element('path', { d: path, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, fill, stroke: colour, 'stroke-width': 1.5 });
};

/** A few signs along a line, so that series differ without colour. */
const sparse = (corners: readonly Corner[], offset: number): readonly Corner[] => {
  let next = (corners[0]?.x ?? 0) + 30 + offset;
  return corners.filter(({ x }) => {
    if (x < next) return false;
    next = x + 110;
    return true;
  });
};

const drawNumbers = (series: NumberSeries, plotted: Plotted, { place, yOf, alone }: Drawing): string => {
  const { runs, gaps } = lineOf(series, place.frame);
  const { box, frame, signs } = place;
  let markup = '';
  if (alone)
    for (const [fromMs, toMs] of gaps) {
      const [x, toX] = [frame.xOf(fromMs), frame.xOf(toMs)];
      markup += element('path', { d: hatchPath({ ...box, x, width: toX - x }), stroke: hatchGrey, 'stroke-width': 0.8 });
      signs.noData = true;
    }
  const thinLines = runs.filter((run) => run.length > 1);
  if (thinLines.length > 0)
    markup += element('path', { d: thinLines.map((run) => pathOf(run, yOf)).join(''), ...strokeAttributes(plotted.stroke) });
  const dots = [
    ...runs.flatMap((run) => (run.length === 1 ? run : [])),
    ...(alone ? [] : thinLines.flatMap((run) => sparse(run, (plotted.stroke.marker % 4) * 25))),
  ];
  return markup + dots.map(({ x, value }) => markerElement({ x, y: yOf(value) }, plotted.stroke)).join('');
};

const drawMeans = (series: PeriodSeries, { stroke }: Plotted, { place, yOf }: Drawing): string => {
  const runs = columnsOf(series, place.frame);
  const { signs } = place;
  const bandOf = area<Corner & { low: number; high: number }>()
    .x(({ x }) => x)
    .y0(({ low }) => yOf(low))
    .y1(({ high }) => yOf(high))
    .digits(2);
  let markup = '';
  for (const run of runs) {
    const corners = run.flatMap((column) => [
      { ...column, x: column.fromX },
      { ...column, x: column.toX },
    ]);
    if (run.some(({ low, high }) => high > low)) {
      markup += element('path', { d: bandOf(corners) ?? '', fill: stroke.colour, 'fill-opacity': 0.2 });
      signs.band = true;
    }
    const whole = (index: number): boolean => run[index]?.partial === false;
    const partsOf = (wanted: boolean): string =>
      run
        .flatMap((column, index) => {
          const next = run[index + 1];
          return next && (whole(index) && whole(index + 1)) === wanted ? [pathOf([column, next], yOf)] : [];
        })
        .join('');
    const complete = pathOf(run, yOf);
    const cut = partsOf(false);
    if (cut === '') markup += element('path', { d: complete, ...strokeAttributes(stroke) });
    else {
      const kept = partsOf(true);
      if (kept !== '') markup += element('path', { d: kept, ...strokeAttributes(stroke) });
      markup += element('path', { d: cut, ...strokeAttributes(stroke), 'stroke-dasharray': '2 4' });
    }
    markup += markersOf(run, { stroke, yOf, signs });
  }
  return markup;
};

const markersOf = (
  run: readonly Column[],
  { stroke, yOf, signs }: { stroke: Stroke; yOf: (value: number) => number; signs: Signs },
): string => {
  const apart = run.length > 1 ? ((run[run.length - 1]?.x ?? 0) - (run[0]?.x ?? 0)) / (run.length - 1) : 99;
  const every = apart >= 14 ? 1 : Math.ceil(110 / Math.max(0.1, apart));
  return run
    .flatMap((column, index) => {
      if (column.partial) signs.partial = true;
      const shown = column.partial || index % every === 0;
      return shown ? [markerElement({ x: column.x, y: yOf(column.value) }, stroke, column.partial)] : [];
    })
    .join('');
};

const drawTotals = (series: PeriodSeries, plotted: Plotted, { place, yOf, slot, slots }: Drawing): string => {
  const { stroke } = plotted;
  return columnsOf(series, place.frame)
    .flat()
    .map(({ fromX, toX, value, partial }) => {
      const gap = toX - fromX > 6 ? 1 : 0;
      const width = Math.max(0.7, (toX - fromX - 2 * gap) / slots);
      const [top, bottom] = [Math.min(yOf(value), yOf(0)), Math.max(yOf(value), yOf(0))];
      const bar = { x: fromX + gap + slot * width, y: top, width, height: Math.max(0.7, bottom - top) };
      if (!partial) return boxElement(bar, { fill: stroke.colour });
      place.signs.partial = true;
      const outline = boxElement(bar, { fill: '#ffffff', stroke: stroke.colour, 'stroke-width': 1.2, 'stroke-dasharray': '3 2' });
      return outline + element('path', { d: hatchPath(bar, 7), stroke: stroke.colour, 'stroke-width': 1 });
    })
    .join('');
};

interface Drawing {
  readonly place: Place;
  readonly yOf: (value: number) => number;
  /** The only series of its panel. */
  readonly alone: boolean;
  /** The place of its bars among those of other series. */
  readonly slot: number;
  readonly slots: number;
}

const drawSeries = (plotted: Plotted, drawing: Drawing): string => {
  const { series } = plotted;
  if (series.kind === 'numbers') return drawNumbers(series, plotted, drawing);
  return series.kind === 'means' ? drawMeans(series, plotted, drawing) : drawTotals(series, plotted, drawing);
};

const drawAxis = (axis: NumberAxis, { frame, box }: Place): string =>
  axis.ticks
    .map(({ place, label }) => {
      const y = box.y + box.height * (1 - place);
      const grid = lineElement([frame.left, y], [frame.right, y], { stroke: gridGrey });
      return grid + textElement(label, { x: frame.left - 6, y: y + 4, size: sizes.small, fill: grey, anchor: 'end' });
    })
    .join('');

/** The unit above the axis, the grid, and the series over it. */
export const drawNumberPanel = (
  { plotted, axis, unit }: NumberPanel,
  { y, height, frame, signs }: { y: number; height: number; frame: Frame; signs: Signs },
): Part => {
  const head = lineHeight(sizes.small) + 8;
  const box = { x: frame.left, y: y + head, width: frame.right - frame.left, height };
  const place = { frame, box, signs };
  const yOf = (value: number): number => box.y + box.height * (1 - axis.placeOf(value));
  const alone = plotted.length === 1;
  const drawn = plotted.map((one, slot) => drawSeries(one, { place, yOf, alone, slot, slots: plotted.length }));
  const empty = plotted.every(({ series }) => valuesOf(series).length === 0);
  const middle = { x: (frame.left + frame.right) / 2, y: box.y + height / 2, size: sizes.text, fill: grey, anchor: 'middle' } as const;
  const markup = [
    textElement(unit ? `in ${unit}` : 'no unit', { x: 4, y: y + head - 11, size: sizes.small, fill: grey }),
    drawTimeGrid(frame, box),
    empty ? '' : drawAxis(axis, place),
    ...drawn,
    empty ? textElement('No data in this time', middle) : '',
    lineElement([frame.left, box.y + height], [frame.right, box.y + height], { stroke: grey }),
  ];
  return { height: head + height, markup: markup.join('') };
};
