import type { CredentialStore } from '../credentials/credential-store.ts';
import { InvalidGrantError, readTokens, refreshTokens, type StoredTokens, saveTokens } from '../credentials/refresh-lock.ts';
import { withFileLock } from '../files/file-lock.ts';

/** The credential store's entry with the tokens of a profile. */
export const tokensKey = 'tokens';

export interface TokenStoreOptions<T> {
  readonly isLive: (tokens: T) => boolean;
  /** Asks for new tokens; undefined when the old ones are no longer good for that. */
  readonly refresh: (tokens: T) => Promise<T | undefined>;
  /** Gets a line when the disk does not take new tokens, and when a refresh was interrupted. */
  readonly log: (message: string) => void;
}

/** Tokens of one profile. Each refresh token is presented once, whatever other processes do. */
export interface TokenStore<T> {
  /** Stored tokens, live or not. */
  peek(): Promise<StoredTokens<T> | undefined>;
  /** Live tokens; `refused` is a generation that was not accepted although it looked live. @throws InvalidGrantError */
  live(refused?: number): Promise<StoredTokens<T>>;
  save(tokens: T): Promise<StoredTokens<T>>;
  /** Runs alone among all processes that use the same store. */
  exclusively<R>(run: () => Promise<R>): Promise<R>;
}

const refreshOrThrow =
  <T>({ refresh }: TokenStoreOptions<T>) =>
  async (tokens: T): Promise<T> => {
    const fresh = await refresh(tokens);
    if (fresh === undefined) throw new InvalidGrantError();
    return fresh;
  };

/** Longer than a login takes. */
const loginLockMs = 40_000;

/** Tokens in the credential store, shared by the processes of one user. */
export const createCredentialTokenStore = <T>(store: CredentialStore, options: TokenStoreOptions<T>): TokenStore<T> => ({
  peek: () => readTokens<T>(store, tokensKey),
  live: (refused) =>
    refreshTokens<T>({
      store,
      key: tokensKey,
      isLive: options.isLive,
      refresh: refreshOrThrow(options),
      log: options.log,
      ...(refused === undefined ? {} : { refused }),
    }),
  save: (tokens) => saveTokens(store, tokensKey, tokens),
  exclusively: (run) => withFileLock(store.lockPath('login'), run, { what: 'the login', timeoutMs: loginLockMs }),
});

/** Tokens of this process only, gone at its end. */
export const createMemoryTokenStore = <T>(options: TokenStoreOptions<T>): TokenStore<T> => {
  let stored: StoredTokens<T> | undefined;
  let running: Promise<StoredTokens<T>> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const refresh = async (old: StoredTokens<T>): Promise<StoredTokens<T>> => {
    const tokens = await refreshOrThrow(options)(old.tokens);
    stored = { generation: old.generation + 1, tokens };
    return stored;
  };
  return {
    peek: async () => stored,
    live: async (refused) => {
      if (stored === undefined) throw new InvalidGrantError();
      if ((refused === undefined || stored.generation > refused) && options.isLive(stored.tokens)) return stored;
      running ??= refresh(stored).finally(() => {
        running = undefined;
      });
      return running;
    },
    save: async (tokens) => {
      stored = { generation: (stored?.generation ?? 0) + 1, tokens };
      return stored;
    },
    exclusively: (run) => {
      const mine = queue.then(run, run);
      queue = mine.catch(() => undefined);
      return mine;
    },
  };
};
