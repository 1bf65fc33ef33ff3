import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests read our packages from source, so that a change shows without a build. Tests of built bins say so themselves. */
const alias = [
  { find: /^@switchyard-mcp\/core$/, replacement: at('packages/core/src/index.ts') },
  { find: /^@switchyard-mcp\/core\/(\w+)$/, replacement: `${at('packages/core/src')}/$1/index.ts` },
  { find: '@switchyard-mcp/charts', replacement: at('packages/charts/src/index.ts') },
  { find: '@switchyard-mcp/home-assistant', replacement: at('packages/home-assistant/src/index.ts') },
  { find: '@switchyard-mcp/simulator-home-assistant', replacement: at('tooling/simulators/home-assistant/src/index.ts') },
  { find: '@switchyard-mcp/simulator-vivint', replacement: at('tooling/simulators/vivint/src/index.ts') },
  { find: '@switchyard-mcp/vivint', replacement: at('packages/vivint/src/index.ts') },
  { find: '@switchyard-mcp/testkit', replacement: at('tooling/testkit/src/index.ts') },
  { find: /^fast-check$/, replacement: at('tooling/testkit/src/vitest/seeded-fast-check.ts') },
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['{packages,apps,tooling}/**/*.test.ts', 'tooling/**/*.test.mjs'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/test/live/**'],
    globalSetup: [at('tooling/testkit/src/vitest/global-setup.ts')],
    setupFiles: [at('tooling/testkit/src/vitest/each-file.ts'), at('tooling/testkit/src/vitest/error-style.ts')],
    // Ceilings, not measures: a test that works ends long before, on a busy machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
});
