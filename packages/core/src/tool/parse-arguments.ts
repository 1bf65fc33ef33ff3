import type * as z from 'zod';
import { nearMisses } from '../errors/near-miss.ts';
import { type InputIssue, ToolError } from '../errors/tool-error.ts';
import type { AnyTool } from './define-tool.ts';

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
};

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );

const kindOf = (schema: z.ZodType): string => {
  const { type, innerType } = schema.def as { type: string; innerType?: z.ZodType };
  return innerType && ['optional', 'nullable', 'default', 'prefault', 'catch', 'readonly'].includes(type) ? kindOf(innerType) : type;
};

/** Models send lists and numbers as text, one thing where a list is meant, and null for "not set". None of these is ambiguous. */
const lenient = (value: unknown, kind: string): unknown => {
  if (typeof value === 'string') {
    if (kind === 'array' || kind === 'object' || kind === 'record') {
      if (/^\s*[[{]/.test(value)) {
        try {
          return JSON.parse(value) as unknown;
        } catch {
          return value;
        }
      }
      return kind === 'array' && value !== '' ? [value] : value;
    }
    if (kind === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
    if (kind === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  }
  return value;
};

const issueOf = (issue: z.core.$ZodIssue, args: unknown, known: readonly string[]): InputIssue => {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const near = nearMisses(key, known, 1)[0];
    return { path: key.slice(0, 40), got: 'an argument that does not exist', expected: near ? `${near}?` : known.join(', ') };
  }
  const got = shown(at(args, issue.path));
  if (issue.code === 'invalid_value') return { path, got, expected: `one of ${issue.values.map(String).join(', ')}` };
  return { path, got, expected: issue.message.replace(/^Invalid input: expected /, '').replace(/, received .*$/, '') };
};

/** Checks arguments against a tool's schema; unknown ones are refused. @throws ToolError invalid_input with every issue. */
export const parseArguments = <Operations>(tool: AnyTool<Operations>, raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const input = tool.input as z.ZodObject;
  const shape = input.shape as Record<string, z.ZodType>;
  const args: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (value === null && schema && !schema.safeParse(null).success) continue;
    // defineProperty, so that "__proto__" stays a key.
    Object.defineProperty(args, key, {
      value: schema ? lenient(value, kindOf(schema)) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  const parsed = input.strict().safeParse(args);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 8).map((issue) => issueOf(issue, args, Object.keys(shape)));
  throw new ToolError({
    code: 'invalid_input',
    what: `The arguments of ${tool.name} do not fit; nothing was sent`,
    issues,
    sideEffects: 'none',
  });
};

/** Takes a text argument that core itself added. */
export const takeText = (raw: Record<string, unknown>, key: string): string | undefined => {
  const value = raw[key];
  delete raw[key];
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
};
