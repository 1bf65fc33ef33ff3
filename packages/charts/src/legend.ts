import { type Frame, lineHeight, margin, type Part, sizes } from './frame.ts';
import { markerElement } from './number-panel.ts';
import { grey, hatchGrey, ink, type Stroke } from './palette.ts';
import { boxElement, element, hatchPath, lineElement, textElement } from './svg.ts';
import { wrapText } from './text.ts';

/** The sign before a name. */
export type Swatch =
  | { readonly kind: 'line'; readonly stroke: Stroke; readonly marked: boolean }
  | { readonly kind: 'bar' | 'band'; readonly fill: string }
  | { readonly kind: 'hatch' }
  | { readonly kind: 'partial' };

export interface LegendItem {
  readonly swatch: Swatch;
  readonly text: string;
}

const swatchWidth = 28;

const drawSwatch = (swatch: Swatch, x: number, y: number): string => {
  const box = { x, y: y + 3, width: swatchWidth - 4, height: 11 };
  if (swatch.kind === 'line') {
    const { stroke, marked } = swatch;
    const middle = y + 8.5;
    const line = lineElement([x, middle], [x + box.width, middle], {
      stroke: stroke.colour,
      'stroke-width': 2,
      'stroke-dasharray': stroke.dash,
    });
    return marked ? line + markerElement({ x: x + box.width / 2, y: middle }, stroke) : line;
  }
  if (swatch.kind === 'bar') return boxElement(box, { fill: swatch.fill });
  if (swatch.kind === 'band') return boxElement(box, { fill: swatch.fill, 'fill-opacity': 0.3 });
  const hatch = element('path', { d: hatchPath(box, 5), stroke: swatch.kind === 'hatch' ? hatchGrey : grey, 'stroke-width': 1 });
  return (
    hatch +
    boxElement(box, { fill: 'none', stroke: grey, 'stroke-width': 0.7, 'stroke-dasharray': swatch.kind === 'partial' ? '3 2' : undefined })
  );
};

/** Swatches with their whole texts, beside each other as far as they fit. */
export const drawLegend = (items: readonly LegendItem[], { y, frame }: { y: number; frame: Frame }): Part => {
  const [from, to] = [margin, frame.width - margin];
  const step = lineHeight(sizes.text);
  let [x, top, rowHeight, markup] = [from, y, 0, ''];
  for (const { swatch, text } of items) {
    const lines = wrapText(text, { width: to - from - swatchWidth, size: sizes.text, measure: frame.measure });
    // Browsers' own fonts can be wider than ours.
    const width = swatchWidth + Math.max(...lines.map((line) => frame.measure(line, sizes.text))) * 1.03 + 16;
    if (x > from && x + width - 16 > to) {
      [x, top, rowHeight] = [from, top + rowHeight, 0];
    }
    markup += drawSwatch(swatch, x, top);
    markup += lines
      .map((line, index) => textElement(line, { x: x + swatchWidth, y: top + step * (index + 1) - 4, size: sizes.text, fill: ink }))
      .join('');
    x += width;
    rowHeight = Math.max(rowHeight, lines.length * step + 2);
  }
  return { height: top + rowHeight - y, markup };
};

/** Lines of small grey text over the whole width. */
export const drawNote = (text: string, { y, frame }: { y: number; frame: Frame }): Part => {
  const step = lineHeight(sizes.small);
  const lines = wrapText(text, { width: frame.width - 2 * margin, size: sizes.small, measure: frame.measure });
  const markup = lines
    .map((line, index) => textElement(line, { x: margin, y: y + step * (index + 1) - 4, size: sizes.small, fill: grey }))
    .join('');
  return { height: lines.length * step, markup };
};
