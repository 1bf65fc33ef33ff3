import { refuse, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';

const longestWhole = 6000;

const holdsParts = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The part of a JSON value at a JSON Pointer (RFC 6901). @throws ToolError not_found with the keys that are there. */
export const partAt = (value: unknown, pointer: string): unknown => {
  let here = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replace(/~1/g, '/').replace(/~0/g, '~');
    if (!holdsParts(here) || !Object.hasOwn(here, key))
      throw refuse('not_found', `There is nothing at ${pointer.slice(0, 100)}.`, {
        next: [`There are: ${holdsParts(here) ? Object.keys(here).slice(0, 30).join(', ') : 'no further parts'}.`],
      });
    here = here[key];
  }
  return here;
};

const large = ['path', 'value'] as const;

/** What `partReply` makes, with more fields beside it: a value whole, the beginning of a text, or what is inside. */
export const partOutputs = <F extends z.ZodRawShape>(more: F) => {
  const shared = { ...more, path: z.string().optional() };
  return [
    z.strictObject({ ...shared, value: z.json(), total_chars: z.number().optional() }),
    z.strictObject({ ...shared, total_chars: z.number(), note: z.string(), ...tableFields(large, z.json()) }),
  ] as const;
};

/** A value as it is when it is small; else what it has inside, with sizes, to be read by path. */
export const partReply = (value: unknown, path: string): Record<string, unknown> => {
  const text = JSON.stringify(value) ?? 'null';
  const at = path === '' ? {} : { path };
  if (text.length <= longestWhole) return { ...at, value };
  if (!holdsParts(value)) return { ...at, value: `${String(value).slice(0, longestWhole)}…`, total_chars: String(value).length };
  const rows = Object.entries(value).map(([key, item]) => {
    const size = JSON.stringify(item)?.length ?? 0;
    const shown = size <= 80 ? item : `${Array.isArray(item) ? `list of ${item.length}` : typeof item}, ${size} characters`;
    return [`${path}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`, shown];
  });
  return { ...at, total_chars: text.length, note: 'too large to show whole: read a part by path', columns: large, rows };
};
