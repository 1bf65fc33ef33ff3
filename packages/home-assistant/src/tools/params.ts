import * as z from 'zod';

/** Shared parameters, each with its one description. */
export const targetsParam = z.array(z.string().min(1).max(200)).max(200);
export const objectIdParam = z.string().trim().min(1).max(255);
