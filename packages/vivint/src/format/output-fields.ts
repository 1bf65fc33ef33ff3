import * as z from 'zod';

/** What `asOf` puts into every reply that says how the home is. */
export const asOfFields = { as_of: z.string(), stale: z.string().optional(), missing: z.array(z.string()).optional() };

/** What `coverageWords` makes. */
export const coverageFields = z.strictObject({ from: z.string(), to: z.string(), complete: z.boolean(), missing: z.string().optional() });

const count = z.number().optional();

/** How a write ended: counts, and rows of [id, name, before, after] with a note where there is something to say. */
export const outcomeFields = {
  done: z.number(),
  unchanged: count,
  pending: count,
  failed: count,
  unknown: count,
  rows: z.array(z.array(z.string()).min(4).max(5)),
};
export const outcomeOutput = z.lazy(() => z.strictObject(outcomeFields));
