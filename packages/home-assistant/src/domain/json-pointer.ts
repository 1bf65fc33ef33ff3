import { nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';

type Json = unknown;

const shown = (pointer: string): string => (pointer === '' ? 'the whole body' : pointer.slice(0, 120));

const bad = (pointer: string, why: string, near: readonly string[] = []): ToolError =>
  refuse('invalid_input', `There is nothing at ${shown(pointer)}.`, {
    why,
    didYouMean: near,
    next: ['Use JSON Pointers such as /actions/0/target/entity_id; ha_get_config shows them.'],
  });

/** The keys of a JSON Pointer (RFC 6901): "" is the whole, "/a/0" is item 0 of a, "/" the member of the empty name. @throws ToolError invalid_input. */
export const pointerKeys = (pointer: string): readonly string[] => {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw bad(pointer, 'A JSON Pointer begins with a slash.');
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keys.includes('__proto__')) throw bad(pointer, '__proto__ cannot be a key of a body.');
  return keys;
};

/** The pointer of keys. */
export const pointerOf = (keys: readonly (string | number)[]): string =>
  keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The index that a key means in a list; `length` itself and "-" only where something is added. */
export const indexIn = (list: readonly unknown[], key: string, { adding }: { readonly adding: boolean }): number | undefined => {
  if (key === '-') return adding ? list.length : undefined;
  if (!/^(0|[1-9]\d{0,6})$/.test(key)) return undefined;
  const index = Number(key);
  return index < list.length || (adding && index === list.length) ? index : undefined;
};

/** One step down. @throws ToolError invalid_input, naming near keys. */
export const stepInto = (parent: Json, key: string, pointer: string): Json => {
  if (Array.isArray(parent)) {
    const index = indexIn(parent, key, { adding: false });
    if (index !== undefined) return parent[index];
    throw bad(pointer, `There is a list of ${parent.length} here, and no item "${key.slice(0, 40)}".`);
  }
  if (!isRecord(parent)) throw bad(pointer, `"${key.slice(0, 40)}" would be inside a plain value.`);
  if (Object.hasOwn(parent, key)) return parent[key];
  const keys = Object.keys(parent);
  throw bad(pointer, `The keys here are ${keys.slice(0, 12).join(', ') || 'none'}.`, nearMisses(key, keys, 3));
};

/** The value at a pointer. @throws ToolError invalid_input. */
export const valueAt = (body: Json, pointer: string): Json =>
  pointerKeys(pointer).reduce((value: Json, key) => stepInto(value, key, pointer), body);
