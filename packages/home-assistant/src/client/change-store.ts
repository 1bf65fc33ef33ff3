import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, ensurePrivateFolder, errorCodeOf, readPrivateJson, writePrivateFile } from '@switchyard-mcp/core/files';

/** Where changes are kept, by their numbers. */
export interface ChangeStore {
  /** Newest first. */
  numbers(): Promise<readonly number[]>;
  /** What was kept; undefined when it is not there or cannot be read. */
  read(number: number): Promise<unknown>;
  /** False when the number is taken. @throws when it cannot be kept. */
  create(number: number, text: string): Promise<boolean>;
  /** @throws when it cannot be kept. */
  replace(number: number, text: string): Promise<void>;
  remove(number: number): Promise<void>;
}

const maxBytes = 16 * 1024 * 1024;
const nameOf = (number: number): string => `ch-${String(number).padStart(6, '0')}.json`;

/** The number in "ch-7", "ch-000007" or the name of its file. */
export const changeNumber = (name: string): number | undefined => {
  const match = /^ch-0*(\d{1,9})(?:\.json)?$/.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]);
};

/** Files of one folder, one for each change: several servers may write at once, and a crash loses none. */
export const fileChanges = (folder: string): ChangeStore => {
  const pathOf = (number: number): string => join(folder, nameOf(number));
  return {
    numbers: async () => {
      const names = await readdir(folder).catch(() => []);
      return names.flatMap((name) => changeNumber(name) ?? []).sort((a, b) => b - a);
    },
    read: (number) => readPrivateJson(pathOf(number), { maxBytes }).catch(() => undefined),
    create: async (number, text) => {
      await ensurePrivateFolder(folder);
      try {
        await createPrivateFile(pathOf(number), text);
        return true;
      } catch (error) {
        if (errorCodeOf(error) !== 'EEXIST') throw error;
        return false;
      }
    },
    replace: (number, text) => writePrivateFile(pathOf(number), text),
    remove: (number) => unlink(pathOf(number)).catch(() => undefined),
  };
};

/** Changes of this connection only, for a program that gives no storage: nothing is written to disk. */
export const memoryChanges = (): ChangeStore => {
  const texts = new Map<number, string>();
  return {
    numbers: async () => [...texts.keys()].sort((a, b) => b - a),
    read: async (number) => {
      const text = texts.get(number);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    create: async (number, text) => {
      if (texts.has(number)) return false;
      texts.set(number, text);
      return true;
    },
    replace: async (number, text) => void texts.set(number, text),
    remove: async (number) => void texts.delete(number),
  };
};
