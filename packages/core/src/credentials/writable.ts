import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../errors/tool-error.ts';
import { ensurePrivateFolder, errorCodeOf } from './private-file.ts';

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
  const [why, mend] = cause;
  return new ToolError({ code: 'internal', what, why, next: [mend, ...next], sideEffects: 'none' }, { cause: error });
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
