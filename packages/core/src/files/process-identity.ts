import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCodeOf } from './system-error.ts';

/** A process, precise enough to tell a recycled process id from its first owner. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot (Linux), else "". */
  readonly start: string;
  readonly boot: string;
  /** Host and process-id namespace: process ids mean nothing outside of it. */
  readonly place: string;
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** Start time of a process from /proc, "dead" when it is gone or a zombie, "" when /proc cannot tell. */
const startTime = (pid: number): string => {
  const text = readText(`/proc/${pid}/stat`);
  if (text === '') return readText('/proc/self/stat') === '' ? '' : 'dead';
  // The second field is the program's name in brackets and may hold anything, brackets included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ['Z', 'X', 'x'].includes(fields[0] ?? '') ? 'dead' : (fields[19] ?? '');
};

const namespace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

let self: ProcessIdentity | undefined;

/** This process. */
export const thisProcess = (): ProcessIdentity => {
  self ??= {
    pid: process.pid,
    start: startTime(process.pid),
    boot: readText('/proc/sys/kernel/random/boot_id'),
    place: `${hostname()} ${namespace()}`,
  };
  return self;
};

const signalReaches = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
};

/** How long a process we cannot see is believed to live. */
const trustMs = 120_000;
/** Clocks of file servers differ a little; beyond this a time in the future says nothing. */
const skewMs = 5_000;

const recent = (seenAt: number, now: number): boolean => seenAt <= now + skewMs && now - seenAt < trustMs;

/** True when the process certainly or probably still runs. `seenAt`: when it last gave a sign of life, such as a file's mtime. */
export const isProcessAlive = (known: ProcessIdentity, seenAt: number, now: number = Date.now()): boolean => {
  const me = thisProcess();
  if (known.place !== me.place) return recent(seenAt, now);
  if (known.boot !== me.boot) return false;
  const start = startTime(known.pid);
  if (start === 'dead') return false;
  if (start !== '' && known.start !== '') return start === known.start;
  return signalReaches(known.pid) && recent(seenAt, now);
};

/** Linux counts starts in hundredths of a second for every program, whatever its kernel ticks in. */
const tickMs = 10;

/** When the process with this id started, by our clock; undefined where nothing shows it. */
const startedAt = (pid: number): number | undefined => {
  if (pid === process.pid) return performance.timeOrigin;
  const [theirs, mine] = [startTime(pid), thisProcess().start];
  if (theirs === '' || theirs === 'dead' || mine === '') return undefined;
  return performance.timeOrigin + (Number(theirs) - Number(mine)) * tickMs;
};

/**
 * For a record that holds no more of a process than its id: may the one that ran at the moment `atMs` run still? One that started
 * later has only the same id, as in a container, where every start is process 1.
 */
export const mayStillRun = (pid: number, atMs: number): boolean => {
  if (startTime(pid) === 'dead' || !signalReaches(pid)) return false;
  const start = startedAt(pid);
  return start === undefined || start <= atMs + skewMs;
};

/** The identity in a record that was read; undefined when it is none. */
export const asProcessIdentity = (value: unknown): ProcessIdentity | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, start, boot, place } = value as Record<string, unknown>;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
  if (typeof start !== 'string' || typeof boot !== 'string' || typeof place !== 'string') return undefined;
  return { pid, start, boot, place };
};
