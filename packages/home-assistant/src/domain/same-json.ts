import { isRecord } from '@switchyard-mcp/core/json';

/** Equal as JSON, whatever the order of keys. */
export const sameJson = (left: unknown, right: unknown): boolean => {
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  if (isRecord(left)) {
    if (!isRecord(right)) return false;
    const keys = Object.keys(left);
    return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
  }
  return left === right;
};
