import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The newest Core release that each Python still runs, newest Python first.
 * Core raises its floor in the middle of a year and pip then silently offers an older release, or none, so the pairs are written down.
 */
export const CORE_BY_PYTHON = [
  { atLeast: '3.14.2', core: '2026.11.0' },
  { atLeast: '3.13.2', core: '2026.2.3' },
  { atLeast: '3.13.0', core: '2025.4.4' },
  { atLeast: '3.12.0', core: '2025.1.4' },
];

/** Compares dotted versions number by number: "3.13.10" is newer than "3.13.2". */
export function compareVersions(left, right) {
  const a = left.split('.').map((part) => Number.parseInt(part, 10));
  const b = right.split('.').map((part) => Number.parseInt(part, 10));
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] || 0) - (b[i] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The newest Core for this Python, or undefined when it is too old (or a minor release that no Core is known to run). */
export function newestCoreFor(pythonVersion) {
  const minor = pythonVersion.split('.').slice(0, 2).join('.');
  return CORE_BY_PYTHON.find((row) => row.atLeast.startsWith(`${minor}.`) && compareVersions(pythonVersion, row.atLeast) >= 0)?.core;
}

/** Asks the interpreter itself: a version manager's shim can have the right name and run something else, or nothing. */
export async function inspectPython(command, prefix = []) {
  const code = 'import sys, json; print(json.dumps([sys.executable, "%d.%d.%d" % sys.version_info[:3]]))';
  try {
    const [file, ...args] = [...prefix, command, '-c', code];
    const { stdout } = await run(file, args, { timeout: 20_000 });
    const [path, version] = JSON.parse(stdout);
    return { path, version };
  } catch {
    return undefined;
  }
}

async function pyenvPythons() {
  const versions = join(process.env.PYENV_ROOT || join(homedir(), '.pyenv'), 'versions');
  const names = await readdir(versions).catch(() => []);
  return names.filter((name) => /^3\.1[234]\.\d+$/.test(name)).map((name) => join(versions, name, 'bin', 'python'));
}

/** Returns `{path, version, core}`: the given Python, else the newest one found on PATH or under pyenv that runs some Core. */
export async function findPython(explicit) {
  const candidates = explicit ? [explicit] : ['python3.14', 'python3.13', 'python3.12', 'python3', ...(await pyenvPythons())];
  const seen = [];
  for (const command of candidates) {
    const python = await inspectPython(command);
    if (python) seen.push({ ...python, core: newestCoreFor(python.version) });
  }
  const usable = explicit ? seen : seen.filter((python) => python.core);
  usable.sort((a, b) => compareVersions(b.version, a.version));
  if (usable[0]) return usable[0];
  const tried = seen.map((python) => `${python.path} (${python.version})`).join(', ') || 'none';
  throw new Error(
    explicit
      ? `${explicit} is not a Python that starts.`
      : `No Python that runs Home Assistant Core (needs 3.12 or newer; found: ${tried}). Give one with --python PATH.`,
  );
}
