import type * as z from 'zod';
import { nearMisses } from '../errors/near-miss.ts';
import { type InputIssue, refuse } from '../errors/tool-error.ts';
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

const joined = (path: readonly PropertyKey[]): string => path.map(String).join('.');

/** The word that was meant, for an issue that has one. */
const near = (got: unknown, known: readonly string[]): { readonly didYouMean?: string } => {
  const best = typeof got === 'string' ? nearMisses(got, known, 1)[0] : undefined;
  return best === undefined ? {} : { didYouMean: best };
};

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const units: Readonly<Record<string, string>> = { string: 'characters', array: 'entries', set: 'entries' };

const bound = (issue: z.core.$ZodIssue & { code: 'too_small' | 'too_big' }): string => {
  const [limit, over, under] =
    issue.code === 'too_small' ? [issue.minimum, 'at least', 'more than'] : [issue.maximum, 'at most', 'less than'];
  const side = issue.inclusive === false ? under : over;
  const unit = units[issue.origin];
  return unit ? `${side} ${limit} ${unit}` : `a number of ${side} ${limit}`;
};

/** zod's own words in plain ones, without what `got` says already. */
const wanted = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'too_small' || issue.code === 'too_big') return bound(issue);
  if (issue.code === 'invalid_type') return kinds[issue.expected] ?? issue.expected;
  return issue.message.replace(/^Invalid /, 'a valid ').slice(0, 120);
};

/** The keys an object schema at this path knows, as far as they can be told. */
const keysAt = (schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] => {
  const def = schema.def as { innerType?: z.ZodType; element?: z.ZodType; shape?: Record<string, z.ZodType> };
  if (def.innerType) return keysAt(def.innerType, path);
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(def.shape ?? {});
  const inner = typeof key === 'number' ? def.element : def.shape?.[String(key)];
  return inner ? keysAt(inner, rest) : [];
};

const issuesOf = (issue: z.core.$ZodIssue, args: unknown, input: z.ZodType): readonly InputIssue[] => {
  const path = joined(issue.path);
  const got = at(args, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(input, issue.path);
    return issue.keys.map((key) => {
      const meant = near(key, known);
      const others = known.length > 0 ? `one of ${known.join(', ')}` : 'no such argument';
      return {
        path: joined([...issue.path, key]).slice(0, 60),
        got: 'an argument that does not exist',
        expected: meant.didYouMean ?? others,
        ...meant,
      };
    });
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return [{ path, got: shown(got), expected: `${values.length === 1 ? '' : 'one of '}${values.join(', ')}`, ...near(got, values) }];
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const ways = issue.errors.flatMap((errors) => errors.slice(0, 1).map((error) => wanted(error)));
    return [{ path, got: shown(got), expected: [...new Set(ways)].join(' or ') }];
  }
  return [{ path, got: shown(got), expected: wanted(issue) }];
};

/** More than a model can mend at once. */
const maxIssues = 8;

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
  const issues = parsed.error.issues.flatMap((issue) => issuesOf(issue, args, input)).slice(0, maxIssues);
  throw refuse('invalid_input', `The arguments of ${tool.name} do not fit.`, { issues });
};

/** Takes a text argument that core itself added. */
export const takeText = (raw: Record<string, unknown>, key: string): string | undefined => {
  const value = raw[key];
  delete raw[key];
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
};
