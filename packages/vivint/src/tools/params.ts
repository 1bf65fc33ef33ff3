import * as z from 'zod';

/** Shared parameters, each with its one description. */
export const systemParam = z.string().min(1).max(60).optional();
export const deviceParam = z.string().min(1).max(100);
export const partitionParam = z.int().min(1).max(99).optional();
export const waitParam = z.number().min(0).max(30);
export const sinceParam = z.string().min(1).max(40);

/** Input of tools that take a system and nothing else. */
export const ofSystemInput = z.object({ system: systemParam });
