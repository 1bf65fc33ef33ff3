import type { FontTable } from './font-table.ts';
import { type Frame, frameOf, lineHeight, margin, type Part, type Signs, sizes } from './frame.ts';
import { drawLegend, drawNote, type LegendItem } from './legend.ts';
import { drawNumberPanel, type NumberPanel } from './number-panel.ts';
import { grey, ink, otherGrey } from './palette.ts';
import { type Plan, planOf } from './plan.ts';
import { type ChartSpec, mostSeries, type TimeSpan } from './spec.ts';
import { drawStateRow, looksOf, type StateLooks } from './state-panel.ts';
import { boxElement, element, lineElement, textElement } from './svg.ts';
import { cleanText, measureWith, wrapText } from './text.ts';
import { clockChanges, spanWords, type TimeTick, timeTicks, zoneWords } from './time-axis.ts';

const mostHeight = 3000;

/** The plots leave room for the widest numbers beside them. */
const frameFor = (spec: ChartSpec, plan: Plan, fonts: FontTable): Frame => {
  const measure = measureWith(fonts);
  const width = Math.round(Math.min(1600, Math.max(320, spec.width ?? 800)));
  const widest = Math.max(0, ...plan.panels.flatMap(({ axis }) => axis.ticks.map(({ label }) => measure(label, sizes.small))));
  const { span, timeZone, nowMs = span.endMs } = spec;
  const [left, right] = [Math.ceil(Math.max(margin, widest + 14)), width - margin - 6];
  const ticks = timeTicks(span, timeZone, Math.max(2, Math.floor((right - left) / 78)));
  return frameOf({ width, left, right, span, knownUntilMs: nowMs, measure, ticks, changes: clockChanges(span, timeZone) });
};

/** Puts parts below each other. */
class Column {
  y = 10;
  markup = '';
  add(part: Part, gap = 0): void {
    this.markup += part.markup;
    this.y += part.height + gap;
  }
}

const drawHead = (spec: ChartSpec, { frame, y }: { frame: Frame; y: number }): Part => {
  const lines = wrapText(cleanText(spec.title), { width: frame.width - 2 * margin, size: sizes.title, measure: frame.measure });
  const step = lineHeight(sizes.title);
  const title = lines
    .map((line, index) => textElement(line, { x: margin, y: y + step * (index + 1) - 5, size: sizes.title, fill: ink }))
    .join('');
  const when = drawNote(spanWords(spec.span, spec.timeZone), { y: y + lines.length * step, frame });
  return { height: lines.length * step + when.height, markup: title + when.markup };
};

/** "per day": the usual length of a series' periods. */
const perWords = (periods: readonly TimeSpan[]): string => {
  const lengths = periods.map(({ startMs, endMs }) => endMs - startMs).sort((a, b) => a - b);
  const minutes = (lengths[Math.floor(lengths.length / 2)] ?? 0) / 60_000;
  const names = [
    [5, '5 minutes'],
    [60, 'hour'],
    [1440, 'day'],
    [10_080, 'week'],
    [43_800, 'month'],
    [525_600, 'year'],
  ] as const;
  const name = names.find(([length]) => Math.abs(minutes - length) <= length * 0.09)?.[1];
  return `per ${name ?? 'period'}`;
};

const legendOf = ({ plotted, unit }: NumberPanel): readonly LegendItem[] =>
  plotted.map(({ series, stroke }) => {
    const what = series.kind === 'numbers' ? '' : `${series.kind === 'means' ? 'mean' : 'total'} ${perWords(series.periods)}`;
    const notes = [unit, what].filter(Boolean).join(', ');
    const text = `${cleanText(series.name)}${notes ? ` (${notes})` : ''}`;
    if (series.kind === 'totals') return { swatch: { kind: 'bar', fill: stroke.colour }, text };
    return { swatch: { kind: 'line', stroke, marked: series.kind === 'means' || plotted.length > 1 }, text };
  });

const keyOf = (signs: Signs, looks: StateLooks): readonly LegendItem[] => {
  const states: LegendItem[] = looks.own.map((state) => ({ swatch: { kind: 'bar', fill: looks.of(state).fill }, text: state }));
  const [named, more] = [looks.others.slice(0, 40), looks.others.length - 40];
  if (named.length > 0) {
    const text = `${looks.others.length} other states: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    states.push({ swatch: { kind: 'bar', fill: otherGrey }, text });
  }
  if (signs.band) states.push({ swatch: { kind: 'band', fill: ink }, text: 'lowest to highest' });
  if (signs.noData) states.push({ swatch: { kind: 'hatch' }, text: 'no data' });
  if (signs.partial) states.push({ swatch: { kind: 'partial' }, text: 'incomplete period (dashed line, hollow or hatched)' });
  return states;
};

/** Labels of the round times; midnights first where labels would touch. */
const drawTimes = ({ measure, xOf, width, ticks }: Frame, bottom: number): Part => {
  const taken: (readonly [number, number])[] = [];
  const dated = ({ label }: TimeTick): number => Number(label.includes(' '));
  let markup = '';
  for (const { atMs, label } of [...ticks].sort((a, b) => dated(b) - dated(a) || a.atMs - b.atMs)) {
    const half = measure(label, sizes.small) / 2;
    const x = Math.min(width - 4 - half, Math.max(4 + half, xOf(atMs)));
    if (taken.some(([from, to]) => x - half - 6 < to && x + half + 6 > from)) continue;
    taken.push([x - half, x + half]);
    markup += lineElement([xOf(atMs), bottom], [xOf(atMs), bottom + 4], { stroke: grey });
    markup += textElement(label, { x, y: bottom + 17, size: sizes.small, fill: grey, anchor: 'middle' });
  }
  return { height: 24, markup };
};

const drawPanels = (
  column: Column,
  plan: Plan,
  { spec, frame, signs, looks }: { spec: ChartSpec; frame: Frame; signs: Signs; looks: StateLooks },
): void => {
  const [only, second] = spec.series;
  const single = only !== undefined && second === undefined && cleanText(only.name) === cleanText(spec.title);
  for (const panel of plan.panels) {
    column.add(drawLegend(single && only.kind === 'numbers' ? [] : legendOf(panel), { y: column.y, frame }), 2);
    column.add(drawNumberPanel(panel, { y: column.y, height: plan.plotHeight, frame, signs }), 10);
  }
  for (const series of plan.states) column.add(drawStateRow(series, { y: column.y, frame, looks, signs, named: !single }), 8);
  if (plan.panels.length + plan.states.length > 0) return;
  const x = (frame.left + frame.right) / 2;
  column.add({
    height: 80,
    markup: textElement('Nothing to draw', { x, y: column.y + 45, size: sizes.text, fill: grey, anchor: 'middle' }),
  });
};

const notesOf = (spec: ChartSpec): readonly string[] => {
  const more = spec.series.length - mostSeries;
  return [zoneWords(spec.span, spec.timeZone), ...(more > 0 ? [`${more} more series are not drawn.`] : [])];
};

export interface Layout {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Lays a chart out as SVG; `extraNotes` go below it. */
export const layOut = (spec: ChartSpec, fonts: FontTable, extraNotes: readonly string[] = []): Layout => {
  const plan = planOf(spec.series.slice(0, mostSeries));
  const frame = frameFor(spec, plan, fonts);
  const signs: Signs = { noData: false, partial: false, band: false };
  const looks = looksOf(plan.states, frame);
  const column = new Column();
  column.add(drawHead(spec, { frame, y: column.y }), 8);
  drawPanels(column, plan, { spec, frame, signs, looks });
  column.y -= 6;
  column.add(drawTimes(frame, column.y), 6);
  const key = keyOf(signs, looks);
  if (key.length > 0) column.add(drawLegend(key, { y: column.y, frame }), 4);
  for (const note of [...notesOf(spec), ...extraNotes]) column.add(drawNote(note, { y: column.y, frame }));
  const height = Math.min(mostHeight, Math.ceil(column.y + 8));
  return { svg: document(spec, { width: frame.width, height, markup: column.markup }), width: frame.width, height };
};

const document = (spec: ChartSpec, { width, height, markup }: { width: number; height: number; markup: string }): string => {
  const label = `${cleanText(spec.title)}, ${spanWords(spec.span, spec.timeZone)}`;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': label,
    'font-family': "'Noto Sans', system-ui, sans-serif",
  };
  return element('svg', attributes, boxElement({ x: 0, y: 0, width, height }, { fill: '#ffffff' }) + markup);
};
