import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { errorCodeOf } from './system-error.ts';

const windows = process.platform === 'win32';

const notUsed = (path: string, why: string, next: string): ToolError =>
  refuse('auth_required', `${path} was not used.`, { why, next: [next] });

export interface ReadOptions {
  readonly maxBytes: number;
  /** Accept a file that others can read, and say so in `exposed`. */
  readonly allowExposed?: boolean;
}

export interface PrivateFile {
  readonly data: Buffer;
  readonly exposed: boolean;
}

const readOpened = async (file: FileHandle, path: string, options: ReadOptions): Promise<PrivateFile> => {
  const facts = await file.stat();
  if (!facts.isFile()) throw notUsed(path, 'It is not a regular file.', 'Move it away.');
  if (facts.size > options.maxBytes) throw notUsed(path, `It is larger than ${options.maxBytes} bytes.`, 'Move it away.');
  // Windows keeps the user's folder private by its own rules; modes mean nothing there.
  const exposed = !windows && (facts.mode & 0o077) !== 0;
  if (exposed && !options.allowExposed) throw notUsed(path, 'Other users of this machine can read it.', `Run: chmod 600 ${path}`);
  return { data: await file.readFile(), exposed };
};

/** Reads a file that must be a regular one, small, and its owner's only. Undefined when there is none; symlinks are refused. */
export const readPrivateFile = async (path: string, options: ReadOptions): Promise<PrivateFile | undefined> => {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw notUsed(path, 'It is a symbolic link.', 'Put the file itself there.');
    throw notUsed(path, `It could not be opened (${code || 'unknown cause'}).`, 'Check who owns the file and its folders.');
  }
  try {
    return await readOpened(file, path, options);
  } finally {
    await file.close();
  }
};

// Virus scanners hold fresh files open on Windows; the rename works a moment later.
const renameSoon = async (from: string, to: string, tries = 8): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!windows || attempt >= tries || !['EPERM', 'EBUSY', 'EACCES'].includes(errorCodeOf(error))) throw error;
      await delay(15 * attempt);
    }
  }
};

const syncFolder = async (folder: string): Promise<void> => {
  if (windows) return;
  const handle = await open(folder, constants.O_RDONLY);
  // Some network file systems cannot sync a folder; the file itself is safe by then.
  await handle.sync().catch(() => undefined);
  await handle.close();
};

/** Makes a new file with mode 0600, on disk when this returns; nothing of it is left when that fails. @throws EEXIST when the name is taken. */
export const createPrivateFile = async (path: string, data: string | Uint8Array): Promise<void> => {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), 0o600);
  try {
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
};

/** Writes a file with mode 0600 so that a reader, or a crash, sees the old one or the new one and nothing between. */
export const writePrivateFile = async (path: string, data: string | Uint8Array): Promise<void> => {
  const folder = dirname(path);
  await ensurePrivateFolder(folder);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
  await createPrivateFile(temporary, data);
  try {
    await renameSoon(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
};

/** The value of a private JSON file; undefined when there is none or it is damaged. @throws ToolError for a file that may not be used. */
export const readPrivateJson = async (path: string, options: ReadOptions): Promise<unknown> => {
  const file = await readPrivateFile(path, options);
  try {
    return file === undefined ? undefined : JSON.parse(file.data.toString('utf8'));
  } catch {
    return undefined;
  }
};
