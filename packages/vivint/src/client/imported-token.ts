import { type RuntimeStorage, refuse, type Secrets, type ToolError } from '@switchyard-mcp/core';
import { readPrivateFile } from '@switchyard-mcp/core/files';
import { createTokenImport, type TokenImport } from '@switchyard-mcp/core/session';
import { readTokenFile, type TokenSet } from './tokens.ts';

export interface ImportedTokenOptions {
  readonly storage: RuntimeStorage | undefined;
  readonly username?: string | undefined;
  readonly refreshTokenFile: string;
  readonly secrets: Secrets;
}

const badFile = (why: string, next: string): ToolError =>
  refuse('auth_required', 'The token file was not imported.', { why, next: [next] });

const read = async ({ refreshTokenFile, username, secrets }: ImportedTokenOptions): Promise<TokenSet | undefined> => {
  const file = await readPrivateFile(refreshTokenFile, { maxBytes: 64 * 1024, allowExposed: true });
  if (file === undefined) return undefined;
  const found = readTokenFile(file.data.toString('utf8'));
  if (found === undefined) throw badFile('It holds no refresh_token.', 'give a file with one, or run login.');
  secrets.keep(found.refreshToken);
  if (username !== undefined && found.username !== undefined && found.username.toLowerCase() !== username.toLowerCase())
    throw badFile('It belongs to another user than VIVINT_USERNAME.', 'remove one of the two, or run login.');
  return { accessToken: '', refreshToken: found.refreshToken, expiresAt: 0 };
};

/** The refresh token of VIVINT_REFRESH_TOKEN_FILE. */
export const importedToken = (options: ImportedTokenOptions): TokenImport<TokenSet> =>
  createTokenImport({
    credentials: options.storage?.credentials,
    read: () => read(options),
    refreshTokenOf: ({ refreshToken }) => refreshToken,
  });
