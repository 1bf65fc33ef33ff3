import { Canvas, type Colour, textWidth } from './canvas.ts';
import { encodePng } from './png.ts';

export interface ChartSeries {
  readonly name: string;
  readonly unit: string;
  /** Numbers as a step line, words as bands of colour. Times are epoch milliseconds. */
  readonly points: readonly { readonly atMs: number; readonly value: number | string }[];
}

export interface ChartOptions {
  readonly title: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Text of a moment on the time axis. */
  readonly timeLabel: (atMs: number) => string;
}

const [width, height] = [800, 400];
const margin = { left: 64, right: 20, top: 44, bottom: 36 };
const ink: Colour = [40, 44, 52];
const grey: Colour = [120, 126, 136];
const grid: Colour = [226, 229, 234];
const palette: readonly Colour[] = [
  [37, 99, 235],
  [217, 119, 6],
  [5, 150, 105],
  [190, 24, 93],
  [109, 40, 217],
  [100, 116, 139],
];
const colourOf = (index: number): Colour => palette[index % palette.length] ?? ink;

/** Round steps: 1, 2 or 5 times a power of ten. */
const niceTicks = (low: number, high: number, wanted: number): readonly number[] => {
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const ticks: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) ticks.push(Number(value.toPrecision(12)));
  return ticks;
};

const plot = { x: margin.left, y: margin.top, width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

const drawTimeAxis = (canvas: Canvas, { startMs, endMs, timeLabel }: ChartOptions): void => {
  for (let i = 0; i <= 6; i += 1) {
    const x = plot.x + (plot.width * i) / 6;
    canvas.box(x, plot.y, [1, plot.height], grid);
    const label = timeLabel(startMs + ((endMs - startMs) * i) / 6);
    canvas.text(Math.min(width - textWidth(label) - 4, x - textWidth(label) / 2), plot.y + plot.height + 10, label, { colour: grey });
  }
};

const drawNumbers = (canvas: Canvas, series: readonly ChartSeries[], options: ChartOptions): void => {
  const values = series.flatMap(({ points }) => points.map(({ value }) => Number(value)));
  let [low, high] = [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  const padding = high === low ? Math.max(1, Math.abs(high) * 0.1) : (high - low) * 0.08;
  [low, high] = [low - padding, high + padding];
  const x = (atMs: number): number => plot.x + (plot.width * (atMs - options.startMs)) / Math.max(1, options.endMs - options.startMs);
  const y = (value: number): number => plot.y + plot.height * (1 - (value - low) / (high - low));
  for (const tick of niceTicks(low, high, 5)) {
    canvas.box(plot.x, y(tick), [plot.width, 1], grid);
    const label = String(tick);
    canvas.text(plot.x - textWidth(label) - 6, y(tick) - 3, label, { colour: grey });
  }
  series.forEach(({ points }, index) => {
    points.forEach((point, at) => {
      const next = points[at + 1];
      const from = [Math.max(plot.x, x(point.atMs)), y(Number(point.value))] as const;
      // A state holds until the next one: a step, not a slope.
      const to = [Math.min(plot.x + plot.width, x(next?.atMs ?? options.endMs)), from[1]] as const;
      canvas.line(from, to, colourOf(index));
      if (next) canvas.line(to, [to[0], y(Number(next.value))], colourOf(index));
    });
  });
};

const drawBands = (canvas: Canvas, series: readonly ChartSeries[], options: ChartOptions): void => {
  const words = [...new Set(series.flatMap(({ points }) => points.map(({ value }) => String(value))))];
  const each = plot.height / series.length;
  const x = (atMs: number): number => plot.x + (plot.width * (atMs - options.startMs)) / Math.max(1, options.endMs - options.startMs);
  series.forEach(({ points, name }, row) => {
    const top = plot.y + row * each + each * 0.25;
    points.forEach((point, at) => {
      const [from, to] = [Math.max(plot.x, x(point.atMs)), Math.min(plot.x + plot.width, x(points[at + 1]?.atMs ?? options.endMs))];
      const colour = colourOf(words.indexOf(String(point.value)));
      canvas.box(from, top, [Math.max(1, to - from), each * 0.5], colour, 0.85);
      const word = String(point.value);
      if (to - from > textWidth(word) + 8) canvas.text(from + 4, top + each * 0.25 - 3, word, { colour: [255, 255, 255] });
    });
    canvas.text(plot.x, top - 12, name.slice(0, 60), { colour: ink });
  });
};

/** A chart as PNG: numbers as step lines over a scale, or words as bands. */
export const drawChart = (series: readonly ChartSeries[], options: ChartOptions): Buffer => {
  const canvas = new Canvas(width, height);
  const numeric = series.every(({ points }) => points.every(({ value }) => typeof value === 'number'));
  canvas.text(16, 12, options.title.slice(0, 60), { colour: ink, scale: 2 });
  drawTimeAxis(canvas, options);
  (numeric ? drawNumbers : drawBands)(canvas, series, options);
  canvas.box(plot.x, plot.y + plot.height, [plot.width, 1], grey);
  if (numeric && series.length > 1)
    series.forEach(({ name }, index) => {
      const left = plot.x + 8 + (plot.width / series.length) * index;
      canvas.box(left, plot.y - 9, [10, 3], colourOf(index));
      canvas.text(left + 14, plot.y - 11, name.slice(0, Math.floor(plot.width / series.length / 6) - 4), { colour: grey });
    });
  return encodePng(width, height, canvas.pixels);
};
