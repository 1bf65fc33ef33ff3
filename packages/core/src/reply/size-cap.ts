import { type SideEffects, ToolError } from '../errors/tool-error.ts';
import { moveCursor } from './cursor.ts';

/** Hard cap of one reply's JSON, in bytes. */
export const replyCapBytes = 20 * 1024;

/** Room for the words that say what was cut. */
const noteBytes = 200;

/** What is nested too deep to be written is larger than any cap. */
const sizeOf = (value: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
};

const tooLarge = (capBytes: number, sideEffects: SideEffects): ToolError => {
  const size = `${Math.round(capBytes / 1024)} KB`;
  return sideEffects === 'none'
    ? new ToolError({
        code: 'invalid_input',
        what: `The reply would be larger than ${size}.`,
        sideEffects,
        next: ['Ask for less: fewer ids, fewer attributes, a shorter time span or a smaller limit.'],
      })
    : new ToolError({
        code: 'upstream_error',
        what: `It was done, but the reply would be larger than ${size}.`,
        sideEffects,
        retryable: false,
        next: ['Do not repeat the call; read the targets to see how they are now.'],
      });
};

const rowsThatFit = (rows: readonly unknown[], budgetBytes: number): number => {
  let size = 0;
  for (const [index, row] of rows.entries()) {
    size += sizeOf(row) + 1;
    if (size > budgetBytes) return index;
  }
  return rows.length;
};

/**
 * Keeps a reply below the cap by dropping rows from its end, and says so. `shown` and the cursor `next` are moved along:
 * the next page must begin at the first row that was dropped.
 * @param sideEffects what the call has done; a write that is over must not be reported as one that was not.
 * @throws ToolError when there are no rows to drop.
 */
export const capReply = (
  data: Record<string, unknown>,
  capBytes = replyCapBytes,
  sideEffects: SideEffects = 'none',
): Record<string, unknown> => {
  if (sizeOf(data) <= capBytes) return data;
  const rows = data['rows'];
  if (!Array.isArray(rows)) throw tooLarge(capBytes, sideEffects);
  const kept = rowsThatFit(rows, capBytes - noteBytes - sizeOf({ ...data, rows: [] }));
  if (kept === 0) throw tooLarge(capBytes, sideEffects);
  const { next, ...rest } = data;
  const moved = typeof next === 'string' ? moveCursor(next, kept - rows.length) : undefined;
  return {
    ...rest,
    ...(rest['shown'] === rows.length ? { shown: kept } : {}),
    ...(moved === undefined ? {} : { next: moved }),
    rows: rows.slice(0, kept),
    cut: `${kept} of these ${rows.length} rows fit; ${moved === undefined ? 'narrow the call or use a smaller limit' : 'next goes on after them'}`,
  };
};
