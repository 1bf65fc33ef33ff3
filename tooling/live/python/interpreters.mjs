import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

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

/** Commands that may be a Python of our time: on PATH and under pyenv, newest names first. */
export async function knownPythons() {
  const versions = join(process.env.PYENV_ROOT || join(homedir(), '.pyenv'), 'versions');
  const names = await readdir(versions).catch(() => []);
  const managed = names.filter((name) => /^3\.1[0-9]\.\d+$/.test(name)).map((name) => join(versions, name, 'bin', 'python'));
  return ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3', ...managed];
}
