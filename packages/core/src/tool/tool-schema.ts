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

/** Only the operations in force, and only what they take. */
const narrowed = (properties: JsonSchema, ops: AnyTool<never>['ops'] = {}): JsonSchema => {
  const takes = Object.values(ops).map((op) => op.takes);
  const isTaken = (name: string): boolean => name === 'op' || takes.some((names) => names === undefined || names.includes(name));
  const taken = Object.fromEntries(Object.entries(properties).filter(([name]) => isTaken(name)));
  return { ...taken, op: { ...(taken['op'] as JsonSchema), enum: Object.keys(ops) } };
};

const cache = new WeakMap<object, JsonSchema>();

/** The input schema as it is advertised: lean, with the parameters that core adds by the tool's effect and confirm rule. */
export const inputJsonSchema = <Operations>(tool: AnyTool<Operations>): JsonSchema => {
  const known = cache.get(tool);
  if (known) return known;
  // A narrowed tool takes the whole tool's schema, which the build may have computed, and leaves out what is out of reach.
  const schema = tool.narrows
    ? inputJsonSchema(tool.narrows)
    : (lean(z.toJSONSchema(tool.input as z.ZodObject, { io: 'input' })) as JsonSchema);
  const { confirm: _confirm, idempotency_key: _key, ...own } = { ...(schema['properties'] as JsonSchema | undefined) };
  const properties: JsonSchema = tool.narrows ? narrowed(own, tool.ops) : own;
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
