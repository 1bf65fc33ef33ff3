import { isRecord, numericOf, type JsonRecord as Raw } from '@switchyard-mcp/core/json';

/** Keys that would reach into the language itself. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

const mergeLists = (old: readonly unknown[], patch: readonly unknown[]): readonly unknown[] => {
  // Empty, or of plain values, it takes the place of the old list.
  if (patch.length === 0 || !patch.every(isRecord)) return patch;
  return Array.from({ length: Math.max(old.length, patch.length) }, (_, index) =>
    index < patch.length ? mergeValue(old[index], patch[index]) : old[index],
  );
};

const mergeValue = (old: unknown, patch: unknown): unknown => {
  if (isRecord(patch)) return merge(isRecord(old) ? old : {}, patch);
  if (Array.isArray(patch) && Array.isArray(old)) return mergeLists(old, patch);
  return patch;
};

/** Sets `a.b.0` in a copy; numbers address list items, and a hole in a list is not made. */
const setPath = (known: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown => {
  // A number below a list that is not there yet begins it.
  const old = known ?? [];
  if (Array.isArray(old) && /^\d{1,4}$/.test(key)) {
    const index = Math.min(Number(key), old.length);
    const next = rest.length === 0 ? mergeValue(old[index], value) : setPath(old[index], rest, value);
    return old.length === index ? [...old, next] : old.map((item, at) => (at === index ? next : item));
  }
  const record = isRecord(old) ? old : {};
  return { ...record, [key]: rest.length === 0 ? mergeValue(record[key], value) : setPath(record[key], rest, value) };
};

/** A copy of the document with the patch in it. Dotted keys address nested documents. */
export const merge = (document: Raw, patch: Raw): Raw => {
  let merged: Raw = document;
  for (const [key, value] of Object.entries(patch)) {
    const path = key.split('.');
    if (path.length > 6 || path.some((part) => forbidden.has(part))) continue;
    merged = setPath(merged, path, value) as Raw;
  }
  return merged;
};

/** A copy of the document without what the patch sets: what was known before, when that is not remembered. */
export const without = (document: Raw, patch: Raw): Raw => {
  const tops = new Set(Object.keys(patch).map((key) => key.split('.')[0] ?? key));
  return Object.fromEntries(Object.entries(document).filter(([key]) => key === '_id' || key === 't' || key === 'n' || !tops.has(key)));
};

/** Merges list items by their `_id`; an unknown one is added when `add` is set. */
export const mergeById = (items: readonly Raw[], patches: readonly Raw[], add: boolean): readonly Raw[] => {
  let result = items;
  for (const patch of patches) {
    const id = numericOf(patch, '_id');
    if (id === undefined) continue;
    if (result.some((item) => numericOf(item, '_id') === id))
      result = result.map((item) => (numericOf(item, '_id') === id ? merge(item, patch) : item));
    else if (add) result = [...result, patch];
  }
  return result;
};
