import { ownFolders } from './own-folders.ts';
import { runSeed } from './run-seed.ts';

/** Before the first test: folders of its own, and the seed of this run. */
export const setup = (): (() => void) => {
  const restore = ownFolders('unit');
  const seed = runSeed();
  process.env['SWITCHYARD_SEED'] = String(seed);
  process.stderr.write(`Seed ${seed}; SWITCHYARD_SEED=${seed} repeats this run's chance.\n`);
  return restore;
};
