import { isInvalidGrant, type StoredTokens } from '../credentials/refresh-lock.ts';
import { isToolError } from '../errors/tool-error.ts';
import type { Log } from '../runtime/log.ts';
import type { RuntimeStorage } from '../runtime/runtime.ts';
import type { Clock } from '../time/clock.ts';
import type { HoldOff } from './hold-off.ts';
import { type LoginNames, loginHeldOff, loginNeeded, reasonOf, withoutSideEffects } from './login-errors.ts';
import type { TokenImport } from './token-import.ts';
import { createCredentialTokenStore, createMemoryTokenStore, type TokenStore } from './token-store.ts';

export interface SessionOptions<T> extends LoginNames {
  readonly clock: Pick<Clock, 'now'>;
  /** Where the tokens are stored; in memory without. */
  readonly storage: RuntimeStorage | undefined;
  /** Whether, and how long, no login is tried. */
  readonly holdOff: HoldOff;
  readonly log: Pick<Log, 'warn'>;
  /** When these tokens end, in epoch milliseconds; undefined when only the system knows. */
  readonly expiresAt: (tokens: T) => number | undefined;
  /** Asks for new tokens; undefined when the old ones are no longer good for that. Without it, what has ended needs a login. */
  readonly refresh?: (tokens: T) => Promise<T | undefined>;
  /** Logs in once, with what the settings hold. Calls `sent` before a password leaves this machine. Without it, a person must. */
  readonly login?: ((sent: () => void) => Promise<T>) | undefined;
  /** Reason for a missing `login`, for its error: "No password is set to log in again.". */
  readonly whyNoLogin?: string | undefined;
  /** Tokens of another program, taken over once; `refused` says that they were not accepted. */
  readonly imports?: { readonly from: TokenImport<T>; readonly refused: string } | undefined;
}

/** What is known of a login without asking the system. */
export interface SessionStatus {
  readonly state: 'unknown' | 'live' | 'expired' | 'login needed';
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
  /** Refreshes since the login. */
  readonly refreshes?: number;
  /** Why a login is needed. */
  readonly why?: string;
  /** Why the login is in memory only, when the credential store did not take it. */
  readonly notStored?: string;
}

/** The login of one profile: one at a time among all processes, refreshed before it ends, and never tried again and again. */
export interface Session<T> {
  /** Tokens and their generation; `refused` is a generation that the system did not take. */
  tokens(refused?: number): Promise<StoredTokens<T>>;
  status(): SessionStatus;
}

/** Tokens are refreshed this long before they end. */
const skewMs = 60_000;
/** A system that was away before it got the password is tried again this soon. */
const soonMs = 60_000;

const isDead = (error: unknown): boolean => isInvalidGrant(error) || (isToolError(error) && error.fields.code === 'auth_required');

/** One password, once. Whatever comes of it, the next is a long time away unless a person logs in. */
const logInOnce = async <T>(options: SessionOptions<T>, without: string): Promise<T> => {
  const { login, holdOff, clock, whyNoLogin } = options;
  if (login === undefined) throw loginNeeded(options, [without, whyNoLogin].filter(Boolean).join(' '));
  const held = await holdOff.active();
  if (held !== undefined) throw loginHeldOff(options, held.why, held.until - clock.now());
  await holdOff.begin('The login was interrupted.');
  let sent = false;
  try {
    const tokens = await login(() => {
      sent = true;
    });
    await holdOff.clear();
    return tokens;
  } catch (error) {
    if (isToolError(error)) {
      const { code, retryAfterMs } = error.fields;
      // A system that has the password counts each, whatever it answers.
      if (!sent && ['upstream_unavailable', 'timeout', 'cancelled'].includes(code)) await holdOff.unsent(reasonOf(error), soonMs);
      else await holdOff.failed(reasonOf(error), retryAfterMs);
    }
    throw error;
  }
};

/** Makes the session of one profile; nothing is read or sent before tokens are asked for. */
export const createSession = <T>(options: SessionOptions<T>): Session<T> => {
  const { clock, storage, imports } = options;
  const isLive = (tokens: T): boolean => (options.expiresAt(tokens) ?? Number.POSITIVE_INFINITY) - skewMs > clock.now();
  const storeOptions = { isLive, refresh: async (tokens: T) => options.refresh?.(tokens), log: options.log.warn };
  let opening: Promise<TokenStore<T>> | undefined;
  const open = (): Promise<TokenStore<T>> => {
    opening ??= (async () =>
      storage === undefined
        ? createMemoryTokenStore(storeOptions)
        : createCredentialTokenStore(await storage.credentials(), storeOptions))();
    return opening;
  };

  /** This generation, and those before it, are known to be dead: they are not presented again. */
  let deadGeneration = -1;
  let notStored: string | undefined;
  /** A login that the store does not take is better kept in memory than lost: systems block those who log in often. */
  const keep = async (store: TokenStore<T>, tokens: T): Promise<StoredTokens<T>> => {
    try {
      return await store.save(tokens);
    } catch (error) {
      if (!isToolError(error)) throw error;
      notStored = [error.fields.what, error.fields.why, ...(error.fields.next ?? [])].filter(Boolean).join(' ');
      options.log.warn(`the login is kept in memory only: ${notStored}`);
      const memory = createMemoryTokenStore(storeOptions);
      opening = Promise.resolve(memory);
      // It counts its generations from the beginning.
      deadGeneration = -1;
      return memory.save(tokens);
    }
  };

  let loss: string | undefined;
  const ended = `${options.system} no longer accepts the stored login: it has ended or was revoked.`;

  const isUsable = async (stored: StoredTokens<T> | undefined): Promise<boolean> =>
    stored !== undefined && stored.generation > deadGeneration && !((await imports?.from.isDead(stored)) ?? false);

  /** Refreshes imported tokens as any others: what fails on the way is tried again, what is dead is not. */
  const importTokens = async (store: TokenStore<T>): Promise<StoredTokens<T> | undefined> => {
    const imported = await imports?.from.importInto(store);
    if (imported === undefined) return undefined;
    try {
      return await store.live();
    } catch (error) {
      if (!isDead(error)) throw error;
      deadGeneration = imported.generation;
      loss = imports?.refused;
      await imports?.from.markDead(imported);
      return undefined;
    }
  };

  const newLogin = (store: TokenStore<T>): Promise<StoredTokens<T>> =>
    store.exclusively(async () => {
      // Another process may have logged in while this one waited.
      const stored = await store.peek();
      if (await isUsable(stored)) return store.live();
      const imported = await importTokens(store);
      if (imported !== undefined) return imported;
      return keep(store, await logInOnce(options, loss ?? (stored === undefined ? 'No login is stored.' : ended)));
    });

  const obtain = async (refused: number | undefined): Promise<StoredTokens<T>> => {
    const store = await open();
    if (!(await isUsable(await store.peek()))) return newLogin(store);
    try {
      return await store.live(refused);
    } catch (error) {
      if (!isDead(error)) throw error;
      const dead = await store.peek();
      deadGeneration = Math.max(deadGeneration, dead?.generation ?? 0);
      // The credential store knows of a refresh that was interrupted.
      loss = (isToolError(error) ? error.fields.why : undefined) ?? ended;
      if (dead !== undefined) await imports?.from.markDead(dead);
      return newLogin(store);
    }
  };

  /** Opening the store for every request would cost more than the request. */
  let current: StoredTokens<T> | undefined;
  const flights = new Map<number | undefined, Promise<StoredTokens<T>>>();
  const fresh = async (refused: number | undefined): Promise<StoredTokens<T>> => {
    try {
      current = await obtain(refused);
    } catch (error) {
      // Refused and not replaced: it is not tried on the system again.
      if (refused !== undefined && isDead(error)) current = undefined;
      throw withoutSideEffects(error);
    }
    loss = undefined;
    return current;
  };

  return {
    tokens: (refused) => {
      if (current !== undefined && refused === undefined && isLive(current.tokens)) return Promise.resolve(current);
      const flight = flights.get(refused) ?? fresh(refused).finally(() => flights.delete(refused));
      flights.set(refused, flight);
      return flight;
    },
    status: () => {
      const stored = notStored === undefined ? {} : { notStored };
      if (loss !== undefined) return { state: 'login needed', why: loss, ...stored };
      if (current === undefined) return { state: 'unknown', ...stored };
      const expiresAt = options.expiresAt(current.tokens);
      const known = { refreshes: current.generation - 1, ...(expiresAt === undefined ? {} : { expiresAt }), ...stored };
      return { state: isLive(current.tokens) ? 'live' : 'expired', ...known };
    },
  };
};
