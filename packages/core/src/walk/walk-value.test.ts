import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayHold, nodePointer, tooDeep, walkDepth, walkSkip, walkStop, walkValue } from './walk-value.ts';

const nested = (levels: number, inside: unknown): unknown => {
  let value = inside;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? { in: value } : [value];
  return value;
};

const pointersOf = (value: unknown, limits = {}): { readonly pointers: readonly string[]; readonly complete: boolean } => {
  const pointers: string[] = [];
  const { complete } = walkValue<undefined>(value, (node) => void pointers.push(nodePointer(node)), { ...limits, context: undefined });
  return { pointers, complete };
};

/** All pointers, by recursion: the witness of the walk. */
const allPointers = (value: unknown, at = ''): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...entries.flatMap(([key, item]) => allPointers(item, `${at}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`))];
};

test('every value of any JSON is visited once, parents first, in document order', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      expect(pointersOf(value)).toEqual({ pointers: allPointers(value), complete: true });
    }),
    { seed: 1 },
  );
});

test('a visit leaves out what is below, or ends the walk', () => {
  const seen: unknown[] = [];
  const value = { a: { b: 1 }, c: [2, 3], d: 4 };
  const visit = ({ value: item, key }: { value: unknown; key: string | number | undefined }) => {
    seen.push(key);
    if (key === 'a') return walkSkip;
    return item === 2 ? walkStop : undefined;
  };
  expect(walkValue<undefined>(value, visit, { context: undefined })).toEqual({ complete: true });
  expect(seen).toEqual([undefined, 'a', 'c', 0]);
});

test('what a visit returns is the context of the values below it, and of no others', () => {
  const seen: string[] = [];
  walkValue<string>(
    { a: { b: { c: 1 } }, d: 1 },
    ({ key }, context) => {
      seen.push(`${context}>${String(key)}`);
      return key === undefined ? 'top' : `${context}.${key}`;
    },
    { context: '' },
  );
  expect(seen).toEqual(['>undefined', 'top>a', 'top.a>b', 'top.a.b>c', 'top>d']);
});

describe('limits', () => {
  test('a level more than the limit is not complete, and the rest is visited all the same', () => {
    expect(pointersOf(nested(walkDepth, 'x')).complete).toBe(true);
    expect(pointersOf(nested(walkDepth + 1, 'x')).complete).toBe(false);
    const { pointers, complete } = pointersOf({ deep: nested(walkDepth + 1, 'x'), last: 1 });
    expect(complete).toBe(false);
    expect(pointers.at(-1)).toBe('/last');
  });
  test('an empty list or object at the limit holds nothing', () => {
    expect(pointersOf(nested(walkDepth, {})).complete).toBe(true);
    expect(pointersOf(nested(walkDepth, [])).complete).toBe(true);
  });
  test('too many values, and one that holds itself', () => {
    expect(pointersOf([1, 2, 3], { nodes: 4 }).complete).toBe(true);
    expect(pointersOf([1, 2, 3], { nodes: 3 })).toEqual({ pointers: ['', '/0', '/1'], complete: false });
    const loop: Record<string, unknown> = { a: 1 };
    loop['self'] = loop;
    expect(pointersOf(loop)).toEqual({ pointers: ['', '/a', '/self'], complete: false });
  });
  test('the same value twice, side by side, is not a loop', () => {
    const shared = { x: 1 };
    expect(pointersOf([shared, shared])).toEqual({ pointers: ['', '/0', '/0/x', '/1', '/1/x'], complete: true });
  });
  test('a hundred thousand levels overflow nothing', () => {
    expect(pointersOf(nested(100_000, 'x')).complete).toBe(false);
    expect(pointersOf(nested(100_000, 'x'), { depth: Number.POSITIVE_INFINITY, nodes: 20 }).complete).toBe(false);
  });
});

test('only own keys are part of a value; those of the language are keys like others', () => {
  const value: unknown = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
  expect(pointersOf(value).pointers).toEqual(['', '/__proto__', '/__proto__/x', '/constructor']);
  expect(pointersOf(Object.create({ inherited: 1 })).pointers).toEqual(['']);
});

test('a date is its text', () => {
  const values: unknown[] = [];
  walkValue<undefined>({ at: new Date(0) }, ({ value }) => void values.push(value), { context: undefined });
  expect(values[1]).toBe('1970-01-01T00:00:00.000Z');
});

test('what may hold something says yes when it could not be looked at', () => {
  const isX = ({ value }: { value: unknown }): boolean => value === 'x';
  expect(mayHold(nested(10, 'x'), isX)).toBe(true);
  expect(mayHold(nested(10, 'y'), isX)).toBe(false);
  expect(mayHold(nested(walkDepth + 1, 'y'), isX)).toBe(true);
});

test('the refusal is a typed error that nothing was done for', () => {
  expect(tooDeep('The data').fields).toMatchObject({ code: 'invalid_input', sideEffects: 'none' });
});
