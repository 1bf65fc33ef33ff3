/** A corner of a line: a place in pixels and the value there. */
export interface Corner {
  readonly x: number;
  readonly value: number;
}

/**
 * Keeps of each column of pixels the first, lowest, highest and last corner (the M4 aggregation): the line covers the same pixels as with all
 * of them, and no peak is lost.
 */
export const thinLine = (corners: readonly Corner[]): readonly Corner[] => {
  const kept: Corner[] = [];
  for (let from = 0; from < corners.length; ) {
    const column = Math.floor(corners[from]?.x ?? 0);
    let [to, low, high] = [from, from, from];
    while (to < corners.length && Math.floor(corners[to]?.x ?? 0) === column) {
      if ((corners[to]?.value ?? 0) < (corners[low]?.value ?? 0)) low = to;
      if ((corners[to]?.value ?? 0) > (corners[high]?.value ?? 0)) high = to;
      to += 1;
    }
    const indexes = [...new Set([from, low, high, to - 1])].sort((a, b) => a - b);
    for (const index of indexes) {
      const corner = corners[index];
      if (corner) kept.push(corner);
    }
    from = to;
  }
  return kept;
};
