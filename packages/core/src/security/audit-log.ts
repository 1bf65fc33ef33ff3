import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openAppendFile } from '../files/append-file.ts';
import { makePrivateFolderSync } from '../files/private-folder.ts';

/** One line of the trail. Values are redacted before they come here. */
export interface AuditEntry {
  readonly phase: 'intent' | 'outcome';
  readonly tool: string;
  /** Of a tool that has several. */
  readonly op?: string;
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

/**
 * Opens a trail of this process: one file per process, since several servers of one user run at once and a chain has one writer.
 * Each line holds the hash of the line before it; a rotated file's last hash opens the next file.
 */
export const openAuditLog = (folder: string, options: { maxBytes?: number; now?: () => Date } = {}): AuditLog => {
  const now = options.now ?? (() => new Date());
  const file = freeName(join(folder, `audit-${now().toISOString().slice(0, 19).replace(/:/g, '')}-${process.pid}`));
  makePrivateFolderSync(dirname(file));
  const lines = openAppendFile(file);
  let previous = chainBegin;
  let rotations = 0;
  return {
    file,
    close: () => lines.close(),
    append: (entry) => {
      if (lines.size() > (options.maxBytes ?? rotateBytes)) {
        rotations += 1;
        lines.rotateTo(`${file}.${rotations}`);
      }
      const body = JSON.stringify({ at: now().toISOString(), ...entry });
      const hash = chain(previous, body);
      // What a full disk cut short throws; saying so beats acting without a trail.
      lines.append(`${JSON.stringify({ prev: previous, hash, entry: body })}\n`);
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
