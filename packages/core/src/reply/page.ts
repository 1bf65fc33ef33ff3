import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';

export interface PageOptions {
  /** As the caller gave it: from the reply before, or none for the first page. */
  readonly cursor: string | undefined;
  /** Most items of a page. */
  readonly limit: number;
  /** What the list depends on. A cursor holds for the same query only. */
  readonly query: unknown;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Place of its first item in the whole list; 0 for the first page. */
  readonly offset: number;
  /** Goes first into the reply. `shown` is there only when it is not all, `next` only when more follow. */
  readonly head: { readonly total: number; readonly shown?: number; readonly next?: string };
}

/** What `head` puts into a reply, in an output schema. */
export const pageFields = { total: z.number(), shown: z.number().optional(), next: z.string().optional() };

/** One page of a list. @throws ToolError invalid_input for a cursor that is malformed or of another query */
export const page = <T>(all: readonly T[], { cursor, limit, query }: PageOptions): Page<T> => {
  const offset = decodeCursor(cursor, query);
  const items = all.slice(offset, offset + limit);
  const end = offset + items.length;
  return {
    items,
    offset,
    head: {
      total: all.length,
      ...(items.length < all.length ? { shown: items.length } : {}),
      ...(end < all.length ? { next: encodeCursor(end, query) } : {}),
    },
  };
};
