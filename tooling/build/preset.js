import { dirname, join } from 'node:path';
import { defineConfig } from 'tsup';
import { keepToolSchemas, native, onePiece } from './one-piece.js';

const target = 'node20.19';
const shared = {
  format: 'esm',
  platform: 'node',
  removeNodeProtocol: false,
  target,
  sourcemap: false,
  clean: false,
  splitting: true,
  treeshake: true,
};

/** A library: dependencies stay imports, types are emitted. */
export const library = (entry) =>
  defineConfig({
    ...shared,
    entry,
    outDir: 'dist',
    external: native,
    dts: { compilerOptions: { noEmit: false, allowImportingTsExtensions: true, emitDeclarationOnly: true } },
  });

/**
 * A command: `bin` starts `main.ts` beside it. Every dependency is bundled, so that a start reads two files instead of hundreds; what is
 * imported dynamically is a file of its own, read when it is needed. The native keychain module cannot be bundled.
 */
export const command = ({ bin }) => ({
  ...shared,
  entry: { program: join(dirname(bin), 'main.ts') },
  outDir: 'dist',
  format: 'cjs',
  outExtension: () => ({ js: '.cjs' }),
  splitting: false,
  treeshake: false,
  minify: true,
  shims: false,
  noExternal: [/^(?!@napi-rs\/keyring$|bufferutil$|utf-8-validate$)/],
  external: native,
  define: { 'import.meta.dirname': '__dirname' },
  esbuildPlugins: [onePiece({ bin, target })],
  esbuildOptions: (options) => {
    options.supported = { ...options.supported, 'dynamic-import': false };
  },
  onSuccess: () => keepToolSchemas(join('dist', 'bin.js')),
});

/** A private package of tooling/: types are read from source. */
export const internal = (entry) => defineConfig({ ...shared, entry, outDir: 'dist' });
