import { createHash } from 'node:crypto';

const sorted = (item: unknown): unknown => {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  // JSON would write both as {}, and a state held in one would always look unchanged.
  if (item instanceof Map || item instanceof Set) return [...item];
  return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** JSON with sorted keys: equal values give equal text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, (_key, item: unknown) => sorted(item)) ?? 'null';

/** SHA-256 over the canonical JSON, in hex. */
export const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
