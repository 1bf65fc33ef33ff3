import { createHash } from 'node:crypto';
import type { CredentialStore } from '../credentials/credential-store.ts';
import type { StoredTokens } from '../credentials/refresh-lock.ts';
import type { TokenStore } from './token-store.ts';

export interface TokenImportOptions<T> {
  /** Where it is noted what was imported; in memory without. */
  readonly credentials: (() => Promise<CredentialStore>) | undefined;
  /** Reads what another program left, as tokens that have yet to be refreshed; undefined when nothing is there. */
  readonly read: () => Promise<T | undefined>;
  readonly refreshTokenOf: (tokens: T) => string;
}

/** A refresh token that another program left. Presented twice, it could end the login it belongs to. */
export interface TokenImport<T> {
  /** Stores it as one to be refreshed; undefined when there is none, or it was imported before. */
  importInto(store: TokenStore<T>): Promise<StoredTokens<T> | undefined>;
  /** Notes that these tokens are no longer good, if they are what was imported. */
  markDead(stored: StoredTokens<T>): Promise<void>;
  /** Are these what was imported, and known to be no longer good? */
  isDead(stored: StoredTokens<T>): Promise<boolean>;
}

const importKey = 'imported-token';
const printOf = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 16);
const deadMark = (print: string): string => `${print} dead`;

export const createTokenImport = <T>({ credentials, read, refreshTokenOf }: TokenImportOptions<T>): TokenImport<T> => {
  let memory: string | undefined;
  const readMark = async (): Promise<string | undefined> => (credentials === undefined ? memory : (await credentials()).get(importKey));
  const mark = async (text: string): Promise<void> => {
    memory = text;
    await (await credentials?.())?.set(importKey, text);
  };
  return {
    importInto: async (store) => {
      const tokens = await read();
      if (tokens === undefined) return undefined;
      const print = printOf(refreshTokenOf(tokens));
      const known = await readMark();
      if (known === print || known === deadMark(print)) return undefined;
      // Stored before it is marked: a mark alone would lose the login when the first refresh fails.
      const stored = await store.save(tokens);
      await mark(print);
      return stored;
    },
    markDead: async ({ tokens }) => {
      const print = printOf(refreshTokenOf(tokens));
      if ((await readMark()) === print) await mark(deadMark(print));
    },
    isDead: async ({ tokens }) => (await readMark()) === deadMark(printOf(refreshTokenOf(tokens))),
  };
};
