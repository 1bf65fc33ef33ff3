import { cursorParam, defineTool, page, pageFields, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { pointerKeys, valueAt } from '../domain/json-pointer.ts';
import type { StoredObject } from '../domain/object-operations.ts';
import { type ObjectRef, parseObjectRef } from '../domain/object-ref.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { outlineOf, piecesOf } from '../format/outline.ts';
import { writeYaml } from '../format/yaml.ts';
import { objectIdParam } from './params.ts';

const input = z.object({
  id: objectIdParam.describe(
    'Entity id, dashboard:PATH, blueprint:automation/PATH, area:X, floor:X, label:X, device:X, entity:ID (registry), energy; give only a kind to list all of it (dashboard, template)',
  ),
  path: z.string().max(500).default('').describe('JSON Pointer, e.g. /actions/0'),
  as: z.enum(['json', 'yaml']).default('json'),
  cursor: cursorParam,
});
type Args = z.output<typeof input>;

/** Larger bodies are shown as an outline with pointers. */
const mostCharacters = 6000;
const pageSize = 60;

const listColumns = ['id', 'name', 'note'] as const;
const outlineColumns = ['path', 'part', 'characters'] as const;
const pieces = z.array(z.string());
const facts = { id: z.string(), name: z.string(), hash: z.string(), read_only: z.string().optional() };

const output = z.lazy(() =>
  z.union([
    z.strictObject({ ...pageFields, ...tableFields(listColumns) }),
    z.strictObject({ ...facts, config: z.json() }),
    z.strictObject({ ...facts, yaml: pieces }),
    z.strictObject({ ...facts, text: pieces, cut: z.string().optional() }),
    z.strictObject({ ...facts, characters: z.number(), ...tableFields(outlineColumns), next: z.string() }),
  ]),
);

const listOf = async (ref: ObjectRef, args: Args, operations: HomeOperations, signal: AbortSignal): Promise<Record<string, unknown>> => {
  const all = await operations.objects.list(ref, signal);
  const { items, head } = page(all, { cursor: args.cursor, limit: pageSize, query: ref.id });
  const rows = items.map((item) => [item.ref.id, item.name, item.editable ? '' : 'YAML only']);
  return { ...head, ...table(listColumns, rows) };
};

/** The value in the form asked for, or an outline when it is too large to be read at once. */
const shown = async (value: unknown, args: Args): Promise<Record<string, unknown>> => {
  if (typeof value === 'string' && value.length > 1900)
    return value.length > mostCharacters * 2 ? { ...cut(value) } : { text: piecesOf(value) };
  const size = JSON.stringify(value)?.length ?? 0;
  if (size > mostCharacters) {
    const outline = outlineOf(value, pointerKeys(args.path));
    return { characters: size, ...table(outlineColumns, outline), next: 'read a part with its path' };
  }
  return args.as === 'yaml' ? { yaml: piecesOf(await writeYaml(value)) } : { config: value ?? null };
};

const cut = (text: string): Record<string, unknown> => ({
  text: piecesOf(text.slice(0, mostCharacters * 2)),
  cut: `the first ${mostCharacters * 2} of ${text.length} characters`,
});

const factsOf = (object: StoredObject): Record<string, unknown> => ({
  id: object.ref.id,
  name: object.name,
  hash: object.hash.slice(0, 8),
  ...(object.where === undefined ? {} : { read_only: object.where }),
});

export const getConfigTool = defineTool<HomeOperations>()({
  name: 'ha_get_config',
  title: 'Read a configuration',
  description:
    'Returns the body of an automation, script, scene, helper, dashboard, blueprint, area, label, person… with its hash; large ones as an outline. Read it before ha_edit; ha_get reads states.',
  toolset: 'edit',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output,
  handler: async (args, { operations, signal }) => {
    const ref = parseObjectRef(args.id);
    if (ref.key === '') return { data: await listOf(ref, args, operations, signal) };
    const object = await operations.objects.read(ref, signal);
    return { data: { ...factsOf(object), ...(await shown(valueAt(object.body, args.path), args)) } };
  },
});
