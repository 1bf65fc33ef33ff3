import * as z from 'zod';

/** Most items of one page. */
export const limitParam = (max: number, initial: number) => z.int().min(1).max(max).default(initial);

/** `next` of the reply before. */
export const cursorParam = z.string().max(40).optional();
