// Biome's limits (biome.json) hold for all code but the files that broke them before: their number, by rule and file, only shrinks.
// The exceptions that Biome reads are written from these counts. `--lower` takes fewer as the new baseline.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdBaseline } from './baseline.mjs';
import { biomeExceptions, countsOf, placesOf } from './lint-report.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const counts = join(root, 'tooling/checks/baselines/lint.json');
const exceptions = join(root, 'tooling/checks/baselines/lint-exceptions.json');
const lower = process.argv.includes('--lower');
const limits = {
  'complexity/noExcessiveLinesPerFunction': 'A function has at most 60 lines: give a part of it a name.',
  'complexity/noExcessiveCognitiveComplexity': 'Give a branch or a loop a function of its own.',
  'complexity/useMaxParams': 'More than three parameters go into an object.',
  'style/noNestedTernary': 'Use if, a table, or a function with early returns.',
};

/** `--only` runs a rule on the excepted files too. */
const report = () => {
  const only = Object.keys(limits).map((rule) => `--only=${rule}`);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', ...only, '.'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (!run.stdout.startsWith('{')) throw new Error(`Biome gave no report: ${run.stderr.slice(0, 500)}`);
  return JSON.parse(run.stdout);
};

const diagnostics = report().diagnostics;
let well = holdBaseline({
  name: 'lint-limits',
  path: counts,
  found: countsOf(diagnostics, Object.keys(limits)),
  lower,
  advice: (rule) => limits[rule],
  where: (rule, file) => placesOf(diagnostics, rule, file),
});
const wanted = biomeExceptions(JSON.parse(readFileSync(counts, 'utf8')));
if (lower && well) writeFileSync(exceptions, wanted);
else if (!existsSync(exceptions) || readFileSync(exceptions, 'utf8') !== wanted) {
  process.stderr.write('lint-limits: lint-exceptions.json is not what the counts say. Write it: node tooling/run.mjs lower\n');
  well = false;
}
process.exitCode = well ? 0 : 1;
