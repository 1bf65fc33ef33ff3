import { isToolError, refuse, type ToolError } from '../errors/tool-error.ts';
import { withFileLock } from '../files/file-lock.ts';
import { errorCodeOf } from '../files/system-error.ts';
import type { Secrets } from '../security/redactor.ts';
import type { CredentialStore } from './credential-store.ts';

/** Tokens as stored; `generation` grows by one with every refresh, in whatever process. */
export interface StoredTokens<T> {
  readonly generation: number;
  readonly tokens: T;
  /** Since when the refresh token is out with the server, by our clock. Still here later: nobody kept what the server answered. */
  readonly presentedAt?: string;
}

const invalidGrant = Symbol.for('switchyard.invalid-grant');

/** Throw this (or a ToolError `auth_failed`) from `refresh` when the server says the refresh token is no longer good. */
export class InvalidGrantError extends Error {
  readonly [invalidGrant] = true;

  constructor() {
    super('invalid_grant');
    this.name = 'InvalidGrantError';
  }
}

export interface RefreshOptions<T> {
  readonly store: CredentialStore;
  /** Name of the entry that holds the tokens. */
  readonly key: string;
  /** Are these still good, with some skew? */
  isLive(tokens: T): boolean;
  /** Asks the server for new tokens. Must end by itself, within 10 s or so. */
  refresh(tokens: T): Promise<T>;
  /** The generation that upstream refused although it looked live: only a newer one will do. */
  readonly refused?: number;
  /** How long to wait for another process that refreshes, 30 s by default. */
  readonly lockTimeoutMs?: number;
  /** Is told when new tokens could not be kept, and when a refresh token is presented again because an earlier answer never was. */
  readonly log?: (message: string) => void;
}

const loginNeeded = (why: string): ToolError => refuse('auth_required', 'There is no usable login.', { why, next: ['Run login again.'] });

const tryParse = <T>(text: string): StoredTokens<T> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('generation' in value && 'tokens' in value)) return undefined;
    const { presentedAt } = value as { presentedAt?: unknown };
    const known = typeof value.generation === 'number' && (presentedAt === undefined || typeof presentedAt === 'string');
    return known ? (value as StoredTokens<T>) : undefined;
  } catch {
    return undefined;
  }
};

const keepAll = (tokens: unknown, secrets: Secrets): void => {
  if (typeof tokens !== 'object' || tokens === null) return;
  for (const [name, value] of Object.entries(tokens))
    if (typeof value === 'string' && /token|secret|cookie|session/i.test(name)) secrets.keep(value);
};

/** Reads the tokens without refreshing them. */
export const readTokens = async <T>(store: CredentialStore, key: string): Promise<StoredTokens<T> | undefined> => {
  const text = await store.get(key);
  if (text === undefined) return undefined;
  const stored = tryParse<T>(text);
  if (stored === undefined) throw loginNeeded('The stored tokens are in a form this release does not know.');
  keepAll(stored.tokens, store.secrets);
  return stored;
};

const write = async <T>(store: CredentialStore, key: string, stored: StoredTokens<T>): Promise<StoredTokens<T>> => {
  keepAll(stored.tokens, store.secrets);
  await store.set(key, JSON.stringify(stored));
  return stored;
};

/** Stores tokens of a new login, as a newer generation than whatever was there. */
export const saveTokens = <T>(store: CredentialStore, key: string, tokens: T): Promise<StoredTokens<T>> =>
  withFileLock(store.lockPath(key), async () => {
    const text = await store.get(key);
    const generation = ((text === undefined ? undefined : tryParse<T>(text))?.generation ?? 0) + 1;
    return write(store, key, { generation, tokens });
  });

/** Does this error say that the refresh token is no longer good? */
export const isInvalidGrant = (error: unknown): boolean =>
  (error instanceof Error && invalidGrant in error) || (isToolError(error) && error.fields.code === 'auth_failed');

const must = async <T>({ store, key }: RefreshOptions<T>): Promise<StoredTokens<T>> => {
  const stored = await readTokens<T>(store, key);
  if (stored === undefined) throw loginNeeded('Nobody has logged in with this profile.');
  return stored;
};

const usable = <T>({ isLive, refused }: RefreshOptions<T>, stored: StoredTokens<T>): boolean =>
  (refused === undefined || stored.generation > refused) && isLive(stored.tokens);

/** Pairs the server gave us that the disk would not take: losing one would lock the person out. */
const unsaved = new Map<string, StoredTokens<unknown>>();

const diskTrouble = (error: unknown): string => {
  if (isToolError(error)) return error.fields.why ?? error.fields.what;
  return errorCodeOf(error) || 'unknown reason';
};

const persist = async <T>(options: RefreshOptions<T>, fresh: StoredTokens<T>): Promise<StoredTokens<T>> => {
  const { store, key } = options;
  const id = store.lockPath(key);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const saved = await write(store, key, fresh);
      unsaved.delete(id);
      return saved;
    } catch (error) {
      if (attempt < 3) continue;
      unsaved.set(id, fresh);
      options.log?.(
        `The renewed login could not be kept on disk (${diskTrouble(error)}). It works until this process ends, and is written at the next renewal; if that fails too, a login is needed.`,
      );
      return fresh;
    }
  }
};

/** The newest tokens: stored, or held here because an earlier write failed (then tried again). */
const newest = async <T>(options: RefreshOptions<T>): Promise<StoredTokens<T>> => {
  const stored = await must(options);
  const id = options.store.lockPath(options.key);
  const held = unsaved.get(id) as StoredTokens<T> | undefined;
  if (held === undefined) return stored;
  if (held.generation > stored.generation) return persist(options, held);
  unsaved.delete(id);
  return stored;
};

/** Says on disk, before anything is sent, that the refresh token goes out. A disk that does not take it must not end the login. */
const present = async <T>({ store, key }: RefreshOptions<T>, stored: StoredTokens<T>): Promise<void> => {
  await write(store, key, { ...stored, presentedAt: new Date().toISOString() }).catch(() => undefined);
};

/** Nothing went out after all. */
const takeBack = async <T>({ store, key }: RefreshOptions<T>, { presentedAt: _, ...stored }: StoredTokens<T>): Promise<void> => {
  await write(store, key, stored).catch(() => undefined);
};

/** The refresh token went out before, and the answer was lost with its process or its connection. It may be used up. */
const lostAnswer = (presentedAt: string): ToolError =>
  loginNeeded(
    `A renewal was interrupted (${presentedAt.slice(0, 40)}): the server may have answered with new tokens that were never kept, and it does not take the old one again.`,
  );

const renew = async <T>(options: RefreshOptions<T>, stored: StoredTokens<T>, mayAdopt: boolean): Promise<StoredTokens<T>> => {
  const { presentedAt } = stored;
  if (presentedAt !== undefined)
    options.log?.(
      `A renewal of the login was interrupted (${presentedAt.slice(0, 40)}) and may have used up its refresh token; it is presented again.`,
    );
  else await present(options, stored);
  let tokens: T;
  try {
    tokens = await options.refresh(stored.tokens);
  } catch (error) {
    if (presentedAt === undefined && isToolError(error) && error.fields.sideEffects === 'none') await takeBack(options, stored);
    if (!isInvalidGrant(error)) throw error;
    // Somebody who did not hold our lock (an older release, a copy on another disk) may have refreshed; never delete what they wrote.
    const now = await must(options);
    if (now.generation === stored.generation || !mayAdopt) throw presentedAt === undefined ? error : lostAnswer(presentedAt);
    return usable(options, now) ? now : renew(options, now, false);
  }
  return persist(options, { generation: stored.generation + 1, tokens });
};

const underLock = <T>(options: RefreshOptions<T>): Promise<StoredTokens<T>> =>
  withFileLock(
    options.store.lockPath(options.key),
    async () => {
      const stored = await newest(options);
      return usable(options, stored) ? stored : renew(options, stored, true);
    },
    { what: 'the login', timeoutMs: options.lockTimeoutMs ?? 30_000 },
  );

const inFlight = new Map<string, Promise<StoredTokens<unknown>>>();

/**
 * Live tokens, refreshed if need be, so that no refresh token is ever presented twice: one lock spans read, refresh and persist, and
 * whoever waited adopts what the other process got.
 */
export const refreshTokens = async <T>(options: RefreshOptions<T>): Promise<StoredTokens<T>> => {
  const id = options.store.lockPath(options.key);
  if (!unsaved.has(id)) {
    const stored = await must(options);
    if (usable(options, stored)) return stored;
  }
  const flight = `${id} ${options.refused ?? ''}`;
  const running = (inFlight.get(flight) as Promise<StoredTokens<T>> | undefined) ?? underLock(options);
  inFlight.set(flight, running);
  try {
    return await running;
  } finally {
    if (inFlight.get(flight) === running) inFlight.delete(flight);
  }
};
