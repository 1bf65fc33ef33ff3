import { createHash } from 'node:crypto';
import type { Chance } from '../chance.ts';
import type { Clock } from '../clock.ts';
import type { Json } from '../json.ts';
import type { Account } from './accounts.ts';

/** How tokens live. */
export interface TokenRules {
  /** Seconds that an access token and an id_token hold. */
  expiresIn: number;
  /** False keeps the same refresh token for ever; true makes each valid once. */
  rotate: boolean;
  /** A used refresh token that comes again ends its whole family, the newest token included. */
  reuseEndsFamily: boolean;
  /** For this long after its use an old refresh token still works. */
  reuseGraceMs: number;
}

interface Refresh {
  readonly account: Account;
  readonly family: string;
  usedAt?: number;
  revoked?: boolean;
}

/** What happened to refresh tokens, for tests that count. */
export interface RefreshUse {
  readonly username: string;
  readonly outcome: 'rotated' | 'kept' | 'reused' | 'unknown' | 'revoked';
  readonly at: number;
}

/** Issues and checks tokens. */
export class Tokens {
  readonly rules: TokenRules;
  /** Every refresh that was asked for, in order. */
  readonly refreshes: RefreshUse[] = [];
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #access = new Map<string, { readonly account: Account; readonly family: string; endsAt: number }>();
  readonly #refresh = new Map<string, Refresh>();

  constructor(parts: { readonly clock: Clock; readonly chance: Chance }, rules: Partial<TokenRules> = {}) {
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.rules = { expiresIn: 3600, rotate: true, reuseEndsFamily: true, reuseGraceMs: 0, ...rules };
  }

  /** The answer of the token endpoint after a login. */
  issue(account: Account, family = this.#secret('family'), refreshToken?: string): Json {
    const now = this.#clock.now();
    const { expiresIn } = this.rules;
    const access = this.#secret('sim-access');
    this.#access.set(access, { account, family, endsAt: now + expiresIn * 1000 });
    const refresh = refreshToken ?? this.#secret('sim-refresh');
    if (refreshToken === undefined) this.#refresh.set(refresh, { account, family });
    return {
      access_token: access,
      expires_in: expiresIn,
      id_token: this.#idToken(account, now),
      refresh_token: refresh,
      scope: 'openid email devices email_verified',
      token_type: 'bearer',
    };
  }

  /** A new set for a refresh token, or undefined when it is unknown, used or revoked. */
  refresh(token: string): Json | undefined {
    const known = this.#refresh.get(token);
    const note = (outcome: RefreshUse['outcome']): void => {
      this.refreshes.push({ username: known?.account.username ?? '', outcome, at: this.#clock.now() });
    };
    if (!known) return void note('unknown');
    if (known.revoked) return void note('revoked');
    if (!this.rules.rotate) {
      note('kept');
      return this.issue(known.account, known.family, token);
    }
    const now = this.#clock.now();
    if (known.usedAt !== undefined && now - known.usedAt >= this.rules.reuseGraceMs) {
      note('reused');
      if (this.rules.reuseEndsFamily) this.revokeFamily(known.family);
      return undefined;
    }
    known.usedAt ??= now;
    note('rotated');
    return this.issue(known.account, known.family);
  }

  /** Whose access token this is; undefined when it is unknown or has ended. */
  accountOf(authorization: string | undefined): Account | undefined {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    const known = token === undefined ? undefined : this.#access.get(token);
    return known && known.endsAt > this.#clock.now() ? known.account : undefined;
  }

  /** Ends every access token now; refresh tokens stay. */
  expireAccess(): void {
    this.#access.clear();
  }

  /** Ends everything of one account, as a password change or a sign-out everywhere does. */
  revoke(username: string): void {
    for (const known of this.#refresh.values()) if (known.account.username === username) known.revoked = true;
    for (const [token, known] of this.#access) if (known.account.username === username) this.#access.delete(token);
  }

  revokeFamily(family: string): void {
    for (const known of this.#refresh.values()) if (known.family === family) known.revoked = true;
    for (const [token, known] of this.#access) if (known.family === family) this.#access.delete(token);
  }

  #secret(prefix: string): string {
    return `${prefix}-${this.#chance.base64url(24)}`;
  }

  #idToken(account: Account, now: number): string {
    const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const issuedAt = Math.floor(now / 1000);
    const claims = { aud: ['ios'], email: account.username, sub: account.userId, iat: issuedAt, exp: issuedAt + this.rules.expiresIn };
    return `${part({ alg: 'RS256', typ: 'JWT', kid: 'simulated' })}.${part(claims)}.${this.#chance.base64url(32)}`;
  }
}

/** The challenge that belongs to a PKCE verifier. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
