// No new code that is there twice in packages/. What there is, is counted by pairs of files; `--lower` takes fewer as the new baseline.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdBaseline } from './baseline.mjs';
import { clonesIn } from './clones.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', 'packages/*.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const isTest = ({ path }) => /\.test\.ts$|\/test\/|\/fixtures\//.test(path);

/** Tests may be alike for longer: what they set up is better seen in place. */
const kinds = {
  source: { files: files.filter((file) => !isTest(file)), limits: { minTokens: 50, minLines: 6 } },
  tests: { files: files.filter(isTest), limits: { minTokens: 80, minLines: 10 } },
};

const clones = {};
for (const [kind, { files: some, limits }] of Object.entries(kinds)) clones[kind] = await clonesIn(some, limits);
const countsOf = (list) => {
  const counts = {};
  for (const { pair } of list) counts[pair] = (counts[pair] ?? 0) + 1;
  return counts;
};

const well = holdBaseline({
  name: 'duplicates',
  path: join(root, 'tooling/checks/baselines/duplicates.json'),
  found: Object.fromEntries(Object.entries(clones).map(([kind, list]) => [kind, countsOf(list)])),
  lower: process.argv.includes('--lower'),
  advice: () => 'Give what they share a place of its own.',
  where: (kind, pair) =>
    clones[kind].filter((clone) => clone.pair === pair).map(({ lines, places }) => `${lines} lines: ${places.join(' and ')}`),
});
process.exitCode = well ? 0 : 1;
