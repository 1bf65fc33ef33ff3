import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../fixtures/bundle.ts';

let folder: string;
let cache: string;
const program = (says: string): void =>
  writeFileSync(
    join(folder, 'program.cjs'),
    `exports.main = async () => { const path = require('node:path'); process.stdout.write(path.basename(__filename) + ' ${says}'); };`,
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-launch-'));
  cache = join(folder, 'cache');
  program('one');
  await bundle(new URL('./fixtures/toy-bin.ts', import.meta.url), join(folder, 'bin.mjs'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (
  env: Record<string, string> = {},
  ...words: readonly string[]
): { readonly said: string; readonly status: number | null } => {
  const { stdout, status } = spawnSync(process.execPath, [join(folder, 'bin.mjs'), ...words], {
    env: { ...process.env, SWITCHYARD_CACHE_DIR: cache, ...env },
    encoding: 'utf8',
  });
  return { said: stdout, status };
};
const kept = (): string[] => {
  const at = join(cache, 'compiled', 'toy');
  return readdirSync(at).map((file) => join(at, file));
};

describe('launch', () => {
  test('runs the program beside the bin, and the one that takes its place', () => {
    expect(start()).toEqual({ said: 'program.cjs one', status: 0 });
    expect(start()).toEqual({ said: 'program.cjs one', status: 0 });
    program('two');
    expect(start()).toEqual({ said: 'program.cjs two', status: 0 });
  });

  test('runs where nothing can be kept', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(start({ SWITCHYARD_CACHE_DIR: join(folder, 'file', 'below') })).toEqual({ said: 'program.cjs one', status: 0 });
  });

  test('keeps compiled code for its owner alone, and not when told so', () => {
    start({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(readdirSync(folder)).not.toContain('cache');
    start();
    const [file = ''] = kept();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(cache, 'compiled', 'toy')).mode & 0o777).toBe(0o700);
  });

  test('only a start that serves is kept', () => {
    for (const word of ['doctor', 'tools']) expect(start({}, word).said).toBe('program.cjs one');
    expect(readdirSync(folder)).not.toContain('cache');
    start({}, '--read-only');
    expect(kept()).toHaveLength(1);
  });

  test('a damaged or cut file is made anew', () => {
    start();
    const [file = ''] = kept();
    const good = readFileSync(file);
    for (const damage of [
      () => writeFileSync(file, Buffer.concat([good.subarray(0, 72), Buffer.alloc(4, 255), good.subarray(76)])),
      () => truncateSync(file, 50),
    ]) {
      damage();
      expect(start()).toEqual({ said: 'program.cjs one', status: 0 });
      expect(readFileSync(file).length).toBeGreaterThan(100);
    }
  });

  test.runIf(process.getuid !== undefined)('what others can write is not believed', () => {
    start();
    const [file = ''] = kept();
    chmodSync(file, 0o666);
    expect(start()).toEqual({ said: 'program.cjs one', status: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
