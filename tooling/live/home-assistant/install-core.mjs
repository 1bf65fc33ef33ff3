import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { compareVersions, findPython, inspectPython, newestCoreFor } from './find-python.mjs';
import { lockFolder } from './folder-lock.mjs';
import { makeNewestRoot } from './newest-root.mjs';

/** Written last: a folder without it is an interrupted install and is taken up again. */
const MARKER = 'switchyard-installed.json';

/** Newer Cores import these in `camera` without installing them; the demo integration then fails as a whole. */
const EXTRA_PACKAGES = ['numpy', 'av', 'PyTurboJPEG'];
const EXTRA_SINCE = '2026.3.0';

function defaultCacheRoot() {
  if (process.env.SWITCHYARD_CACHE) return process.env.SWITCHYARD_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard');
}

/** Which Python to use, and the words to put before each command that runs it (none on the host itself). */
async function choosePython({ python, newest, cacheRoot, log }) {
  if (!newest) return { ...(await findPython(python)), prefix: [] };
  const prefix = await makeNewestRoot({ cacheRoot, log });
  const inside = await inspectPython('/usr/bin/python3', prefix);
  if (!inside) throw new Error('The Python of the Debian root does not start.');
  return { ...inside, core: newestCoreFor(inside.version), prefix };
}

/**
 * Makes a virtual environment with Home Assistant Core outside the repository, once; later calls only look.
 * Run its Python as `[...command, …]`: with `newest` it lives in a Debian of its own.
 *
 * @param {{python?: string, newest?: boolean, cacheDir?: string, version?: string, log?: (line: string) => void}} [options]
 * @returns {Promise<{dir: string, command: string[], pythonVersion: string, version: string, reused: boolean}>}
 */
export async function installCore(options = {}) {
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  const cacheRoot = options.cacheDir ?? defaultCacheRoot();
  const base = await choosePython({ ...options, cacheRoot, log });
  const version = options.version ?? base.core;
  if (!version) throw new Error(`Python ${base.version} runs no supported Core; name one with --version to try anyway.`);
  const shortPython = base.version.split('.').slice(0, 2).join('.');
  const dir = join(cacheRoot, `home-assistant-${version}-py${shortPython}`);
  const result = { dir, command: [...base.prefix, join(dir, 'bin', 'python')], pythonVersion: base.version, version, reused: true };
  if (await isInstalled(result)) return result;
  const lock = await lockFolder(`${dir}.lock`, log);
  try {
    // Whoever held the lock before us may have done the work.
    if (await isInstalled(result)) return result;
    await install(base, result, { log, onSpawn: lock.addWorker });
    return { ...result, reused: false };
  } finally {
    await lock.release();
  }
}

async function isInstalled({ dir, command }) {
  const marker = await readFile(join(dir, MARKER), 'utf8').catch(() => undefined);
  if (!marker) return false;
  // An upgraded or removed base interpreter leaves the folder whole and its Python dead.
  return succeeds([...command, '-c', 'import homeassistant']);
}

async function install(base, { dir, command, version }, { log, onSpawn }) {
  const started = Date.now();
  await mkdir(dir, { recursive: true });
  if (!(await succeeds([...command, '-m', 'pip', '--version']))) {
    log(`Making a virtual environment with Python ${base.version} in ${dir}`);
    await runLogged([...base.prefix, base.path, '-m', 'venv', '--clear', dir], { log, onSpawn });
  }
  const extra = compareVersions(version, EXTRA_SINCE) >= 0 ? EXTRA_PACKAGES : [];
  log(`Installing Home Assistant Core ${version}; this takes minutes the first time`);
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--quiet'];
  await runLogged([...command, '-m', 'pip', 'install', ...quiet, `homeassistant==${version}`, ...extra], { log, onSpawn });
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

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // Node's default for these skips 'exit' handlers, and pip would outlive us.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: {
      python: { type: 'string' },
      newest: { type: 'boolean' },
      version: { type: 'string' },
      'cache-dir': { type: 'string' },
    },
  });
  try {
    const installed = await installCore({ ...values, cacheDir: values['cache-dir'] });
    process.stdout.write(`${JSON.stringify(installed)}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
