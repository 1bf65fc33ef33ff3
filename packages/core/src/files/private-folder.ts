import { mkdirSync, statSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCodeOf } from './system-error.ts';

const mode = 0o700;

/** Node's own recursive mkdir never ends where a folder cannot be made although its parent is there, as under /proc. */
const makeFolders = async (folder: string, tries = 2): Promise<void> => {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' && tries > 1 && dirname(folder) !== folder) {
      await makeFolders(dirname(folder));
      return makeFolders(folder, tries - 1);
    }
    const there = code === 'ENOENT' ? undefined : await stat(folder).catch(() => undefined);
    if (!there?.isDirectory()) throw error;
  }
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Makes a folder, and those above it, for its owner only. One that is there stays as it is. For callers that must not yield. */
export const makePrivateFolderSync = (folder: string, tries = 2): void => {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' && tries > 1 && dirname(folder) !== folder) {
      makePrivateFolderSync(dirname(folder));
      return makePrivateFolderSync(folder, tries - 1);
    }
    if (code === 'ENOENT' || !isFolder(folder)) throw error;
  }
};

/** Makes a folder that only its owner can enter; one that others can enter is closed to them. */
export const ensurePrivateFolder = async (folder: string): Promise<void> => {
  await makeFolders(folder);
  // Windows keeps the user's folder private by its own rules; modes mean nothing there.
  if (process.platform !== 'win32' && ((await stat(folder)).mode & 0o077) !== 0) await chmod(folder, mode);
};
