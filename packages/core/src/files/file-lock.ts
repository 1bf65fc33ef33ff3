import { randomBytes } from 'node:crypto';
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { asProcessIdentity, isProcessAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';
import { errorCodeOf } from './system-error.ts';

export interface LockOptions {
  /** How long to wait for another process, 30 s by default. */
  readonly timeoutMs?: number;
  /** What is locked, for the error text: "the credentials of profile default". */
  readonly what?: string;
  readonly signal?: AbortSignal;
}

export interface HeldLock {
  /** Gives the lock up. Safe to call twice. */
  release(): Promise<void>;
}

/** What a lock file holds: its holder, and a name for this very lock. */
interface LockOwner extends ProcessIdentity {
  readonly nonce: string;
}

const parseOwner = (text: string): LockOwner | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const holder = asProcessIdentity(value);
    const nonce = holder && (value as { nonce?: unknown }).nonce;
    return holder && typeof nonce === 'string' && /^[0-9a-f]{16,64}$/.test(nonce) ? { ...holder, nonce } : undefined;
  } catch {
    return undefined;
  }
};

/** A record that is half-written for this long was left by a crash. */
const unreadableMs = 5_000;

const createWithContent = async (path: string, owner: LockOwner): Promise<boolean> => {
  const temporary = `${path}.${owner.nonce}.tmp`;
  const text = JSON.stringify(owner);
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    // A link appears with its content, so nobody ever reads half a record.
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    return await createDirectly(path, text);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
};

const createDirectly = async (path: string, text: string): Promise<boolean> => {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** The record in a lock file: who, or why not known; undefined when the file is gone. */
const inspect = async (path: string): Promise<{ readonly id: string; readonly stale: boolean } | undefined> => {
  try {
    const [text, facts] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const owner = parseOwner(text);
    if (owner) return { id: owner.nonce, stale: !isProcessAlive(owner, facts.mtimeMs) };
    const age = Date.now() - facts.mtimeMs;
    return { id: `unreadable-${facts.ino}`, stale: age > unreadableMs || age < -unreadableMs };
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Removes a dead owner's lock. Two processes may see the same corpse: without a guard named after that very record, the slower one
 * would remove the lock that the faster one has taken since.
 */
const clear = async (path: string, id: string, depth: number): Promise<void> => {
  const guard = `${path}.${id.slice(0, 28)}`;
  if (!(await tryLock(guard, randomBytes(16).toString('hex'), depth + 1))) return;
  try {
    if ((await inspect(path))?.id === id) await unlink(path);
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw error;
  } finally {
    await unlink(guard).catch(() => undefined);
  }
};

const tryLock = async (path: string, nonce: string, depth = 0): Promise<boolean> => {
  if (await createWithContent(path, { ...thisProcess(), nonce })) return true;
  const found = await inspect(path);
  // A cleaner may have died as well; three deep is more misfortune than there is.
  if (found?.stale && depth < 3) await clear(path, found.id, depth);
  return false;
};

const busy = (what: string, timeoutMs: number): ToolError =>
  refuse('conflict', `Another process has held the lock on ${what} for ${Math.round(timeoutMs / 1000)} s.`, {
    why: 'It may be waiting for an answer from upstream.',
    next: ['Try again in a moment.'],
    retryable: true,
    retryAfterMs: 2_000,
  });

/** Takes a lock that holds across processes. The lock of a process that died is taken over; that of a live one never. */
export const acquireLock = async (path: string, options: LockOptions = {}): Promise<HeldLock> => {
  const { timeoutMs = 30_000, what = 'a shared file', signal } = options;
  const nonce = randomBytes(16).toString('hex');
  const until = performance.now() + timeoutMs;
  await ensurePrivateFolder(dirname(path));
  while (!(await tryLock(path, nonce))) {
    if (performance.now() >= until) throw busy(what, timeoutMs);
    await delay(10 + Math.random() * 40, undefined, signal ? { signal } : {});
  }
  return {
    release: async () => {
      if ((await inspect(path))?.id === nonce) await unlink(path).catch(() => undefined);
    },
  };
};

/** Runs `run` under the lock and gives it up whatever happens. */
export const withFileLock = async <T>(path: string, run: () => Promise<T>, options: LockOptions = {}): Promise<T> => {
  const lock = await acquireLock(path, options);
  try {
    return await run();
  } finally {
    await lock.release();
  }
};
