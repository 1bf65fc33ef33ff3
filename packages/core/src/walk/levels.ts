/** A list or object that is gone through, and how far. */
export interface Level {
  /** Undefined for a list. Own keys only: what a prototype holds does not belong to the value. */
  readonly keys: readonly string[] | undefined;
  readonly length: number;
  next: number;
}

export const levelOf = (value: object): Level => {
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  return { keys, length: keys?.length ?? (value as readonly unknown[]).length, next: 0 };
};

/** The deepest one whose level is not done; those that are done are dropped. */
export const deepest = <Open extends { readonly level: Level }>(open: Open[]): Open | undefined => {
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    if (last.level.next < last.level.length) return last;
    open.pop();
  }
  return undefined;
};

/** The key or index of the next value of a level, which counts as done then. */
export const takeKey = (level: Level): string | number => {
  const at = level.next;
  level.next += 1;
  return level.keys?.[at] ?? at;
};
