import * as z from 'zod';

/** Shared parameters, each with its one description. */
export const limitParam = (max: number, initial: number) => z.int().min(1).max(max).default(initial);
export const cursorParam = z.string().max(40).optional();
export const targetsParam = z.array(z.string().min(1).max(200)).max(200);
export const objectIdParam = z.string().trim().min(1).max(255);
