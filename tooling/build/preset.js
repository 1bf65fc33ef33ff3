import { defineConfig } from 'tsup';

/** Native: it cannot be bundled, and whoever lacks it can do without. */
const native = ['@napi-rs/keyring', 'bufferutil', 'utf-8-validate'];
const shared = {
  format: 'esm',
  platform: 'node',
  removeNodeProtocol: false,
  target: 'node20.19',
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
 * A command: every dependency is bundled, so that a start reads a few files instead of hundreds.
 * Dynamic imports become chunks that load when they are needed. The native keychain module cannot be bundled.
 */
export const command = (entry) => ({
  ...shared,
  entry,
  outDir: 'dist',
  minify: true,
  noExternal: [/^(?!@napi-rs\/keyring$|bufferutil$|utf-8-validate$)/],
  external: native,
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
});

/** A private package of tooling/: types are read from source. */
export const internal = (entry) => defineConfig({ ...shared, entry, outDir: 'dist' });
