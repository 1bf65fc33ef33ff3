import { type FontTable, readFontTable } from './font-table.ts';
import { layOut } from './layout.ts';
import { rasterize } from './rasterize.ts';
import type { Chart, ChartSeries, ChartSpec } from './spec.ts';

const standIn = '\ufffd';

/** The characters of a text that no bundled font has. */
const missingIn = (text: string, fonts: FontTable): readonly string[] =>
  [...new Set(text)].filter((letter) => fonts.fontOf(letter.codePointAt(0) ?? 0) === undefined && !/\s/.test(letter));

const withStandIns = (spec: ChartSpec, missing: ReadonlySet<string>): ChartSpec => {
  const seen = (text: string): string => [...text].map((letter) => (missing.has(letter) ? standIn : letter)).join('');
  const seenIn = (series: ChartSeries): ChartSeries =>
    series.kind === 'states'
      ? {
          ...series,
          name: seen(series.name),
          points: series.points.map(({ atMs, state }) => ({ atMs, state: state === undefined ? state : seen(state) })),
        }
      : { ...series, name: seen(series.name), unit: seen(series.unit) };
  return { ...spec, title: seen(spec.title), series: spec.series.map(seenIn) };
};

/** "� marks characters…": the code points that the picture cannot show. */
const noteOf = (missing: readonly string[]): string => {
  const codes = missing.slice(0, 12).map((letter) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  const more = missing.length > codes.length ? ` and ${missing.length - codes.length} more` : '';
  return `${standIn} marks characters that this picture has no letters for: ${codes.join(', ')}${more}`;
};

/**
 * Draws a chart as SVG and PNG. Fonts and the renderer are read when the first picture is asked for; the call then keeps one core busy for
 * some tenths of a second, later ones for less. Throws a RangeError for a span that is empty or a time zone that does not exist.
 */
export const renderChart = async (spec: ChartSpec): Promise<Chart> => {
  const { startMs, endMs } = spec.span;
  if (!(Number.isFinite(startMs) && Number.isFinite(endMs) && endMs > startMs))
    throw new RangeError('the span of a chart must not be empty');
  const fonts = await readFontTable();
  const shown = layOut(spec, fonts);
  const missing = missingIn(shown.svg, fonts);
  const drawn = missing.length === 0 ? shown : layOut(withStandIns(spec, new Set(missing)), fonts, [noteOf(missing)]);
  const pixelRatio = Math.min(3, Math.max(1, spec.pixelRatio ?? 1));
  const png = await rasterize(drawn.svg, fonts, pixelRatio);
  return { svg: shown.svg, png, width: drawn.width, height: drawn.height, missing };
};
