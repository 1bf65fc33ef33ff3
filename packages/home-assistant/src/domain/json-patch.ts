import { refuse, type ToolError } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import type { Body } from './body.ts';
import { indexIn, pointerKeys, stepInto, valueAt } from './json-pointer.ts';
import { sameJson } from './same-json.ts';

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string | undefined;
  readonly value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

const misfit = (index: number, { op, path }: PatchOperation, why: string): ToolError =>
  refuse('invalid_input', `patch[${index}] (${op} ${path.slice(0, 100)}) does not fit.`, {
    why,
    next: ['Read the object again with ha_get_config and correct the patch.'],
  });

const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 120);

/** The container that the last key of a pointer is in. */
const parentOf = (body: unknown, pointer: string): { readonly parent: Container; readonly key: string } | undefined => {
  const keys = pointerKeys(pointer);
  const key = keys.at(-1);
  if (key === undefined) return undefined;
  const parent = keys.slice(0, -1).reduce((value: unknown, step) => stepInto(value, step, pointer), body);
  return Array.isArray(parent) || isRecord(parent) ? { parent, key } : undefined;
};

interface Place {
  /** The whole body; replaced when the pointer is "". */
  body: unknown;
}

const add = (place: Place, pointer: string, value: unknown): string | undefined => {
  if (pointerKeys(pointer).length === 0) {
    place.body = value;
    return undefined;
  }
  const found = parentOf(place.body, pointer);
  if (!found) return 'Its parent is a plain value.';
  const { parent, key } = found;
  if (!Array.isArray(parent)) {
    parent[key] = value;
    return undefined;
  }
  const index = indexIn(parent, key, { adding: true });
  if (index === undefined) return `The list has ${parent.length} items; use an index up to that, or "-" for its end.`;
  parent.splice(index, 0, value);
  return undefined;
};

const take = (place: Place, pointer: string): string | undefined => {
  const found = parentOf(place.body, pointer);
  if (!found) return 'The whole body cannot be removed.';
  const { parent, key } = found;
  stepInto(parent, key, pointer);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return undefined;
};

const put = (place: Place, pointer: string, value: unknown): string | undefined => {
  const found = parentOf(place.body, pointer);
  if (!found) return add(place, '', value);
  const { parent, key } = found;
  stepInto(parent, key, pointer);
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else parent[key] = value;
  return undefined;
};

const moveOrCopy = (place: Place, { op, path, from }: PatchOperation): string | undefined => {
  if (from === undefined) return 'It needs "from".';
  if (op === 'move' && path.startsWith(`${from}/`)) return 'A value cannot be moved into itself.';
  const value = structuredClone(valueAt(place.body, from));
  const problem = op === 'move' ? take(place, from) : undefined;
  return problem ?? add(place, path, value);
};

const applyOne = (place: Place, operation: PatchOperation): string | undefined => {
  const { op, path, value } = operation;
  if ((op === 'add' || op === 'replace' || op === 'test') && value === undefined) return 'It needs "value".';
  switch (op) {
    case 'add':
      return add(place, path, structuredClone(value));
    case 'remove':
      return take(place, path);
    case 'replace':
      return put(place, path, structuredClone(value));
    case 'move':
    case 'copy':
      return moveOrCopy(place, operation);
    case 'test': {
      const there = valueAt(place.body, path);
      return sameJson(there, value) ? undefined : `There is ${brief(there)}, not ${brief(value)}.`;
    }
  }
};

/**
 * A body with a JSON Patch (RFC 6902) applied: all operations or none.
 * @throws ToolError invalid_input naming the operation that does not fit.
 */
export const applyPatch = (body: Body, operations: readonly PatchOperation[]): Body => {
  const place: Place = { body: structuredClone(body) };
  for (const [index, operation] of operations.entries()) {
    const problem = applyOne(place, operation);
    if (problem !== undefined) throw misfit(index, operation, problem);
  }
  if (isRecord(place.body)) return place.body;
  throw refuse('invalid_input', 'The patch leaves no object behind.', { next: ['Keep the body an object; use ha_delete to remove it.'] });
};
