import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openAppendFile } from './append-file.ts';
import { withFileLock } from './file-lock.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { ensurePrivateFolder } from './private-folder.ts';

export interface LineJournalOptions<T> {
  readonly path: string;
  /** A larger file is pruned. */
  readonly maxBytes: number;
  /** The entry of a parsed line; undefined for any other value. */
  readonly parse: (value: unknown) => T | undefined;
  /** Which entries stay when it is pruned. */
  readonly keep: (entries: readonly T[]) => readonly T[];
}

/** Entries as JSON lines of one private file that several processes may write. */
export interface LineJournal<T> {
  append(entries: readonly T[]): Promise<void>;
  /** Oldest first. Damaged lines are left out. */
  read(): Promise<readonly T[]>;
}

const linesOf = (entries: readonly unknown[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

export const createLineJournal = <T>({ path, maxBytes, parse, keep }: LineJournalOptions<T>): LineJournal<T> => {
  const entryOf = (line: string): readonly T[] => {
    try {
      const entry = parse(JSON.parse(line));
      return entry === undefined ? [] : [entry];
    } catch {
      // A line cut by a crash.
      return [];
    }
  };
  const read = async (): Promise<readonly T[]> => {
    const file = await readPrivateFile(path, { maxBytes: maxBytes * 4 });
    return (file?.data.toString('utf8').split('\n') ?? []).flatMap(entryOf);
  };
  const append = async (entries: readonly T[]): Promise<void> => {
    const file = openAppendFile(path);
    try {
      file.append(linesOf(entries));
    } finally {
      // Not kept open: Windows replaces no file that somebody has open.
      file.close();
    }
    if ((await stat(path)).size > maxBytes) await writePrivateFile(path, linesOf(keep(await read())));
  };
  return {
    append: async (entries) => {
      await ensurePrivateFolder(dirname(path));
      // Another process that prunes would lose what is added between its reading and its writing.
      await withFileLock(`${path}.lock`, () => append(entries), { what: 'the journal' });
    },
    read,
  };
};
