import { refuse, type ToolError } from '../errors/tool-error.ts';

const badIdentifier = (why: string): ToolError =>
  refuse('invalid_input', 'An identifier cannot be part of an address.', {
    why,
    next: ['Use the identifier exactly as a list or search returned it.'],
  });

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badIdentifier('It holds a broken % escape.');
  }
};

/** Throws when a path would be resolved to another one: dot segments, backslashes, control characters, no leading slash. */
export const checkPath = (path: string): void => {
  if (!path.startsWith('/') || path.startsWith('//')) throw badIdentifier('A path begins with exactly one slash.');
  const [plain = ''] = path.split(/[?#]/, 1);
  for (const segment of plain.split('/')) {
    const text = decoded(segment);
    if (text === '.' || text === '..') throw badIdentifier('"." and ".." lead to another address.');
    if (/[\u0000-\u001f\u007f\\]/.test(segment)) throw badIdentifier('It holds a control character or a backslash.');
  }
};

const encode = (value: string | number): string => {
  const text = String(value);
  if (text === '') throw badIdentifier('It is empty.');
  if (text === '.' || text === '..') throw badIdentifier('"." and ".." lead to another address.');
  if (/[\u0000-\u001f\u007f]/.test(text)) throw badIdentifier('It holds a control character.');
  try {
    return encodeURIComponent(text);
  } catch {
    throw badIdentifier('It is not valid Unicode.');
  }
};

/** path`/api/states/${id}`: each value becomes (part of) one segment and can never lead out of it. */
export const path = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string => {
  const text = parts.reduce((built, part, index) => built + encode(values[index - 1] ?? '') + part);
  checkPath(text);
  return text;
};
