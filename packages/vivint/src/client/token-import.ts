import { createHash } from 'node:crypto';
import { type RuntimeStorage, type Secrets, ToolError } from '@switchyard-mcp/core';
import { readPrivateFile } from '@switchyard-mcp/core/files';
import type { Stored, TokenVault } from './token-vault.ts';
import { readTokenFile } from './tokens.ts';

export interface TokenImportOptions {
  readonly storage: RuntimeStorage | undefined;
  readonly username?: string | undefined;
  readonly refreshTokenFile?: string | undefined;
  readonly secrets: Secrets;
}

/** The refresh token of another program's file. Presented twice, it could end the login it belongs to. */
export interface TokenImport {
  /** Puts the file's token into the vault as one to be renewed; undefined when there is none, or it was taken already. */
  take(vault: TokenVault): Promise<Stored | undefined>;
  /** Notes that these tokens are dead, if they are what was taken. */
  bury(stored: Stored): Promise<void>;
  /** Are these what was taken, and known to be dead? */
  isDead(stored: Stored): Promise<boolean>;
}

const importKey = 'imported-token';
const printOf = (token: string): string => createHash('sha256').update(token).digest('hex').slice(0, 16);
const deadMark = (print: string): string => `${print} dead`;

const badFile = (why: string, next: string): ToolError =>
  new ToolError({ code: 'auth_required', what: 'The token file was not imported', why, next: [next], sideEffects: 'none' });

const tokenOf = async ({ refreshTokenFile: path, username, secrets }: TokenImportOptions): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  const file = await readPrivateFile(path, { maxBytes: 64 * 1024, allowExposed: true });
  if (file === undefined) return undefined;
  const found = readTokenFile(file.data.toString('utf8'));
  if (found === undefined) throw badFile('It holds no refresh_token.', 'give a file with one, or run login.');
  secrets.keep(found.refreshToken);
  if (username !== undefined && found.username !== undefined && found.username.toLowerCase() !== username.toLowerCase())
    throw badFile('It belongs to another user than VIVINT_USERNAME.', 'remove one of the two, or run login.');
  return found.refreshToken;
};

export const createTokenImport = (options: TokenImportOptions): TokenImport => {
  const { storage } = options;
  let memory: string | undefined;
  const readMark = async (): Promise<string | undefined> => (storage === undefined ? memory : (await storage.credentials()).get(importKey));
  const expected = options.refreshTokenFile !== undefined;
  const mark = async (text: string): Promise<void> => {
    memory = text;
    await (await storage?.credentials())?.set(importKey, text);
  };
  return {
    take: async (vault) => {
      const refreshToken = await tokenOf(options);
      if (refreshToken === undefined) return undefined;
      const print = printOf(refreshToken);
      const taken = await readMark();
      if (taken === print || taken === deadMark(print)) return undefined;
      // Kept before it is marked: a mark alone would lose the login when the first renewal fails.
      const stored = await vault.save({ accessToken: '', refreshToken, expiresAt: 0 });
      await mark(print);
      return stored;
    },
    bury: async ({ tokens }) => {
      const print = printOf(tokens.refreshToken);
      if (expected && (await readMark()) === print) await mark(deadMark(print));
    },
    isDead: async ({ tokens }) => expected && (await readMark()) === deadMark(printOf(tokens.refreshToken)),
  };
};
