/** A stretch of time; the end is not part of it. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}
