import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  constants as fsConstants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** One line of the trail. Values are redacted before they come here. */
export interface AuditEntry {
  readonly phase: 'intent' | 'outcome';
  readonly tool: string;
  readonly principal: string;
  readonly level: string;
  readonly callId: string;
  readonly args?: unknown;
  readonly outcome?: string;
  readonly durationMs?: number;
}

export interface AuditLog {
  readonly file: string;
  /** Writes one line. Throws when the line could not be written: a write without a trail does not happen. */
  append(entry: AuditEntry): void;
  close(): void;
}

const rotateBytes = 5 * 1024 * 1024;
/** What the first line of a chain follows. */
export const chainBegin = '0'.repeat(32);
const chain = (previous: string, body: string): string => createHash('sha256').update(`${previous}\n${body}`).digest('hex').slice(0, 32);

const taken = new Set<string>();
/** A chain has one writer: two trails of one process, or of one id in the same second, do not share a file. */
const freeName = (stem: string): string => {
  let file = `${stem}.jsonl`;
  for (let copy = 2; taken.has(file) || existsSync(file); copy += 1) file = `${stem}-${copy}.jsonl`;
  taken.add(file);
  return file;
};

/** Node's own recursive mkdir never ends under a folder such as /proc, where nothing can be made. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in between.
    if (!existsSync(folder)) throw error;
  }
};

/**
 * Opens a trail of this process: one file per process, since several servers of one user run at once and a chain has one writer.
 * Each line holds the hash of the line before it; a rotated file's last hash opens the next file.
 */
export const openAuditLog = (folder: string, options: { maxBytes?: number; now?: () => Date } = {}): AuditLog => {
  const now = options.now ?? (() => new Date());
  const file = freeName(join(folder, `audit-${now().toISOString().slice(0, 19).replace(/:/g, '')}-${process.pid}`));
  makeFolder(dirname(file));
  let descriptor: number | undefined;
  let previous = chainBegin;
  let rotations = 0;
  let halfLine = false;
  const open = (): number => {
    const flags = fsConstants.O_APPEND | fsConstants.O_CREAT | fsConstants.O_WRONLY | (fsConstants.O_NOFOLLOW ?? 0);
    descriptor ??= openSync(file, flags, 0o600);
    return descriptor;
  };
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    file,
    close,
    append: (entry) => {
      // A line in a file that somebody removed meanwhile would be a line nowhere.
      if (fstatSync(open()).nlink === 0) close();
      if (fstatSync(open()).size > (options.maxBytes ?? rotateBytes)) {
        close();
        rotations += 1;
        renameSync(file, `${file}.${rotations}`);
      }
      const body = JSON.stringify({ at: now().toISOString(), ...entry });
      const hash = chain(previous, body);
      const line = Buffer.from(`${halfLine ? '\n' : ''}${JSON.stringify({ prev: previous, hash, entry: body })}\n`);
      const written = writeSync(open(), line);
      if (written > 0) halfLine = written !== line.length;
      // A short write (full disk) leaves half a line; saying so beats acting without a trail.
      if (written !== line.length) throw new Error('the audit line was cut short');
      previous = hash;
    },
  };
};

export interface AuditLines {
  readonly lines: number;
  /** Line numbers (from 1) whose hash or link does not hold. */
  readonly bad: readonly number[];
  /** The hash that the first line follows, and that of the last. */
  readonly first?: string;
  readonly last?: string;
}

/** Follows the chain through the text of one file. */
export const checkAuditLines = (text: string): AuditLines => {
  let first: string | undefined;
  let last: string | undefined;
  const bad: number[] = [];
  const lines = text.split('\n').filter(Boolean);
  lines.forEach((line, index) => {
    try {
      const { prev, hash, entry } = JSON.parse(line) as { prev: string; hash: string; entry: string };
      if ((last !== undefined && prev !== last) || chain(prev, entry) !== hash) bad.push(index + 1);
      first ??= prev;
      last = hash;
    } catch {
      bad.push(index + 1);
    }
  });
  return { lines: lines.length, bad, ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
};

/** Line numbers (from 1) whose hash or link does not hold. Empty means untouched. */
export const verifyAuditLog = (file: string): readonly number[] => checkAuditLines(readFileSync(file, 'utf8')).bad;
