import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCodeOf } from './private-file.ts';

/** Who holds a lock, precise enough to tell a recycled process id from its first owner. */
export interface LockOwner {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot (Linux), else "". */
  readonly start: string;
  readonly boot: string;
  /** Host and process-id namespace: process ids mean nothing outside of it. */
  readonly place: string;
  readonly nonce: string;
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

let self: Omit<LockOwner, 'nonce'> | undefined;

/** This process. */
export const thisOwner = (nonce: string): LockOwner => {
  self ??= {
    pid: process.pid,
    start: startTime(process.pid),
    boot: readText('/proc/sys/kernel/random/boot_id'),
    place: `${hostname()} ${namespace()}`,
  };
  return { ...self, nonce };
};

const signalReaches = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
};

/** How long an owner we cannot see is believed. */
const trustMs = 120_000;
/** Clocks of file servers differ a little; beyond this a time in the future says nothing. */
const skewMs = 5_000;

const recent = (changedAt: number, now: number): boolean => changedAt <= now + skewMs && now - changedAt < trustMs;

/** True when the owner certainly or probably still holds the lock. `changedAt` is the lock file's mtime. */
export const isAlive = (owner: LockOwner, changedAt: number, now: number = Date.now()): boolean => {
  const me = thisOwner('');
  if (owner.place !== me.place) return recent(changedAt, now);
  if (owner.boot !== me.boot) return false;
  const start = startTime(owner.pid);
  if (start === 'dead') return false;
  if (start !== '' && owner.start !== '') return start === owner.start;
  return signalReaches(owner.pid) && recent(changedAt, now);
};

/** Reads a lock file's text; undefined when it is not an owner record. */
export const parseOwner = (text: string): LockOwner | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, start, boot, place, nonce } = value as Record<string, unknown>;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
    if (typeof start !== 'string' || typeof boot !== 'string' || typeof place !== 'string') return undefined;
    return typeof nonce === 'string' && /^[0-9a-f]{16,64}$/.test(nonce) ? { pid, start, boot, place, nonce } : undefined;
  } catch {
    return undefined;
  }
};
