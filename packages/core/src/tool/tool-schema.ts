import * as z from 'zod';
import type { AnyTool } from './define-tool.ts';

type JsonSchema = Record<string, unknown>;

/** Bounds that zod writes for every integer; they tell a model nothing. */
const safeBounds = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

const isBare = (value: unknown): boolean =>
  typeof value === 'boolean' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** `named`: the keys are names of parameters, not words of JSON Schema. */
const lean = (node: unknown, named = false): unknown => {
  if (Array.isArray(node)) return node.map((item) => lean(item));
  if (typeof node !== 'object' || node === null) return node;
  const out: JsonSchema = {};
  for (const [key, value] of Object.entries(node)) {
    if (!named && (key === '$schema' || key === 'propertyNames' || (key === 'additionalProperties' && isBare(value)))) continue;
    if (!named && (key === 'maximum' || key === 'minimum') && safeBounds.has(value as number)) continue;
    out[key] =
      !named && (key === 'default' || key === 'enum' || key === 'const' || key === 'examples')
        ? value
        : lean(value, !named && key === 'properties');
  }
  return out;
};

const confirmParam = { type: 'string', description: 'Token of a preview' };
const keyParam = { type: 'string', description: 'Same key, same act: never done twice' };

const cache = new WeakMap<object, JsonSchema>();

/** The input schema as it is advertised: lean, with the parameters that core adds by the tool's effect and confirm rule. */
export const inputJsonSchema = <Operations>(tool: AnyTool<Operations>): JsonSchema => {
  const known = cache.get(tool);
  if (known) return known;
  const schema = lean(z.toJSONSchema(tool.input as z.ZodObject, { io: 'input' })) as JsonSchema;
  const properties = { ...(schema['properties'] as JsonSchema | undefined) };
  if (tool.confirm !== 'never') properties['confirm'] = confirmParam;
  if (tool.effect !== 'read') properties['idempotency_key'] = keyParam;
  const full = { ...schema, properties };
  cache.set(tool, full);
  return full;
};

/** Schemas that an earlier run of the same program computed, by the tools' names. */
export const keepInputSchemas = <Operations>(tools: readonly AnyTool<Operations>[], known: Readonly<Record<string, JsonSchema>>): void => {
  for (const tool of tools) {
    const schema = Object.hasOwn(known, tool.name) ? known[tool.name] : undefined;
    if (schema) cache.set(tool, schema);
  }
};

/** The MCP annotations that follow from the effect. */
export const annotations = <Operations>(tool: AnyTool<Operations>): Record<string, unknown> => ({
  title: tool.title,
  readOnlyHint: tool.effect === 'read',
  destructiveHint: tool.effect === 'destroy' || tool.confirm !== 'never',
  idempotentHint: tool.idempotent,
  openWorldHint: true,
});
