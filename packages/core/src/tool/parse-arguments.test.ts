import { expect, test } from 'vitest';
import * as z from 'zod';
import { isToolError, type ToolErrorFields } from '../errors/tool-error.ts';
import { defineTool } from './define-tool.ts';
import { parseArguments } from './parse-arguments.ts';

const tool = defineTool<object>()({
  name: 't_find',
  title: 'Find',
  description: 'Finds.',
  toolset: 'all',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: z.object({
    ids: z.array(z.string()).optional(),
    limit: z.number().int().min(1).max(50).default(10),
    detail: z.enum(['concise', 'full']).optional(),
    since: z.iso.datetime().optional(),
    where: z.object({ area: z.string(), floor: z.string().optional() }).strict().optional(),
    value: z.union([z.string(), z.number()]).optional(),
    all: z.boolean().optional(),
  }),
  output: z.object({}),
  handler: async () => ({ data: {} }),
});

const refused = (args: Record<string, unknown>): ToolErrorFields => {
  try {
    parseArguments(tool, args);
  } catch (error) {
    if (isToolError(error)) return error.fields;
    throw error;
  }
  throw new Error('was accepted');
};

test.each([
  [{ ids: '["a","b"]' }, { ids: ['a', 'b'] }],
  [{ ids: 'a' }, { ids: ['a'] }],
  [{ limit: '5' }, { limit: 5 }],
  [{ where: '{"area":"hall"}' }, { where: { area: 'hall' } }],
  [{ all: 'true' }, { all: true }],
  [{ ids: null, limit: null, detail: null }, {}],
  [{ value: '5' }, { value: '5' }],
])('%j is understood', (args, understood) => {
  expect(parseArguments(tool, args)).toEqual({ limit: 10, ...understood });
});

test('every issue is told with path, what came and what is expected', () => {
  const { code, sideEffects, issues } = refused({ limit: 900, detail: 'ful', since: 'yesterday', value: true, where: { area: 3 } });
  expect({ code, sideEffects }).toEqual({ code: 'invalid_input', sideEffects: 'none' });
  expect(issues).toEqual([
    { path: 'limit', got: '900', expected: 'a number of at most 50' },
    { path: 'detail', got: '"ful"', expected: 'one of concise, full', didYouMean: 'full' },
    { path: 'since', got: '"yesterday"', expected: 'a valid ISO datetime' },
    { path: 'where.area', got: '3', expected: 'text' },
    { path: 'value', got: 'true', expected: 'text or a number' },
  ]);
});

test('unknown arguments are refused, each with the one that was meant, nested ones too', () => {
  expect(refused({ limitt: 5, zzz: 1 }).issues).toEqual([
    { path: 'limitt', got: 'an argument that does not exist', expected: 'limit', didYouMean: 'limit' },
    { path: 'zzz', got: 'an argument that does not exist', expected: 'one of ids, limit, detail, since, where, value, all' },
  ]);
  expect(refused({ where: { area: 'a', flor: 'b' } }).issues).toEqual([
    { path: 'where.flor', got: 'an argument that does not exist', expected: 'floor', didYouMean: 'floor' },
  ]);
});

test('hostile keys and values stay data', () => {
  expect(
    refused(JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as Record<string, unknown>).issues?.map((issue) => issue.path),
  ).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(refused({ detail: 'x'.repeat(5000) }).issues?.[0]?.got.length).toBeLessThanOrEqual(60);
  expect(refused({ ids: '[not json' }).issues?.[0]?.expected).toBe('a list');
});
