/** How a wait grows. Milliseconds. */
export interface BackoffLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The wait after the first, second, … attempt in a row that failed: it doubles, up to a bound. */
export const backoffMs = (attempt: number, { firstMs, longestMs }: BackoffLimits): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(attempt - 1, 0), 40));

export interface JitterOptions {
  /** Least part of the backoff that is always waited, 0 by default. */
  readonly least?: number;
  readonly random?: () => number;
}

/** The same at random below that bound, so that many clients of one system that was away do not come back all at once. */
export const jitteredBackoffMs = (attempt: number, limits: BackoffLimits, options: JitterOptions = {}): number => {
  const { least = 0, random = Math.random } = options;
  return Math.round(backoffMs(attempt, limits) * (least + random() * (1 - least)));
};
