import { createRequire } from 'node:module';
import { runSeed } from './run-seed.ts';

// By require, since vitest.config.ts leads every import of fast-check here.
const fc = createRequire(import.meta.url)('fast-check') as typeof import('fast-check');

const seed = runSeed();
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

/** fast-check with the seed of the run. A failure names the seed and the path that lead to it. */
export default fc;
