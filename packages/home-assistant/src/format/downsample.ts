/** A value at a moment. */
export interface TimedValue {
  readonly atMs: number;
  readonly value: number;
}

/** Picks `count` of `length` indexes, evenly, the first and the last among them. */
const evenIndexes = (length: number, count: number): readonly number[] => {
  if (count >= length) return Array.from({ length }, (_, index) => index);
  if (count <= 1) return count === 1 ? [length - 1] : [];
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - 1)) / (count - 1)));
};

const extremes = <T extends TimedValue>(points: readonly T[]): readonly T[] => {
  const [first] = points;
  if (!first) return [];
  let [low, high] = [first, first];
  for (const point of points) {
    if (point.value < low.value) low = point;
    if (point.value > high.value) high = point;
  }
  return low === high ? [low] : low.atMs <= high.atMs ? [low, high] : [high, low];
};

/** At most `limit` points: the first, the last, and the lowest and highest of stretches of equal time, so that no peak is lost. */
export const downsampleNumbers = <T extends TimedValue>(points: readonly T[], limit: number): readonly T[] => {
  if (points.length <= limit) return points;
  const [first, last] = [points[0], points[points.length - 1]];
  if (!first || !last || limit <= 0) return [];
  if (limit < 4) return extremes(points).slice(-limit);
  const stretches = Math.floor((limit - 2) / 2);
  const width = (last.atMs - first.atMs) / stretches || 1;
  const groups: T[][] = Array.from({ length: stretches }, () => []);
  for (const point of points.slice(1, -1)) groups[Math.min(stretches - 1, Math.floor((point.atMs - first.atMs) / width))]?.push(point);
  return [first, ...groups.flatMap((group) => extremes(group)), last];
};

/** At most `limit` rows, evenly, with one of every kind as long as they fit. */
export const downsampleKinds = <T>(rows: readonly T[], limit: number, kindOf: (row: T) => string): readonly T[] => {
  if (rows.length <= limit) return rows;
  const firstOfKind = new Map<string, number>();
  rows.forEach((row, index) => {
    if (!firstOfKind.has(kindOf(row))) firstOfKind.set(kindOf(row), index);
  });
  const kept = new Set([...firstOfKind.values()].slice(0, limit));
  for (const index of evenIndexes(rows.length, limit - kept.size)) kept.add(index);
  return [...kept].sort((a, b) => a - b).flatMap((index) => rows[index] ?? []);
};

/** Joins neighbours into at most `limit` groups of equal length. */
export const groupEvenly = <T>(rows: readonly T[], limit: number): readonly (readonly T[])[] => {
  if (limit <= 0) return [];
  const size = Math.ceil(rows.length / limit);
  return Array.from({ length: Math.ceil(rows.length / size) || 0 }, (_, index) => rows.slice(index * size, (index + 1) * size));
};
