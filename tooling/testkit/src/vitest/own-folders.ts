import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesAt, userPlaces, writtenBetween } from './user-folders.ts';

/** Settings of the person's own servers: a test that met them would talk to a real house. */
const settingNames = /^(HOMEASSISTANT|HA|HASS|SUPERVISOR|VIVINT|TOY)_|^SWITCHYARD_/;
/** What tunes the tests themselves. */
const testNames = /^SWITCHYARD_(SEED|FUZZ_RUNS|ROUNDS|CACHE|CLIENTS|DEBIAN_MIRROR|LIVE_\w+)$/;

/** A home of its own for everything that the run starts, on every system. */
const homeIn = (root: string): Readonly<Record<string, string>> => {
  const at = (...parts: string[]): string => {
    const folder = join(root, ...parts);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  };
  return {
    HOME: at('home'),
    USERPROFILE: at('home'),
    XDG_CONFIG_HOME: at('home', '.config'),
    XDG_STATE_HOME: at('home', '.local', 'state'),
    XDG_DATA_HOME: at('home', '.local', 'share'),
    XDG_CACHE_HOME: at('home', '.cache'),
    APPDATA: at('home', 'AppData', 'Roaming'),
    LOCALAPPDATA: at('home', 'AppData', 'Local'),
    TMPDIR: at('tmp'),
    TEMP: at('tmp'),
    TMP: at('tmp'),
  };
};

/** The live tests install with the person's own pip and Python, so only what our servers keep moves. */
const stateIn = (root: string): Readonly<Record<string, string>> => ({ XDG_STATE_HOME: join(root, 'state') });

/** Vitest logs what its teardown throws, and succeeds all the same. */
const fail = (what: string, paths: readonly string[]): void => {
  process.stderr.write(`FAILED: ${what}:\n  ${paths.join('\n  ')}\n`);
  process.exitCode = 1;
};

/** Files that belong to no test: each makes a folder for what it keeps, and does not count on the run's. */
const checkOwn = (root: string): void => {
  const kept = [...filesAt([join(root, 'home', '.config'), join(root, 'home', '.local', 'state')]).keys()];
  if (kept.length > 0) fail('Written where a server keeps its files, not into a folder of the test', kept);
};

/**
 * Looks whether something was written where the person's own servers keep their files. On CI that fails. Elsewhere it is said: a server of
 * theirs, or the tests of another checkout, may have written meanwhile.
 */
const checkUser = (before: ReadonlyMap<string, string>, places: readonly string[]): void => {
  const { created, changed } = writtenBetween(before, filesAt(places));
  const written = [...created, ...changed];
  if (written.length === 0) return;
  if (process.env['CI']) return fail('Written into the folders of the user', written);
  process.stderr.write(`Written into your own folders meanwhile, by a server of yours or by a test:\n  ${written.join('\n  ')}\n`);
};

/** Vitest's global setup: own folders for the run, removed at its end, and a look at whether the person's own ones were left alone. */
export const ownFolders = (kind: 'unit' | 'live'): (() => void) => {
  const places = userPlaces();
  const before = filesAt(places);
  const root = mkdtempSync(join(tmpdir(), 'switchyard-run-'));
  for (const name of Object.keys(process.env)) if (settingNames.test(name) && !testNames.test(name)) delete process.env[name];
  Object.assign(process.env, kind === 'unit' ? homeIn(root) : stateIn(root));
  const remove = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  // A run that is broken off removes its folder too.
  process.once('exit', remove);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  return () => {
    if (kind === 'unit') checkOwn(root);
    remove();
    checkUser(before, places);
  };
};
