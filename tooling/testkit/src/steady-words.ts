/** What differs between two runs although the clock and the seeds are fixed: what chance makes, and what the machine gives. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/^[\w-]{12}\.[\w-]{22}$/g, '<token>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, '<ulid>'],
  [/\b[0-9a-f]{32}\b/g, '<hex>'],
];

/** Fields that a stopwatch gives, not the clock. */
const measured = new Set(['waited_s', 'took']);

/** One for each reply: the same id gets the same number wherever it occurs. */
export const createSteadyWords = (): ((value: unknown) => unknown) => {
  const numbers = new Map<string, string>();
  const numbered = (found: string, kind: string): string => {
    const known = numbers.get(found);
    if (known !== undefined) return known;
    const count = [...numbers.values()].filter((given) => given.startsWith(kind.slice(0, -1))).length;
    const given = count === 0 ? kind : `${kind.slice(0, -1)} ${count + 1}>`;
    numbers.set(found, given);
    return given;
  };
  const steadyText = (text: string): string =>
    patterns.reduce((sum, [pattern, kind]) => sum.replace(pattern, (found) => (kind.startsWith('<') ? numbered(found, kind) : kind)), text);
  const steady = (value: unknown, key = ''): unknown => {
    if (measured.has(key) && typeof value !== 'object') return '<seconds>';
    if (typeof value === 'string') return steadyText(value);
    if (Array.isArray(value)) return value.map((item) => steady(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [steadyText(name), steady(item, name)]));
  };
  return (value) => steady(value);
};
