import { type Clock, type Log, type RuntimeStorage, refuse, type Secrets, type ToolError } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { createSession, type Session } from '@switchyard-mcp/core/session';
import { loginHoldOff } from './hold-offs.ts';
import { importedToken } from './imported-token.ts';
import { type LoginOptions, refreshLogin, startLogin } from './login.ts';
import type { TokenSet } from './tokens.ts';

export interface VivintSessionOptions {
  readonly http: HttpClient;
  readonly clock: Pick<Clock, 'now'>;
  /** Absent: tokens are kept in memory. */
  readonly storage: RuntimeStorage | undefined;
  /** Where it is noted that a login failed, also when the tokens are in memory. */
  readonly holdOffStorage: RuntimeStorage | undefined;
  readonly loginUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly refreshTokenFile?: string | undefined;
  /** "npx -y @switchyard-mcp/vivint". */
  readonly command: string;
  readonly secrets: Secrets;
  readonly log: Log;
}

export type VivintSession = Session<TokenSet>;

const codeNeeded = (loginCommand: string): ToolError =>
  refuse('auth_required', 'Vivint wants a one-time code, which only a person can give.', {
    why: 'The account has a second factor.',
    next: [`Run \`${loginCommand}\` in a terminal and type the code there; it is asked once.`],
  });

/** The login of one profile; nothing is read or sent before a token is asked for. */
export const createVivintSession = (options: VivintSessionOptions): VivintSession => {
  const { clock, storage, username, password, refreshTokenFile } = options;
  const loginCommand = `${options.command} login${storage && storage.profile !== 'default' ? ` --profile ${storage.profile}` : ''}`;
  const loginOptions = (): LoginOptions => ({
    http: options.http,
    loginUrl: options.loginUrl,
    now: () => clock.now(),
    signal: AbortSignal.timeout(30_000),
  });
  const login =
    username === undefined || password === undefined
      ? undefined
      : async (sent: () => void): Promise<TokenSet> => {
          const step = await startLogin({ username, password }, { ...loginOptions(), onPassword: sent });
          if (step.kind === 'code') throw codeNeeded(loginCommand);
          return step.tokens;
        };
  return createSession<TokenSet>({
    system: 'Vivint',
    loginCommand,
    clock,
    storage,
    holdOff: loginHoldOff(options.holdOffStorage, options, clock),
    log: options.log,
    expiresAt: ({ expiresAt }) => expiresAt,
    refresh: (tokens) => refreshLogin(tokens, loginOptions()),
    login,
    whyNoLogin: username === undefined ? undefined : 'No password is set to log in again.',
    imports:
      refreshTokenFile === undefined
        ? undefined
        : {
            from: importedToken({ ...options, refreshTokenFile }),
            refused: 'Vivint does not accept the token of VIVINT_REFRESH_TOKEN_FILE: it has ended, was revoked or was used before.',
          },
  });
};
