import { createHash, randomBytes } from 'node:crypto';
import { refuse } from '@switchyard-mcp/core';
import { isRecord, textOf } from '@switchyard-mcp/core/json';
import { createLoginHost, type LoginHost, type LoginHostOptions, redirectUri } from './login-host.ts';
import { authorizationRefusal, codeRefusal, passwordRefusal, unexpected } from './login-refusal.ts';
import { readTokenSet, type TokenSet } from './tokens.ts';

const clientId = 'ios';
const scope = 'openid email devices email_verified';

export interface LoginOptions extends LoginHostOptions {
  readonly now: () => number;
  /** Is called before the password leaves this machine. */
  readonly onPassword?: () => void;
}
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where a login stands: done, or a code is wanted. */
export type LoginStep =
  | { readonly kind: 'done'; readonly tokens: TokenSet }
  | {
      readonly kind: 'code';
      /** `message`: sent by text message or e-mail; `authenticator`: of an app. */
      readonly from: 'message' | 'authenticator';
      /** Checks the code; a wrong one may be followed by another. */
      readonly submit: (code: string) => Promise<TokenSet>;
    };

interface Flow extends LoginOptions {
  readonly host: LoginHost;
  readonly verifier: string;
  readonly state: string;
  readonly credentials: Credentials;
}

/** The code in the address that leads into the app. */
const codeIn = (location: string | undefined, state: string): string => {
  if (!location?.startsWith(redirectUri)) throw unexpected('the end of the login');
  const query = new URL(location).searchParams;
  const given = query.get('state');
  // Another state than ours belongs to somebody else's login.
  if (given !== null && given !== state) throw unexpected('the authorization');
  const code = query.get('code');
  if (code) return code;
  const refusal = query.get('error_description') ?? query.get('error');
  throw refusal ? authorizationRefusal(refusal) : unexpected('the end of the login');
};

const exchange = async (flow: Flow, code: string): Promise<TokenSet> => {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: flow.verifier,
  });
  const answer = await flow.host.send({ method: 'POST', path: '/oauth2/token', body });
  const tokens = answer.status === 200 ? readTokenSet(answer.body, flow.now()) : undefined;
  if (tokens === undefined) throw unexpected('the token request');
  return tokens;
};

/** Goes from the address that a passed check gives to tokens. */
const finish = async (flow: Flow, url: string): Promise<TokenSet> => exchange(flow, codeIn(await flow.host.follow(url), flow.state));

/** Six digits, however they were typed. */
export const plainCode = (typed: string): string => {
  const code = typed.replace(/[\s-]/g, '');
  if (/^\d{6}$/.test(code)) return code;
  throw refuse('invalid_input', 'The code must have six digits.', { next: ['Type the code again as it was sent.'] });
};

const submitCode = async (flow: Flow, step: { key: 'code' | 'mfa'; path: string }, typed: string): Promise<TokenSet> => {
  const body = { [step.key]: plainCode(typed), ...flow.credentials };
  const answer = await flow.host.send({ method: 'POST', path: step.path, query: { client_id: clientId }, body });
  const url = isRecord(answer.body) ? textOf(answer.body, 'url') : undefined;
  if (answer.status === 200 && url !== undefined) return finish(flow, url);
  throw codeRefusal(answer);
};

const randomText = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Where the login host sends the browser first: the login page, or at once into the app for one whom it knows already. */
const authorize = async ({ host, verifier, state }: Flow): Promise<string | undefined> => {
  const query = {
    response_type: 'code',
    client_id: clientId,
    scope,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  const begun = await host.send({ method: 'GET', path: '/oauth2/auth', query });
  if (begun.status < 300 || begun.status >= 400) throw unexpected('the authorization');
  return begun.headers['location'];
};

/** Sends the password and says what comes next. */
const submitPassword = async (flow: Flow): Promise<LoginStep> => {
  flow.onPassword?.();
  const answer = await flow.host.send({
    method: 'POST',
    path: '/idp/api/submit',
    query: { client_id: clientId },
    body: { ...flow.credentials },
  });
  if ([400, 401, 403].includes(answer.status)) throw passwordRefusal(answer);
  if (answer.status !== 200 || !isRecord(answer.body)) throw unexpected('the password');
  const url = textOf(answer.body, 'url');
  if (url !== undefined) return { kind: 'done', tokens: await finish(flow, url) };
  const wants = (said: unknown): boolean => said !== undefined && said !== null && said !== false;
  if (wants(answer.body['mfa']))
    return { kind: 'code', from: 'authenticator', submit: (code) => submitCode(flow, { key: 'mfa', path: '/idp/api/submit' }, code) };
  if (wants(answer.body['validate']))
    return { kind: 'code', from: 'message', submit: (code) => submitCode(flow, { key: 'code', path: '/idp/api/validate' }, code) };
  throw unexpected('the password');
};

/**
 * Begins a login with user name and password. Cookies, verifier and password stay in memory until it is done.
 * @see https://github.com/natekspencer/vivintpy
 */
export const startLogin = async (credentials: Credentials, options: LoginOptions): Promise<LoginStep> => {
  if (credentials.password === '') throw refuse('invalid_input', 'The password is empty.');
  const flow: Flow = { ...options, host: createLoginHost(options), verifier: randomText(32), state: randomText(16), credentials };
  // The page itself is for browsers; the cookie that it sets is wanted with the password.
  const first = await authorize(flow);
  const app = first === undefined ? undefined : await flow.host.look(first);
  if (app !== undefined) return { kind: 'done', tokens: await exchange(flow, codeIn(app, flow.state)) };
  return submitPassword(flow);
};

/** `invalid_grant` is told by `undefined`: the refresh token is used, revoked or unknown. */
export const refreshLogin = async (tokens: Pick<TokenSet, 'refreshToken'>, options: LoginOptions): Promise<TokenSet | undefined> => {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken, client_id: clientId });
  const answer = await createLoginHost(options).send({ method: 'POST', path: '/oauth2/token', query: { client_id: clientId }, body });
  const error = isRecord(answer.body) ? textOf(answer.body, 'error') : undefined;
  if (error === 'invalid_grant') return undefined;
  const fresh = answer.status === 200 ? readTokenSet(answer.body, options.now(), tokens.refreshToken) : undefined;
  if (fresh === undefined) throw unexpected('the refresh');
  return fresh;
};
