// No new use of the words that CONTRIBUTING.md lists as old: in texts, comments, names and file names. `--lower` takes fewer as the new baseline.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdBaseline } from './baseline.mjs';
import { rules, usesIn } from './word-rules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const ours = /^(?:(?:packages|apps|tooling|docs|\.changeset|\.ci)\/|[^/]+\.(?:md|mts|ts)$)/;
const readable = /(?:\.(?:ts|mts|mjs|js|md|py|sh|yaml)|^\.ci\/run)$/;
/** The rules themselves, what a release wrote, what is copied from declarations, and what others said. */
const exempt = /^tooling\/checks\/word-rules(?:\.test)?\.mjs$|(?:^|\/)CHANGELOG\.md$|^docs\/api\/|\/fixtures\/.*\.json$/;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => ours.test(path) && readable.test(path) && !exempt.test(path) && existsSync(join(root, path)));

const uses = new Map(files.map((path) => [path, usesIn(`${path}\n${readFileSync(join(root, path), 'utf8')}`)]));
const found = Object.fromEntries(rules.map((rule) => [rule.not, {}]));
for (const [path, list] of uses) for (const { not } of list) found[not][path] = (found[not][path] ?? 0) + 1;

const well = holdBaseline({
  name: 'words',
  path: join(root, 'tooling/checks/baselines/words.json'),
  found,
  lower: process.argv.includes('--lower'),
  advice: (not) => `Write: ${rules.find((rule) => rule.not === not).write}.`,
  where: (not, file) =>
    uses
      .get(file)
      .filter((use) => use.not === not)
      .map(({ line, text }) => `${line === 1 ? 'its name' : `line ${line - 1}`}: ${text.slice(0, 140)}`),
});
process.exitCode = well ? 0 : 1;
