import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { refuse } from '../errors/tool-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where this machine keeps our files. All absolute. */
export interface Directories {
  /** Profiles: settings a person may read and edit. */
  readonly config: string;
  /** Credentials, locks, audit. */
  readonly state: string;
  /** What may be deleted at any time. */
  readonly cache: string;
}

interface Machine {
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

const bases = (env: Environment, platform: NodeJS.Platform, home: string): Directories => {
  if (platform === 'win32') {
    const roaming = env.APPDATA || win32.join(home, 'AppData', 'Roaming');
    const local = env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local');
    const at = win32.join(local, 'switchyard');
    return { config: win32.join(roaming, 'switchyard'), state: win32.join(at, 'state'), cache: win32.join(at, 'cache') };
  }
  if (platform === 'darwin') {
    const support = posix.join(home, 'Library', 'Application Support', 'switchyard');
    return { config: support, state: posix.join(support, 'state'), cache: posix.join(home, 'Library', 'Caches', 'switchyard') };
  }
  // The XDG specification says to ignore relative paths.
  const xdg = (name: string, ...fallback: string[]): string => {
    const set = env[name];
    return posix.join(set && posix.isAbsolute(set) ? set : posix.join(home, ...fallback), 'switchyard');
  };
  return {
    config: xdg('XDG_CONFIG_HOME', '.config'),
    state: xdg('XDG_STATE_HOME', '.local', 'state'),
    cache: xdg('XDG_CACHE_HOME', '.cache'),
  };
};

/** The directories of this user; SWITCHYARD_CONFIG_DIR, SWITCHYARD_STATE_DIR and SWITCHYARD_CACHE_DIR override them. */
export const directories = (env: Environment = process.env, machine: Machine = {}): Directories => {
  const usual = bases(env, machine.platform ?? process.platform, machine.home ?? homedir());
  return {
    config: env.SWITCHYARD_CONFIG_DIR || usual.config,
    state: env.SWITCHYARD_STATE_DIR || usual.state,
    cache: env.SWITCHYARD_CACHE_DIR || usual.cache,
  };
};

/** Returns `name` if it can safely be a file name, else throws: profiles come from flags and must not walk the disk. */
export const fileNameOf = (kind: 'server' | 'profile', name: string): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw refuse('invalid_input', `This ${kind} name cannot be used.`, {
    why: 'It may hold letters, digits, dots, dashes and underscores, must begin with a letter or digit, and be at most 64 long.',
    next: [`Choose another ${kind} name, for example "default".`],
  });
};
