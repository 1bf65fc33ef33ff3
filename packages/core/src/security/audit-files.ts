import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mayStillRun } from '../files/process-identity.ts';
import { chainBegin, checkAuditLines } from './audit-log.ts';

/** One chain: the file of a process and what was rotated out of it, oldest first. */
interface Chain {
  /** Process that wrote it, and when it began. */
  readonly pid: number;
  readonly begunAt: number;
  readonly files: readonly string[];
}

const fileName =
  /^(?<stem>audit-(?<day>\d{4}-\d\d-\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)-(?<pid>\d+)(?:-\d+)?)\.jsonl(?:\.(?<rotation>\d+))?$/;

const chainOf = (name: string) => {
  const { stem, day, hour, minute, second, pid, rotation } = fileName.exec(name)?.groups ?? {};
  if (stem === undefined) return undefined;
  // The file without a number is the newest of its chain.
  const turn = Number(rotation ?? Number.POSITIVE_INFINITY);
  return { stem, turn, pid: Number(pid), begunAt: Date.parse(`${day}T${hour}:${minute}:${second}Z`) };
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/** Oldest first: names begin with the time. */
const chainsIn = (folder: string): readonly Chain[] => {
  const found = new Map<string, { pid: number; begunAt: number; files: { path: string; turn: number }[] }>();
  for (const name of namesIn(folder)) {
    const known = chainOf(name);
    if (known === undefined) continue;
    const { stem, turn, pid, begunAt } = known;
    const chain = found.get(stem) ?? { pid, begunAt, files: [] };
    chain.files.push({ path: join(folder, name), turn });
    found.set(stem, chain);
  }
  return [...found.values()].map((chain) => ({ ...chain, files: chain.files.sort((a, b) => a.turn - b.turn).map(({ path }) => path) }));
};

const mostChains = 500;
const mostDays = 180;
const dayMs = 86_400_000;
/** A process of another machine that shares the folder cannot be seen, but it writes. */
const freshMs = 3_600_000;

const changedAtMs = ({ files }: Chain): number => {
  try {
    return Math.max(...files.map((file) => statSync(file).mtimeMs));
  } catch {
    // Somebody else is clearing up.
    return Number.POSITIVE_INFINITY;
  }
};

/** Removes whole chains that are old or too many, oldest first; never one whose process may still write it. */
export const pruneAuditFiles = (
  folder: string,
  { most = mostChains, now = Date.now }: { readonly most?: number; readonly now?: () => number } = {},
): void => {
  const chains = chainsIn(folder);
  chains.forEach((chain, index) => {
    const ageMs = now() - changedAtMs(chain);
    const tooMany = chains.length - index > most;
    if (!(tooMany || ageMs > mostDays * dayMs) || ageMs < freshMs || mayStillRun(chain.pid, chain.begunAt)) return;
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

/** Checks every file of an audit log, and that a rotated file goes on in the next. Lines cut off at the very end leave no trace. */
export const verifyAuditFiles = (folder: string): readonly AuditFinding[] =>
  chainsIn(folder).flatMap(({ files }) => {
    let expected = chainBegin;
    return files.map((file) => {
      const { lines, bad, first, last } = checkAuditLines(readFileSync(file, 'utf8'));
      const beginsLate = first !== undefined && first !== expected;
      expected = last ?? expected;
      return { file, lines, bad, beginsLate };
    });
  });
