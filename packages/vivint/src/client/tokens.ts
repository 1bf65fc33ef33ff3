import { isRecord, numericOf, type JsonRecord as Raw, textOf } from '@switchyard-mcp/core/json';

/** What one login or refresh gives. Field names end in Token so that the store registers them as secrets. */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** `exp` of a JWT, unchecked: it only says how long it claims to hold. */
const expiryOf = (jwt: string | undefined): number | undefined => {
  const part = jwt?.split('.')[1];
  if (part === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    const exp = isRecord(claims) ? numericOf(claims, 'exp') : undefined;
    return exp === undefined ? undefined : exp * 1000;
  } catch {
    return undefined;
  }
};

/** Without any word on how long it holds, a token is trusted for this long. */
const unsaidMs = 15 * 60_000;

/** Reads the answer of the token endpoint; undefined when it holds no login. A refresh may keep its old refresh token. */
export const readTokenSet = (body: unknown, now: number, oldRefreshToken?: string): TokenSet | undefined => {
  if (!isRecord(body)) return undefined;
  const accessToken = textOf(body, 'access_token');
  const refreshToken = textOf(body, 'refresh_token') ?? oldRefreshToken;
  if (accessToken === undefined || refreshToken === undefined) return undefined;
  const lifeSeconds = numericOf(body, 'expires_in');
  // A span is right whatever this machine's clock says; a moment is only as good as the clock.
  const expiresAt = lifeSeconds === undefined ? (expiryOf(textOf(body, 'id_token')) ?? now + unsaidMs) : now + lifeSeconds * 1000;
  return { accessToken, refreshToken, expiresAt };
};

/** The refresh token of a file that another Vivint program wrote: JSON with `refresh_token` at its top or under `tokens`, or the bare token. */
export const readTokenFile = (text: string): { readonly refreshToken: string; readonly username?: string } | undefined => {
  const trimmed = text.trim();
  if (/^[\w.~+/=-]{16,4096}$/.test(trimmed)) return { refreshToken: trimmed };
  try {
    const value: unknown = JSON.parse(trimmed);
    if (!isRecord(value)) return undefined;
    const inner: Raw = isRecord(value['tokens']) ? value['tokens'] : value;
    const refreshToken = textOf(inner, 'refresh_token');
    const username = textOf(value, 'username');
    return refreshToken === undefined ? undefined : { refreshToken, ...(username === undefined ? {} : { username }) };
  } catch {
    return undefined;
  }
};
