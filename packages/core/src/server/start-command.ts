import { join, sep } from 'node:path';
import type { Closable, ServerDefinition } from './define-server.ts';

export interface StartCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The bin of a program that was built in a folder, when no registry put it there: a clone, an unpacked bundle. */
export const ownBin = (folder: string | undefined): string | undefined =>
  folder === undefined || folder.split(sep).includes('node_modules') ? undefined : join(folder, 'bin.js');

type Started = Pick<ServerDefinition<never, Closable>, 'packageName' | 'bin'>;

/** What starts a server: its own bin where it was built, else the package. */
export const startCommand = ({ packageName, bin }: Started, version?: string): StartCommand =>
  bin === undefined
    ? { command: 'npx', args: ['-y', version === undefined ? packageName : `${packageName}@${version}`] }
    : { command: 'node', args: [bin] };

/** A word as a shell takes it. */
export const shellWord = (word: string): string =>
  process.platform !== 'win32' && /[^\w@%+=:,./-]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word;

/** The same as a person types it, with words after it. */
export const startLine = (started: Started, ...words: readonly string[]): string => {
  const { command, args } = startCommand(started);
  return [command, ...args, ...words].map(shellWord).join(' ');
};

/** Do these words start this package, in whatever version, or from whatever clone? */
export const startsPackage = (packageName: string, words: readonly string[]): boolean => {
  const own = packageName.slice(packageName.indexOf('/') + 1);
  const bin = join(own, 'dist', 'bin.js');
  return words.some((word) => word === packageName || word.startsWith(`${packageName}@`) || word.endsWith(`${sep}${bin}`));
};
