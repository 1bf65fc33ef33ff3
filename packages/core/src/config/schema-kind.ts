import type * as z from 'zod';

/** What text must be turned into before a schema sees it. */
export type SchemaKind = 'boolean' | 'number' | 'array' | 'object' | 'text';

interface Definition {
  readonly type?: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly element?: z.ZodType;
  readonly getter?: () => z.ZodType;
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

/** The schema below optional, default, pipe and the like. */
const unwrap = (schema: z.ZodType): z.ZodType => {
  let current = schema;
  for (let depth = 0; depth < 20; depth += 1) {
    const def = definitionOf(current);
    const inner = def.innerType ?? def.getter?.() ?? (def.type === 'pipe' ? pipeSide(def) : undefined);
    if (inner === undefined) return current;
    current = inner;
  }
  return current;
};

// z.preprocess is a pipe whose input side says nothing about the type.
const pipeSide = (def: Definition): z.ZodType | undefined =>
  def.in !== undefined && definitionOf(def.in).type === 'transform' ? def.out : def.in;

export const kindOf = (schema: z.ZodType): SchemaKind => {
  const type = definitionOf(unwrap(schema)).type;
  if (type === 'boolean' || type === 'number' || type === 'array') return type;
  return type === 'object' || type === 'record' ? 'object' : 'text';
};

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

/** What a word such as "yes" or "off" says; undefined when it says neither. */
export const yesOrNo = (text: string): boolean | undefined => {
  const word = text.trim().toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
};

/** True for blank text and for placeholders a host left in, such as "${user_config.token}": both mean "not set". */
export const isUnset = (value: unknown): boolean => typeof value === 'string' && /^\s*(\$\{[^}]*\})?\s*$/.test(value);

const parseObject = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Turns text into the schema's type where it plainly says one; else leaves it for the schema to refuse. */
export const coerce = (schema: z.ZodType, value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  switch (kindOf(schema)) {
    case 'boolean':
      return yesOrNo(text) ?? value;
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : value;
    case 'array': {
      const element = definitionOf(unwrap(schema)).element;
      const parts = text.split(',').map((part) => part.trim());
      return parts.filter((part) => !isUnset(part)).map((part) => (element ? coerce(element, part) : part));
    }
    case 'object':
      return parseObject(text);
    default:
      return value;
  }
};
