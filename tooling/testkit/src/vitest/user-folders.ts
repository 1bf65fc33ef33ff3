import { lstatSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a server of the person who runs the tests would keep its files and its clients theirs. Found without our own code: it is what is tested. */
export const userPlaces = (env: Environment = process.env, home = homedir()): readonly string[] => {
  const within = (name: string, ...fallback: string[]): string => join(env[name] ?? join(home, ...fallback), 'switchyard');
  const places = [
    within('XDG_CONFIG_HOME', '.config'),
    within('XDG_STATE_HOME', '.local', 'state'),
    join(home, 'Library', 'Application Support', 'switchyard'),
    within('APPDATA', 'AppData', 'Roaming'),
    within('LOCALAPPDATA', 'AppData', 'Local'),
    env['SWITCHYARD_CONFIG_DIR'],
    env['SWITCHYARD_STATE_DIR'],
    join(home, '.cursor', 'mcp.json'),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'Claude', 'claude_desktop_config.json'),
    join(process.cwd(), '.vscode', 'mcp.json'),
  ];
  return [...new Set(places.flatMap((place) => place ?? []))];
};

/** Files by path, with what changes when they are written. Locks and files on their way come and go wherever a server runs. */
export const filesAt = (places: readonly string[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const look = (path: string): void => {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (facts === undefined || /\.(tmp|lock)$/.test(path)) return;
    if (!facts.isDirectory()) return void found.set(path, `${facts.size} ${facts.mtimeMs}`);
    for (const name of readdirSync(path)) look(join(path, name));
  };
  for (const place of places) look(place);
  return found;
};

export interface Written {
  readonly created: readonly string[];
  readonly changed: readonly string[];
}

/** What was written between two looks. */
export const writtenBetween = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Written => ({
  created: [...after.keys()].filter((path) => !before.has(path)),
  changed: [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.has(path) && before.get(path) !== after.get(path)),
});
