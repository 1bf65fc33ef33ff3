import type { History } from '../cloud/history.ts';
import { buildCabin, buildHome } from './demo-homes.ts';
import type { SystemBuilder } from './system-builder.ts';

/** The worlds that the simulator can start with. */
export const SEEDS = ['demo'] as const;
export type SeedName = (typeof SEEDS)[number];

export interface Seed {
  readonly systems: readonly SystemBuilder[];
  readonly panelIds: readonly number[];
  readonly fillHistory: (history: History) => void;
}

export function buildSeed(_name: SeedName, atMs: number): Seed {
  const systems = [buildHome(atMs), buildCabin(atMs)];
  return { systems, panelIds: systems.map(({ panelId }) => panelId), fillHistory: () => undefined };
}
