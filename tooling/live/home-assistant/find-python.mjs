import { compareVersions, inspectPython, knownPythons } from '../python/interpreters.mjs';

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

/** The newest Core for this Python, or undefined when it is too old (or a minor release that no Core is known to run). */
export function newestCoreFor(pythonVersion) {
  const minor = pythonVersion.split('.').slice(0, 2).join('.');
  return CORE_BY_PYTHON.find((row) => row.atLeast.startsWith(`${minor}.`) && compareVersions(pythonVersion, row.atLeast) >= 0)?.core;
}

/** Returns `{path, version, core}`: the given Python, else the newest one found on PATH or under pyenv that runs some Core. */
export async function findPython(explicit) {
  const candidates = explicit ? [explicit] : await knownPythons();
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
