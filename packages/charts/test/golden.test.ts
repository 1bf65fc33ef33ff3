import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { renderChart } from '../src/index.ts';
import { scenes } from './scenes.ts';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../../docs/charts/${name}.png`, import.meta.url));

// UPDATE_CHARTS=1 writes the pictures instead. Look at each before committing it.
const update = process.env['UPDATE_CHARTS'] === '1';

test.each(Object.entries(scenes))('%s looks as in docs/charts.md', async (name, spec) => {
  const { png } = await renderChart(spec);
  if (update) writeFileSync(fileOf(name), png);
  expect(existsSync(fileOf(name))).toBe(true);
  const [now, wanted] = [PNG.sync.read(Buffer.from(png)), PNG.sync.read(readFileSync(fileOf(name)))];
  expect([now.width, now.height]).toEqual([wanted.width, wanted.height]);
  const different = pixelmatch(now.data, wanted.data, undefined, now.width, now.height, { threshold: 0.1 });
  // Processors may round a soft edge another way.
  expect(different / (now.width * now.height)).toBeLessThan(0.0005);
});
