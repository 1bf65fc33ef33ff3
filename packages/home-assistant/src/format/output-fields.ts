import * as z from 'zod';

/** How a write ended, by target: counts, and rows of [id, before, after] with a note where there is something to say. */
export const endingFields = {
  done: z.number(),
  unchanged: z.number(),
  failed: z.number(),
  pending: z.number().optional(),
  unverified: z.number().optional(),
  unavailable: z.number().optional(),
  unknown: z.number().optional(),
  not_sent: z.number().optional(),
  rows: z.array(z.array(z.string()).min(3).max(4)),
  more: z.string().optional(),
};
