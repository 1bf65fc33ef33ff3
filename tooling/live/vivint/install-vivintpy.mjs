import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultCacheRoot, ensureEnvironment } from '../python/environment.mjs';
import { compareVersions, inspectPython, knownPythons } from '../python/interpreters.mjs';

/** What the witness is: these releases, as PyPI has them, and nothing changed in them. */
const VERSION = '2026.0.8';
const PACKAGES = [`vivintpy==${VERSION}`, 'aiohttp==3.14.5', 'pubnub==10.8.0', 'grpcio==1.85.3', 'protobuf==7.36.2', 'PyJWT==2.15.1'];
const OLDEST_PYTHON = '3.10.0';

/** The given Python, else the newest one found that vivintpy runs on. */
async function choosePython(explicit) {
  const found = [];
  for (const command of explicit ? [explicit] : await knownPythons()) {
    const python = await inspectPython(command);
    if (python && compareVersions(python.version, OLDEST_PYTHON) >= 0) found.push(python);
  }
  found.sort((a, b) => compareVersions(b.version, a.version));
  if (!found[0]) throw new Error(`No Python ${OLDEST_PYTHON} or newer that starts was found. Give one with --python PATH.`);
  return { ...found[0], prefix: [] };
}

/**
 * Makes a virtual environment with the unmodified vivintpy outside the repository, once; later calls only look.
 *
 * @param {{python?: string, cacheDir?: string, log?: (line: string) => void}} [options]
 * @returns {Promise<{dir: string, command: string[], pythonVersion: string, version: string, reused: boolean}>}
 */
export async function installVivintpy(options = {}) {
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  const base = await choosePython(options.python);
  const shortPython = base.version.split('.').slice(0, 2).join('.');
  const dir = join(options.cacheDir ?? defaultCacheRoot(), `vivintpy-${VERSION}-py${shortPython}`);
  const { command, reused } = await ensureEnvironment({
    dir,
    base,
    version: VERSION,
    packages: PACKAGES,
    probe: 'vivintpy.account',
    what: 'vivintpy',
    log,
  });
  return { dir, command, pythonVersion: base.version, version: VERSION, reused };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // Node's default for these skips 'exit' handlers, and pip would outlive us.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({ options: { python: { type: 'string' }, 'cache-dir': { type: 'string' } } });
  try {
    process.stdout.write(`${JSON.stringify(await installVivintpy({ ...values, cacheDir: values['cache-dir'] }))}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
