import { isRecord } from '@switchyard-mcp/core/json';

/** Names of keys that the cloud makes of data: ids, dates. They would say something about one home. */
const isName = (key: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(key) && !/^[0-9a-f]{12,}$/i.test(key);

/** A report for people needs no more, and a document as deep as one likes must not end the checks. */
const deepest = 8;

const merged = (shapes: readonly string[]): string => [...new Set(shapes)].sort().join('|');

/**
 * Keys and types of a document, never a value: what a person may publish so that others can mend a change of the cloud. Lists of
 * alike things become one shape; `text` may be empty, `text?` is.
 */
export const shapeOf = (value: unknown, depth = 0): unknown => {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (depth >= deepest) return '[…]';
    const items = value.slice(0, 200).map((item) => shapeOf(item, depth + 1));
    return items.every((item) => typeof item === 'string') ? `[${merged(items as string[])}]` : [mergeShapes(items)];
  }
  if (isRecord(value)) {
    if (depth >= deepest) return '{…}';
    const entries = Object.entries(value).filter(([key]) => isName(key));
    return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)).map(([key, item]) => [key, shapeOf(item, depth + 1)]));
  }
  return typeof value === 'number'
    ? Number.isInteger(value)
      ? 'int'
      : 'number'
    : typeof value === 'string'
      ? value === ''
        ? 'text?'
        : 'text'
      : typeof value;
};

const mergeShapes = (shapes: readonly unknown[]): unknown => {
  const records = shapes.filter(isRecord);
  if (records.length === 0) return merged(shapes.map((shape) => (typeof shape === 'string' ? shape : JSON.stringify(shape))));
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
  return Object.fromEntries(
    keys.map((key) => {
      const found = records.flatMap((record) => (Object.hasOwn(record, key) ? [record[key]] : []));
      return [key, found.length === 1 ? found[0] : mergeShapes(found)];
    }),
  );
};
