import { sameJson } from './same-json.ts';

/** Core compares these as sets. */
const sets = new Set(['labels', 'aliases']);

/** In one order, each once. */
export const inOrder = (values: readonly unknown[]): readonly unknown[] =>
  [...new Set(values)].sort((a, b) => String(a).localeCompare(String(b)));

export const isSet = (field: string): boolean => sets.has(field);

/** Are two values of a registry field equal, as far as Core tells them apart? */
export const sameField = (field: string, left: unknown, right: unknown): boolean =>
  isSet(field) && Array.isArray(left) && Array.isArray(right)
    ? sameJson(inOrder(left), inOrder(right))
    : sameJson(left ?? null, right ?? null);
