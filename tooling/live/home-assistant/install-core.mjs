import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultCacheRoot, ensureEnvironment } from '../python/environment.mjs';
import { compareVersions, inspectPython } from '../python/interpreters.mjs';
import { findPython, newestCoreFor } from './find-python.mjs';
import { makeNewestRoot } from './newest-root.mjs';

/** Newer Cores import these in `camera` without installing them; the demo integration then fails as a whole. */
const EXTRA_PACKAGES = ['numpy', 'av', 'PyTurboJPEG'];
const EXTRA_SINCE = '2026.3.0';

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
  const extra = compareVersions(version, EXTRA_SINCE) >= 0 ? EXTRA_PACKAGES : [];
  const packages = [`homeassistant==${version}`, ...extra];
  const { command, reused } = await ensureEnvironment({
    dir,
    base,
    version,
    packages,
    probe: 'homeassistant',
    what: 'Home Assistant Core',
    log,
  });
  return { dir, command, pythonVersion: base.version, version, reused };
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
