import { refuse } from '../errors/tool-error.ts';
import { hashOf } from '../security/canonical-json.ts';

/** An opaque, stateless cursor: where to go on, bound to the query it came from. */
export const encodeCursor = (offset: number, query: unknown): string => `c${offset.toString(36)}-${hashOf(query).slice(0, 6)}`;

/** The same query's cursor, `by` rows further on; undefined when it is not a cursor of ours. */
export const moveCursor = (cursor: string, by: number): string | undefined => {
  const match = /^c([0-9a-z]{1,8})-([0-9a-f]{6})$/.exec(cursor);
  const offset = match?.[1] === undefined ? -1 : Number.parseInt(match[1], 36) + by;
  return offset < 0 ? undefined : `c${offset.toString(36)}-${match?.[2]}`;
};

/** The offset a cursor stands for, 0 without one. @throws ToolError invalid_input when it is of another query. */
export const decodeCursor = (cursor: string | undefined, query: unknown): number => {
  if (cursor === undefined) return 0;
  const match = /^c([0-9a-z]{1,8})-([0-9a-f]{6})$/.exec(cursor);
  if (match?.[1] !== undefined && match[2] === hashOf(query).slice(0, 6)) return Number.parseInt(match[1], 36);
  throw refuse('invalid_input', 'The cursor does not belong to this query.', {
    next: ['Repeat the call with the same arguments as before and the cursor from its reply, or without a cursor.'],
  });
};
