// Looks for what the usual seed never meets: the tests that draw their input, each round with a new seed.
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitCode, root, runTests, wordsOf } from './test-run.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, seed: { type: 'string' } } });
const rounds = values.seed === undefined ? Number(values.rounds) : 1;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());

/** Files whose tests draw something. */
async function drawing(folder) {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const inner = await Promise.all(
    entries.map(async (entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return ['node_modules', 'dist', 'live'].includes(entry.name) ? [] : drawing(path);
      return entry.name.endsWith('.test.ts') && (await readFile(join(root, path), 'utf8')).includes("from 'fast-check'") ? [path] : [];
    }),
  );
  return inner.flat();
}

const filters = [...(await drawing('packages')), ...(await drawing('tooling'))];
let red = 0;
for (let round = 1; round <= rounds && !stop.signal.aborted; round += 1) {
  const seed = values.seed ?? String(randomInt(0x7fff_ffff));
  const run = await runTests({ filters, env: { SWITCHYARD_SEED: seed }, signal: stop.signal });
  if (stop.signal.aborted) break;
  if (!run.ok) red += 1;
  process.stdout.write(`${wordsOf(`round ${round}/${rounds}`, run)}\n`);
}
process.exitCode = exitCode(red, stop.signal.aborted);
