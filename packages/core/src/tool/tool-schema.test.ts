import { expect, test } from 'vitest';
import * as z from 'zod';
import { type ConfirmRule, defineTool, type Effect, type ToolDefinition } from './define-tool.ts';
import { annotations, inputJsonSchema } from './tool-schema.ts';

const make = (effect: Effect, confirm: ConfirmRule): ToolDefinition<object> =>
  defineTool<object>()({
    name: 't_do',
    title: 'Do',
    description: 'Does.',
    toolset: 'all',
    level: 'read',
    effect,
    confirm,
    idempotent: false,
    input: z.object({
      id: z.string(),
      limit: z.number().int().default(10),
      data: z.record(z.string(), z.unknown()).optional(),
      numbers: z.record(z.string(), z.number()).optional(),
      maximum: z.string().optional(),
      propertyNames: z.string().optional(),
    }),
    output: z.object({}),
    handler: async () => ({ data: {} }),
  }) as ToolDefinition<object>;

test('a read is advertised lean, and made once', () => {
  const tool = make('read', 'never');
  expect(inputJsonSchema(tool)).toEqual({
    type: 'object',
    properties: {
      id: { type: 'string' },
      limit: { type: 'integer', default: 10 },
      data: { type: 'object' },
      numbers: { type: 'object', additionalProperties: { type: 'number' } },
      maximum: { type: 'string' },
      propertyNames: { type: 'string' },
    },
    required: ['id'],
  });
  expect(inputJsonSchema(tool)).toBe(inputJsonSchema(tool));
});

test.each([
  ['read', 'never', []],
  ['change', 'never', ['idempotency_key']],
  ['change', 'depends', ['confirm', 'idempotency_key']],
  ['destroy', 'always', ['confirm', 'idempotency_key']],
] as const)('%s with confirm %s gains %j', (effect, confirm, gained) => {
  const properties = Object.keys(inputJsonSchema(make(effect, confirm))['properties'] as object);
  expect(properties.slice(6)).toEqual(gained);
});

test('hints follow from the effect', () => {
  expect(annotations(make('read', 'never'))).toMatchObject({ title: 'Do', readOnlyHint: true, destructiveHint: false });
  expect(annotations(make('change', 'never'))).toMatchObject({ readOnlyHint: false, destructiveHint: false, idempotentHint: false });
  expect(annotations(make('change', 'depends'))).toMatchObject({ destructiveHint: true });
  expect(annotations(make('destroy', 'never'))).toMatchObject({ destructiveHint: true });
});
