import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

const live = mergeConfig(base, defineConfig({ test: { testTimeout: 120_000, hookTimeout: 900_000, fileParallelism: false } }));
// mergeConfig joins lists; a live run is only the live tests.
live.test.include = ['{packages,apps,tooling}/**/test/live/**/*.test.ts'];
live.test.globalSetup = [fileURLToPath(new URL('tooling/testkit/src/vitest/live-setup.ts', import.meta.url))];
live.test.exclude = ['**/node_modules/**', '**/dist/**'];

export default live;
