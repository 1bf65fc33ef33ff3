import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { assetPath, rendererPath } from './assets.ts';
import { filesOf, withFonts } from './font-runs.ts';
import type { FontTable } from './font-table.ts';

const decompress = promisify(brotliDecompress);
type Renderer = typeof import('@resvg/resvg-wasm');

let renderer: Promise<Renderer> | undefined;
/** The renderer's code is compiled once and has no state. A failed start is tried again. */
const startRenderer = (): Promise<Renderer> => {
  renderer ??= (async () => {
    const loaded = await import('@resvg/resvg-wasm');
    await loaded.initWasm(await readFile(rendererPath()));
    return loaded;
  })().catch((error) => {
    renderer = undefined;
    throw error;
  });
  return renderer;
};

/** Turns an SVG into a PNG with the bundled fonts and no others, so that it looks the same on every machine. */
export const rasterize = async (svg: string, fonts: FontTable, pixelRatio: number): Promise<Uint8Array> => {
  const { Resvg } = await startRenderer();
  const fontBuffers = await Promise.all(
    [...filesOf(svg, fonts)].map(async (file) => new Uint8Array(await decompress(await readFile(assetPath(file))))),
  );
  const opened = (markup: string) =>
    new Resvg(markup, {
      font: { fontBuffers, defaultFontFamily: 'Noto Sans', sansSerifFamily: 'Noto Sans' },
      fitTo: { mode: 'zoom', value: pixelRatio },
    });
  const advance = (text: string): number => {
    const drawing = opened(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" font-family="Noto Sans">${text}</svg>`);
    const box = drawing.getBBox();
    drawing.free();
    return box ? box.x + box.width : 0;
  };
  const drawing = opened(withFonts(svg, fonts, advance));
  try {
    const image = drawing.render();
    const png = image.asPng();
    image.free();
    return png;
  } finally {
    drawing.free();
  }
};
