// Another commit of this repository, installed and built in a folder of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Checks a commit out, installs and builds it.
 * @param {{ root: string, commit: string, say: (text: string) => void }} given
 * @returns {{ root: string, commit: string, remove: () => void }} remove() takes it away; it may be called twice
 * @throws Error when the commit is not found or does not build; then nothing is left
 */
export const otherTree = ({ root, commit, say }) => {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  const found = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`);
  if (found.status !== 0) throw new Error(`Commit "${commit}" not found`);
  const hash = found.stdout.trim();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'switchyard-against-')));
  const tree = join(folder, 'tree');
  const remove = () => {
    git('worktree', 'remove', '--force', '--force', tree);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    git('worktree', 'prune');
  };
  const run = (what, [file, ...args], cwd = tree) => {
    say(what);
    const done = spawnSync(file, args, { cwd, stdio: ['ignore', 2, 2], env: { ...process.env, CI: 'true' } });
    if (done.status !== 0) throw new Error(`${what} failed (${done.status ?? done.signal ?? done.error?.message})`);
  };
  try {
    run(`check ${hash.slice(0, 7)} out`, ['git', 'worktree', 'add', '--quiet', '--detach', tree, hash], root);
    const pnpm = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')).packageManager.split('+')[0];
    run('install it', ['npx', '-y', pnpm, 'install', '--frozen-lockfile', '--reporter=silent']);
    run('build it', ['npx', '-y', pnpm, 'build', '--output-logs=errors-only']);
  } catch (error) {
    remove();
    throw error;
  }
  return { root: tree, commit: hash, remove };
};
