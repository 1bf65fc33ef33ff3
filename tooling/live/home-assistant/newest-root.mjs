import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFolder } from '../python/folder-lock.mjs';
import { debianArchive } from './debian-archive.mjs';

/** The Debian suite whose python3 is new enough for the newest Core. */
const SUITE = 'forky';
const PACKAGES = ['python3', 'python3-venv', 'python3-dev', 'ca-certificates', 'build-essential', 'tzdata', 'libturbojpeg0', 'ffmpeg'];
const HERE = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');

/** How this host reaches the network: without it, pip inside could not. Those that the host lacks are left out. */
const HOST_FILES = ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt', '/etc/pip.conf'];

/**
 * Makes a small Debian with a new Python in the cache, once, from the archive that this machine itself installs from. Linux, root and
 * `debootstrap` only.
 * Returns the words to put before a command so that it runs in there: cache, temporary folder and this folder have the same paths inside.
 *
 * @returns {Promise<string[]>}
 */
export async function makeNewestRoot({ cacheRoot, log }) {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new Error('--newest needs Linux and root; or give a new Python with --python.');
  const root = join(cacheRoot, `debian-${SUITE}`);
  if (!(await exists(root))) {
    const lock = await lockFolder(`${root}.lock`, log);
    try {
      if (!(await exists(root))) await build(root, { log, onSpawn: lock.addWorker });
    } finally {
      await lock.release();
    }
  }
  const shared = [...new Set([cacheRoot, tmpdir(), HERE])];
  if (shared.some((dir) => dir.includes(' '))) throw new Error('--newest does not work with spaces in the cache or repository path.');
  return ['unshare', '--mount', 'sh', join(HERE, 'run-in-root.sh'), root, shared.join(' ')];
}

async function build(root, { log, onSpawn }) {
  const partial = `${root}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(dirname(root), { recursive: true });
  log(`Building a Debian ${SUITE} in ${root}; about two minutes`);
  const archive = await debianArchive();
  try {
    await debootstrap(partial, archive, onSpawn);
  } finally {
    await archive.remove();
  }
  for (const file of HOST_FILES) await copyFile(file, join(partial, file)).catch(() => {});
  await copyUserPipConfig(partial);
  // Last, so that a folder of this name is always a whole one.
  await rename(partial, root);
}

async function debootstrap(folder, { uri, options, env }, onSpawn) {
  // Older debootstraps do not know the suite by name; its script is the same as that of sid.
  const place = [SUITE, folder, uri, '/usr/share/debootstrap/scripts/sid'];
  const args = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, ...options, ...place];
  const child = spawn('debootstrap', args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  let last = '';
  child.stdout.on('data', (chunk) => {
    last = String(chunk).trimEnd();
  });
  const exited = once(child, 'exit').catch((error) => {
    throw new Error(`debootstrap does not start: ${error.message}`);
  });
  if (child.pid) await onSpawn(child.pid);
  const [code] = await exited;
  if (code !== 0) throw new Error(`debootstrap ended with code ${code}: ${last}`);
}

async function copyUserPipConfig(root) {
  const text = await readFile(join(homedir(), '.config/pip/pip.conf'), 'utf8').catch(() => undefined);
  if (text !== undefined) await writeFile(join(root, 'etc/pip.conf'), text);
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
