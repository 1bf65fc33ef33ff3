import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.mjs';

/** Written last: a folder without it is an interrupted install and is taken up again. */
const MARKER = 'switchyard-installed.json';

/** Where environments are kept, outside every checkout. */
export function defaultCacheRoot() {
  if (process.env.SWITCHYARD_CACHE) return process.env.SWITCHYARD_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard');
}

/**
 * Makes a virtual environment with some packages, once; later calls only look. `base` is the Python it is made from, and the words to put
 * before each command that runs in it; `probe` is the module whose import proves the environment.
 *
 * @param {{dir: string, base: {path: string, version: string, prefix: string[]}, version: string, packages: string[], probe: string, what: string, log: (line: string) => void}} wish
 * @returns {Promise<{command: string[], reused: boolean}>}
 */
export async function ensureEnvironment(wish) {
  const command = [...wish.base.prefix, join(wish.dir, 'bin', 'python')];
  if (await isInstalled(wish, command)) return { command, reused: true };
  const lock = await lockFolder(`${wish.dir}.lock`, wish.log);
  try {
    // Whoever held the lock before us may have done the work.
    if (await isInstalled(wish, command)) return { command, reused: true };
    await install(wish, command, lock.addWorker);
    return { command, reused: false };
  } finally {
    await lock.release();
  }
}

async function isInstalled({ dir, probe }, command) {
  const marker = await readFile(join(dir, MARKER), 'utf8').catch(() => undefined);
  if (!marker) return false;
  // An upgraded or removed base interpreter leaves the folder whole and its Python dead.
  return succeeds([...command, '-c', `import ${probe}`]);
}

async function install({ dir, base, version, packages, what, log }, command, onSpawn) {
  const started = Date.now();
  await mkdir(dir, { recursive: true });
  if (!(await succeeds([...command, '-m', 'pip', '--version']))) {
    log(`Making a virtual environment with Python ${base.version} in ${dir}`);
    await runLogged([...base.prefix, base.path, '-m', 'venv', '--clear', dir], { log, onSpawn });
  }
  log(`Installing ${what} ${version}; this can take minutes the first time`);
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--quiet'];
  await runLogged([...command, '-m', 'pip', 'install', ...quiet, ...packages], { log, onSpawn });
  const seconds = Math.round((Date.now() - started) / 1000);
  const marker = join(dir, MARKER);
  // Rename is atomic, so nobody ever reads half a marker.
  await writeFile(`${marker}.new`, `${JSON.stringify({ version, python: base.version, seconds })}\n`);
  await rename(`${marker}.new`, marker);
  log(`Installed in ${seconds} s`);
}

async function succeeds([file, ...args]) {
  const child = spawn(file, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit').catch(() => [-1]);
  return code === 0;
}

/** Output goes through the log, never to stdout: the CLI keeps stdout for its one JSON line. */
async function runLogged([file, ...args], { log, onSpawn }) {
  // A group of its own, so that the compilers and builders that pip starts can be ended with it.
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const forward = (chunk) => log(String(chunk).trimEnd());
  child.stdout.on('data', forward);
  child.stderr.on('data', forward);
  const killGroup = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended in the same moment.
    }
  };
  process.once('exit', killGroup);
  try {
    const exited = once(child, 'exit');
    if (child.pid) await onSpawn(child.pid);
    const [code, signal] = await exited;
    if (code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${signal ?? `code ${code}`}`);
  } finally {
    process.off('exit', killGroup);
  }
}
