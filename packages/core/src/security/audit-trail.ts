import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chainBegin, checkAuditLines } from './audit-log.ts';

/** One chain: the file of a process and what was rotated out of it, oldest first. */
interface Chain {
  /** Process that wrote it. */
  readonly pid: number;
  readonly files: readonly string[];
}

const fileName = /^(audit-\d{4}-\d\d-\d\dT\d{6}-(\d+)(?:-\d+)?)\.jsonl(?:\.(\d+))?$/;

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/** Oldest first: names begin with the time. */
const chainsIn = (folder: string): readonly Chain[] => {
  const found = new Map<string, { pid: number; files: { path: string; turn: number }[] }>();
  for (const name of namesIn(folder)) {
    const [, stem, pid, rotation] = fileName.exec(name) ?? [];
    if (stem === undefined) continue;
    const chain = found.get(stem) ?? { pid: Number(pid), files: [] };
    // The file without a number is the newest of its chain.
    chain.files.push({ path: join(folder, name), turn: Number(rotation ?? Number.POSITIVE_INFINITY) });
    found.set(stem, chain);
  }
  return [...found.values()].map(({ pid, files }) => ({ pid, files: files.sort((a, b) => a.turn - b.turn).map(({ path }) => path) }));
};

const mostChains = 500;
const mostDays = 180;
const dayMs = 86_400_000;
/** A process of another machine that shares the folder cannot be seen, but it writes. */
const freshMs = 3_600_000;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const changedAtMs = ({ files }: Chain): number => {
  try {
    return Math.max(...files.map((file) => statSync(file).mtimeMs));
  } catch {
    // Somebody else is clearing up.
    return Number.POSITIVE_INFINITY;
  }
};

/** Removes whole chains that are old or too many, oldest first; never one whose process may still write it. */
export const pruneAuditTrail = (
  folder: string,
  { most = mostChains, now = Date.now }: { readonly most?: number; readonly now?: () => number } = {},
): void => {
  const chains = chainsIn(folder);
  chains.forEach((chain, index) => {
    const ageMs = now() - changedAtMs(chain);
    const tooMany = chains.length - index > most;
    if (!(tooMany || ageMs > mostDays * dayMs) || ageMs < freshMs || isRunning(chain.pid)) return;
    try {
      for (const file of chain.files) rmSync(file, { force: true });
    } catch {
      // What cannot be removed stays: clearing up must not keep a write from happening.
    }
  });
};

export interface AuditFinding {
  readonly file: string;
  readonly lines: number;
  /** Line numbers (from 1) that were changed, or follow one that was taken out. */
  readonly bad: readonly number[];
  /** What came before its first line is not there. */
  readonly beginsLate: boolean;
}

/** Checks every file of a trail, and that a rotated file goes on in the next. Lines cut off at the very end leave no trace. */
export const verifyAuditTrail = (folder: string): readonly AuditFinding[] =>
  chainsIn(folder).flatMap(({ files }) => {
    let expected = chainBegin;
    return files.map((file) => {
      const { lines, bad, first, last } = checkAuditLines(readFileSync(file, 'utf8'));
      const beginsLate = first !== undefined && first !== expected;
      expected = last ?? expected;
      return { file, lines, bad, beginsLate };
    });
  });
