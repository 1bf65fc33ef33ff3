import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refuse } from '../errors/tool-error.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { errorCodeOf } from './system-error.ts';

/** No room, or not allowed to take any: the system's own text would name neither the file nor the way out. */
const causes: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ENOSPC: ['The disk is full (ENOSPC).', 'Free disk space, then run the command again.'],
  EDQUOT: ['The disk is full (EDQUOT).', 'Free disk space, then run the command again.'],
  EFBIG: ['The disk is full (EFBIG).', 'Free disk space, then run the command again.'],
  EROFS: ['The file system is read-only.', 'Choose a folder elsewhere.'],
  EACCES: ['This user may not write there (EACCES).', "Fix the folder's permissions."],
  EPERM: ['This user may not write there (EPERM).', "Fix the folder's permissions."],
  ENOTDIR: ['A part of the path is a file, not a folder.', 'Correct the path.'],
  EEXIST: ['A part of the path is a file, not a folder.', 'Correct the path.'],
  ENOENT: ['No folder can be made there.', 'Correct the path.'],
};

/** An error of our own words for a write that the system refused; any other error as it is. */
export const unwritable = (what: string, error: unknown, ...next: readonly string[]): unknown => {
  const cause = causes[errorCodeOf(error)];
  if (!cause) return error;
  const [why, fix] = cause;
  return refuse('internal', what, { why, next: [fix, ...next], cause: error });
};

/** Makes a private folder and tries to write in it. @throws ToolError that names the folder, and the variable that moves it. */
export const checkFolder = async (folder: string, variable: string): Promise<void> => {
  const probe = join(folder, `.probe-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await ensurePrivateFolder(folder);
    await (await open(probe, 'wx', 0o600)).close();
    await unlink(probe);
  } catch (error) {
    throw unwritable(`The folder ${folder} cannot be written.`, error, `Set ${variable} to a folder that can be written.`);
  }
};

/** The folder itself, or the nearest one above it in which it would be made. */
const nearestThere = (folder: string): string => {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    return errorCodeOf(error) === 'ENOENT' && dirname(folder) !== folder ? nearestThere(dirname(folder)) : folder;
  }
};

/**
 * Whether a file can be made in a folder, which itself need not be there and is not made. Rights do not tell: a file system may be
 * read-only or full. Undefined when it can; else the system's code, and the folder that is in the way.
 */
export const whyNotWritable = (folder: string): { readonly at: string; readonly code: string } | undefined => {
  const at = nearestThere(folder);
  try {
    rmdirSync(mkdtempSync(join(at, '.probe-')));
    return undefined;
  } catch (error) {
    return { at, code: errorCodeOf(error) || 'unknown reason' };
  }
};
