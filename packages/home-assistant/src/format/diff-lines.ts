import type { Difference } from '../domain/body-diff.ts';

const longestValue = 80;

const words = (value: unknown): string => {
  const text = typeof value === 'string' && value !== '' && !value.includes('\n') ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
};

const line = ({ at, before, after }: Difference): string => {
  const where = at === '' ? 'body' : at;
  if (before === undefined) return `${where}: + ${words(after)}`;
  return after === undefined ? `${where}: − ${words(before)}` : `${where}: ${words(before)} → ${words(after)}`;
};

/** Differences in words, at most `most` lines; what is left out is said. */
export const diffLines = (found: readonly Difference[], most = 8): readonly string[] =>
  found.length <= most ? found.map(line) : [...found.slice(0, most - 1).map(line), `and ${found.length - most + 1} more`];
