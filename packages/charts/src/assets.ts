import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A bundle has the files beside itself or, installed by npm, in this package; a library has them in this package. */
const beside = join(import.meta.dirname, 'assets');
const packageFile = (): string => createRequire(join(import.meta.dirname, 'charts.js')).resolve('@switchyard-mcp/charts/package.json');

/** The path of a font or of the table of fonts. */
export const assetPath = (name: string): string => {
  const near = join(beside, name);
  return existsSync(near) ? near : join(dirname(packageFile()), 'assets', name);
};

/** The path of the SVG renderer's code. */
export const rendererPath = (): string => {
  const near = join(beside, 'resvg.wasm');
  return existsSync(near) ? near : createRequire(packageFile()).resolve('@resvg/resvg-wasm/index_bg.wasm');
};
