/** A stretch of time in epoch milliseconds. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** A number at a moment (epoch milliseconds); `undefined`, NaN and infinity are a gap. */
export interface NumberPoint {
  readonly atMs: number;
  readonly value: number | undefined;
}

/** Measured numbers as a line. With "step" a value holds until the next point, with "slope" the line goes straight to it. */
export interface NumberSeries {
  readonly kind: 'numbers';
  readonly name: string;
  /** What the numbers count, as written on the axis: "°C", "kWh"; "" for none. */
  readonly unit: string;
  readonly shape: 'step' | 'slope';
  /** In order of time. */
  readonly points: readonly NumberPoint[];
}

/** One number for a period (epoch milliseconds, the end excluded). */
export interface Period extends TimeSpan {
  readonly value: number | undefined;
  /** Lowest and highest of the period, of means only. */
  readonly low?: number;
  readonly high?: number;
  /** The period is not complete, such as today's. One that the chart's span cuts is marked without it. */
  readonly partial?: boolean;
}

/** Statistics: means as a line with a band from lowest to highest, totals as bars from zero. */
export interface PeriodSeries {
  readonly kind: 'means' | 'totals';
  readonly name: string;
  readonly unit: string;
  /** In order of time. A hole between two periods is a gap. */
  readonly periods: readonly Period[];
}

/** A state that holds from a moment until the next one; `undefined` is a time of which nothing is known. */
export interface StatePoint {
  readonly atMs: number;
  readonly state: string | undefined;
}

/** Words over time as a bar of coloured stretches. */
export interface StateSeries {
  readonly kind: 'states';
  readonly name: string;
  /** In order of time. */
  readonly points: readonly StatePoint[];
}

export type ChartSeries = NumberSeries | PeriodSeries | StateSeries;

/** What to draw. All text is foreign text: it is cleaned and escaped, and wrapped rather than cut. */
export interface ChartSpec {
  readonly title: string;
  readonly span: TimeSpan;
  /** An IANA name such as "Europe/Berlin"; times are shown in it and it is named. */
  readonly timeZone: string;
  /** The first 24 are drawn; the picture says when there are more. */
  readonly series: readonly ChartSeries[];
  /** Nothing is drawn after this moment (epoch milliseconds). */
  readonly nowMs?: number;
  /** CSS pixels, 320 to 1600; 800 by default. The height follows from the contents, at most 3,000. */
  readonly width?: number;
  /** Pixels of the PNG per CSS pixel, 1 to 3; 1 by default. */
  readonly pixelRatio?: number;
}

export interface Chart {
  /** A whole SVG document without scripts, links or ids; names are those of the spec. */
  readonly svg: string;
  readonly png: Uint8Array;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Characters of the spec that no bundled font has. In the PNG each is a "�" and a note below names them; the SVG keeps them. */
  readonly missing: readonly string[];
}

export const mostSeries = 24;
