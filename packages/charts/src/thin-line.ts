/** A corner of a line: a place in pixels and the value there. */
export interface Corner {
  readonly x: number;
  readonly value: number;
}

const columnOf = (corner: Corner | undefined): number => Math.floor(corner?.x ?? 0);

/** The first, lowest, highest and last, in order. */
const extremesOf = (corners: readonly Corner[]): readonly Corner[] => {
  let [low, high] = [0, 0];
  corners.forEach(({ value }, index) => {
    if (value < (corners[low]?.value ?? 0)) low = index;
    if (value > (corners[high]?.value ?? 0)) high = index;
  });
  const kept = new Set([0, low, high, corners.length - 1]);
  return corners.filter((_corner, index) => kept.has(index));
};

/**
 * Keeps of each column of pixels the first, lowest, highest and last corner (the M4 aggregation): the line covers the same pixels as with all
 * of them, and no peak is lost.
 */
export const thinLine = (corners: readonly Corner[]): readonly Corner[] => {
  const kept: Corner[] = [];
  for (let from = 0; from < corners.length; ) {
    const column = columnOf(corners[from]);
    let to = from + 1;
    while (to < corners.length && columnOf(corners[to]) === column) to += 1;
    kept.push(...extremesOf(corners.slice(from, to)));
    from = to;
  }
  return kept;
};
