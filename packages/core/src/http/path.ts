import { ToolError } from '../errors/tool-error.ts';

const refuse = (why: string): ToolError =>
  new ToolError({
    code: 'invalid_input',
    what: 'An identifier cannot be part of an address. Nothing was sent.',
    why,
    next: ['Use the identifier exactly as a list or search returned it.'],
    sideEffects: 'none',
  });

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refuse('It holds a broken % escape.');
  }
};

/** Throws when a path would be resolved to another one: dot segments, backslashes, control characters, no leading slash. */
export const checkPath = (path: string): void => {
  if (!path.startsWith('/') || path.startsWith('//')) throw refuse('A path begins with exactly one slash.');
  const [plain = ''] = path.split(/[?#]/, 1);
  for (const segment of plain.split('/')) {
    const text = decoded(segment);
    if (text === '.' || text === '..') throw refuse('"." and ".." lead to another address.');
    if (/[\u0000-\u001f\u007f\\]/.test(segment)) throw refuse('It holds a control character or a backslash.');
  }
};

const encode = (value: string | number): string => {
  const text = String(value);
  if (text === '') throw refuse('It is empty.');
  if (text === '.' || text === '..') throw refuse('"." and ".." lead to another address.');
  if (/[\u0000-\u001f\u007f]/.test(text)) throw refuse('It holds a control character.');
  try {
    return encodeURIComponent(text);
  } catch {
    throw refuse('It is not valid Unicode.');
  }
};

/** path`/api/states/${id}`: each value becomes (part of) one segment and can never lead out of it. */
export const path = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string => {
  const text = parts.reduce((built, part, index) => built + encode(values[index - 1] ?? '') + part);
  checkPath(text);
  return text;
};
