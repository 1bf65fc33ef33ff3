import { isInvalidGrant, type StoredTokens } from '../credentials/refresh-lock.ts';
import { isToolError } from '../errors/tool-error.ts';
import { logInOnce } from './log-in-once.ts';
import type { SessionOptions } from './session-options.ts';
import { createCredentialTokenStore, createMemoryTokenStore, type TokenStore, type TokenStoreOptions } from './token-store.ts';

/** Tokens are refreshed this long before they end. */
const skewMs = 60_000;

/** Does this error say that the login is no longer good? */
export const isLoginLost = (error: unknown): boolean =>
  isInvalidGrant(error) || (isToolError(error) && error.fields.code === 'auth_required');

/** Gets tokens that are good: those in the store, refreshed, imported, or of a new login. */
export class TokenSource<T> {
  readonly #options: SessionOptions<T>;
  readonly #storeOptions: TokenStoreOptions<T>;
  readonly #ended: string;
  #opening: Promise<TokenStore<T>> | undefined;
  /** This generation, and those before it, are known to be dead: they are not presented again. */
  #deadGeneration = -1;
  #loss: string | undefined;
  #notStored: string | undefined;

  constructor(options: SessionOptions<T>) {
    this.#options = options;
    this.#ended = `${options.system} no longer accepts the stored login: it has ended or was revoked.`;
    this.#storeOptions = { isLive: this.isLive, refresh: async (tokens) => options.refresh?.(tokens), log: options.log.warn };
  }

  /** Why the last login is lost; undefined while it is not. */
  get loss(): string | undefined {
    return this.#loss;
  }

  /** Why the login is in memory only; undefined when it is where it should be. */
  get notStored(): string | undefined {
    return this.#notStored;
  }

  readonly isLive = (tokens: T): boolean => {
    const { expiresAt, clock } = this.#options;
    return (expiresAt(tokens) ?? Number.POSITIVE_INFINITY) - skewMs > clock.now();
  };

  async get(refused: number | undefined): Promise<StoredTokens<T>> {
    const found = await this.#obtain(refused);
    this.#loss = undefined;
    return found;
  }

  async #obtain(refused: number | undefined): Promise<StoredTokens<T>> {
    const store = await this.#open();
    if (!(await this.#isUsable(await store.peek()))) return this.#logIn(store);
    try {
      return await store.live(refused);
    } catch (error) {
      if (!isLoginLost(error)) throw error;
      const dead = await store.peek();
      this.#deadGeneration = Math.max(this.#deadGeneration, dead?.generation ?? 0);
      // The credential store knows of a refresh that was interrupted.
      this.#loss = (isToolError(error) ? error.fields.why : undefined) ?? this.#ended;
      if (dead !== undefined) await this.#options.imports?.from.markDead(dead);
      return this.#logIn(store);
    }
  }

  #open(): Promise<TokenStore<T>> {
    const { storage } = this.#options;
    this.#opening ??= (async () =>
      storage === undefined
        ? createMemoryTokenStore(this.#storeOptions)
        : createCredentialTokenStore(await storage.credentials(), this.#storeOptions))();
    return this.#opening;
  }

  async #isUsable(stored: StoredTokens<T> | undefined): Promise<boolean> {
    if (stored === undefined || stored.generation <= this.#deadGeneration) return false;
    return !((await this.#options.imports?.from.isDead(stored)) ?? false);
  }

  #logIn(store: TokenStore<T>): Promise<StoredTokens<T>> {
    return store.exclusively(async () => {
      // Another process may have logged in while this one waited.
      const stored = await store.peek();
      if (await this.#isUsable(stored)) return store.live();
      const imported = await this.#import(store);
      if (imported !== undefined) return imported;
      const without = this.#loss ?? (stored === undefined ? 'No login is stored.' : this.#ended);
      return this.#keep(store, await logInOnce(this.#options, without));
    });
  }

  /** Refreshes imported tokens as any others: what fails on the way is tried again, what is dead is not. */
  async #import(store: TokenStore<T>): Promise<StoredTokens<T> | undefined> {
    const { imports } = this.#options;
    const imported = await imports?.from.importInto(store);
    if (imported === undefined) return undefined;
    try {
      return await store.live();
    } catch (error) {
      if (!isLoginLost(error)) throw error;
      this.#deadGeneration = imported.generation;
      this.#loss = imports?.refused;
      await imports?.from.markDead(imported);
      return undefined;
    }
  }

  /** A login that the store does not take is better kept in memory than lost: systems block those who log in often. */
  async #keep(store: TokenStore<T>, tokens: T): Promise<StoredTokens<T>> {
    try {
      return await store.save(tokens);
    } catch (error) {
      if (!isToolError(error)) throw error;
      const { what, why, next = [] } = error.fields;
      this.#notStored = [what, why, ...next].filter(Boolean).join(' ');
      this.#options.log.warn(`the login is kept in memory only: ${this.#notStored}`);
      const memory = createMemoryTokenStore(this.#storeOptions);
      this.#opening = Promise.resolve(memory);
      // It counts its generations from the beginning.
      this.#deadGeneration = -1;
      return memory.save(tokens);
    }
  }
}
