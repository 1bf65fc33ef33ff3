import type { CredentialStore, StoredTokens } from '@switchyard-mcp/core/credentials';
import { InvalidGrantError, readTokens, refreshTokens, saveTokens } from '@switchyard-mcp/core/credentials';
import { withFileLock } from '@switchyard-mcp/core/files';
import type { TokenSet } from './tokens.ts';

export type Stored = StoredTokens<TokenSet>;

/** The credential store's entry with the tokens of a profile. */
export const tokensKey = 'tokens';

export interface VaultOptions {
  /** Asks for new tokens; undefined when the refresh token is no longer good. */
  readonly refresh: (tokens: TokenSet) => Promise<TokenSet | undefined>;
  readonly now: () => number;
  /** Is told what the disk would not take, and of a renewal that was broken off. */
  readonly log: (message: string) => void;
}

/** Where the tokens of one profile lie. Each refresh token is presented once, whatever other processes do. */
export interface TokenVault {
  /** Stored tokens, dead or alive. */
  peek(): Promise<Stored | undefined>;
  /** Live tokens; `refused` is a generation that was not accepted although it looked live. @throws InvalidGrantError */
  live(refused?: number): Promise<Stored>;
  save(tokens: TokenSet): Promise<Stored>;
  /** Runs alone among all processes that use the same store. */
  alone<T>(act: () => Promise<T>): Promise<T>;
}

/** A token is renewed this long before it ends. */
export const skewMs = 60_000;

const refreshOrThrow =
  (options: VaultOptions) =>
  async (tokens: TokenSet): Promise<TokenSet> => {
    const fresh = await options.refresh(tokens);
    if (fresh === undefined) throw new InvalidGrantError();
    return fresh;
  };

/** Tokens in core's credential store, shared by processes. */
export const storeVault = (store: CredentialStore, options: VaultOptions): TokenVault => ({
  peek: () => readTokens<TokenSet>(store, tokensKey),
  live: (refused) =>
    refreshTokens<TokenSet>({
      store,
      key: tokensKey,
      isLive: (tokens) => tokens.expiresAt - skewMs > options.now(),
      refresh: refreshOrThrow(options),
      log: options.log,
      ...(refused === undefined ? {} : { refused }),
    }),
  save: (tokens) => saveTokens(store, tokensKey, tokens),
  alone: (act) => withFileLock(store.lockPath('login'), act, { what: 'the login', timeoutMs: 40_000 }),
});

/** Tokens of this process only, gone at its end. */
export const memoryVault = (options: VaultOptions): TokenVault => {
  let stored: Stored | undefined;
  let running: Promise<Stored> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const renew = async (old: Stored): Promise<Stored> => {
    const tokens = await refreshOrThrow(options)(old.tokens);
    stored = { generation: old.generation + 1, tokens };
    return stored;
  };
  return {
    peek: async () => stored,
    live: async (refused) => {
      if (stored === undefined) throw new InvalidGrantError();
      const good = (refused === undefined || stored.generation > refused) && stored.tokens.expiresAt - skewMs > options.now();
      if (good) return stored;
      running ??= renew(stored).finally(() => {
        running = undefined;
      });
      return running;
    },
    save: async (tokens) => {
      stored = { generation: (stored?.generation ?? 0) + 1, tokens };
      return stored;
    },
    alone: (act) => {
      const mine = queue.then(act, act);
      queue = mine.catch(() => undefined);
      return mine;
    },
  };
};
