import { ToolError } from '../errors/tool-error.ts';

/** Hard cap of one reply's JSON, in bytes. */
export const replyCapBytes = 20 * 1024;

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** Keeps a reply below the cap by dropping rows from its end, and says so. @throws ToolError when it has no rows to drop. */
export const capReply = (data: Record<string, unknown>, capBytes = replyCapBytes): Record<string, unknown> => {
  if (sizeOf(data) <= capBytes) return data;
  const rows = data['rows'];
  if (!Array.isArray(rows) || rows.length === 0 || sizeOf({ ...data, rows: [] }) > capBytes - 200)
    throw new ToolError({
      code: 'invalid_input',
      what: `The reply would be larger than ${Math.round(capBytes / 1024)} KB`,
      sideEffects: 'none',
      next: ['ask for less: fewer ids, fewer attributes, a shorter time span or a smaller limit.'],
    });
  let size = sizeOf({ ...data, rows: [] }) + 200;
  let kept = 0;
  for (const row of rows) {
    size += sizeOf(row) + 1;
    if (size > capBytes) break;
    kept += 1;
  }
  return { ...data, rows: rows.slice(0, kept), cut: `${kept} of these ${rows.length} rows fit; narrow the call or use a smaller limit` };
};
