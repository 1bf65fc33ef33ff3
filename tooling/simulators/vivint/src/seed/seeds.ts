import { buildBadHouse } from './bad-house.ts';
import { buildCabin, buildHome } from './demo-homes.ts';
import { buildQuietHouse } from './quiet-house.ts';
import type { SystemBuilder } from './system-builder.ts';

/** The worlds that the simulator can start with. */
const BUILDERS = {
  demo: [buildHome, buildCabin],
  'bad-house': [buildBadHouse],
  quiet: [buildQuietHouse],
} as const;
export type SeedName = keyof typeof BUILDERS;
export const SEEDS = Object.keys(BUILDERS) as readonly SeedName[];

export function buildSeed(name: SeedName, atMs: number): readonly SystemBuilder[] {
  return BUILDERS[name].map((build) => build(atMs));
}
