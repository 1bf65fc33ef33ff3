import { createHash, randomBytes } from 'node:crypto';
import { ToolError } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { blockedError, cloudError, reasonOf, tooMany } from './cloud-error.ts';
import { type CookieJar, createCookieJar } from './cookies.ts';
import { isRecord, textOf } from './raw.ts';
import { readTokenSet, type TokenSet } from './tokens.ts';

const clientId = 'ios';
const redirectUri = 'vivint://app/oauth_redirect';
const scope = 'openid email devices email_verified';

export interface LoginOptions {
  readonly http: HttpClient;
  readonly now: () => number;
  readonly signal: AbortSignal;
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
  readonly jar: CookieJar;
  readonly verifier: string;
  readonly credentials: Credentials;
}

const refused = (why: string, next: string): ToolError =>
  new ToolError({ code: 'auth_failed', what: 'Vivint did not accept the login', why, next: [next], retryable: false, sideEffects: 'none' });

const unexpected = (step: string): ToolError =>
  new ToolError({
    code: 'upstream_error',
    what: `Vivint's login answered ${step} in a way that this release does not know`,
    next: ['update this server; if it stays so, report it with `doctor --redacted --json`.'],
    sideEffects: 'none',
  });

const send = async (
  flow: Pick<Flow, 'http' | 'jar' | 'signal'>,
  request: { method: 'GET' | 'POST'; path: string; query?: Record<string, string>; body?: Record<string, unknown> | URLSearchParams },
) => {
  const cookie = flow.jar.header();
  const answer = await flow.http.request({
    ...request,
    redirect: 'manual',
    idempotent: false,
    signal: flow.signal,
    timeoutMs: 20_000,
    headers: cookie === '' ? {} : { cookie },
  });
  flow.jar.take(answer.setCookies ?? []);
  if (answer.status === 429) throw tooMany(undefined);
  // A refusal in HTML comes from the wall before the login, not from the login.
  if (answer.status === 403 && reasonOf(answer.body) === undefined) throw blockedError();
  if (answer.status >= 500) throw cloudError(answer, 'Logging in', false);
  return answer;
};

const codeIn = (location: string | undefined, state: string | undefined): string | undefined => {
  if (!location?.startsWith(redirectUri)) return undefined;
  const query = new URL(location).searchParams;
  const given = query.get('state');
  // Another state than ours belongs to somebody else's login.
  if (state !== undefined && given !== null && given !== state) throw unexpected('the authorization');
  return query.get('code') ?? undefined;
};

const exchange = async (flow: Flow, code: string): Promise<TokenSet> => {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: flow.verifier,
  });
  const answer = await send(flow, { method: 'POST', path: '/oauth2/token', body });
  const tokens = answer.status === 200 ? readTokenSet(answer.body, flow.now()) : undefined;
  if (tokens === undefined) throw unexpected('the token request');
  return tokens;
};

/** Goes from the address that a passed check gives to tokens. */
const finish = async (flow: Flow, url: string, state: string): Promise<TokenSet> => {
  // Only a path of the login host itself: nothing else may see its cookies.
  if (!url.startsWith('/') || url.startsWith('//')) throw unexpected('the password');
  const answer = await send(flow, { method: 'GET', path: url });
  const inBody = isRecord(answer.body) ? textOf(answer.body, 'location') : undefined;
  const code = codeIn(answer.headers['location'] ?? inBody, state);
  if (code === undefined) throw unexpected('the end of the login');
  return exchange(flow, code);
};

/** Six digits, however they were typed. */
export const plainCode = (typed: string): string => {
  const code = typed.replace(/[\s-]/g, '');
  if (/^\d{6}$/.test(code)) return code;
  throw new ToolError({
    code: 'invalid_input',
    what: 'The code must have six digits',
    next: ['type the code again as it was sent.'],
    sideEffects: 'none',
  });
};

const submitCode = async (flow: Flow, state: string, step: { key: 'code' | 'mfa'; path: string }, typed: string): Promise<TokenSet> => {
  const body = { [step.key]: plainCode(typed), ...flow.credentials };
  const answer = await send(flow, { method: 'POST', path: step.path, query: { client_id: clientId }, body });
  const url = isRecord(answer.body) ? textOf(answer.body, 'url') : undefined;
  if (answer.status === 200 && url !== undefined) return finish(flow, url, state);
  throw refused('The code is not valid, or too old.', 'try again with the newest code.');
};

const randomText = (bytes: number): string => randomBytes(bytes).toString('hex');

/**
 * Begins a login with user name and password. Cookies, verifier and password stay in memory until it is done.
 * @see https://github.com/natekspencer/vivintpy
 */
export const startLogin = async (credentials: Credentials, options: LoginOptions): Promise<LoginStep> => {
  const flow: Flow = { ...options, jar: createCookieJar(), verifier: randomText(32), credentials };
  const state = randomText(16);
  const challenge = createHash('sha256').update(flow.verifier).digest('base64url');
  const query = {
    response_type: 'code',
    client_id: clientId,
    scope,
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const begun = await send(flow, { method: 'GET', path: '/oauth2/auth', query });
  if (begun.status < 300 || begun.status >= 400) throw unexpected('the authorization');
  const body = { ...credentials };
  options.onPassword?.();
  const answer = await send(flow, { method: 'POST', path: '/idp/api/submit', query: { client_id: clientId }, body });
  if ([400, 401, 403].includes(answer.status))
    throw refused('User name or password is wrong.', 'check both in the Vivint app, then log in again.');
  if (answer.status !== 200 || !isRecord(answer.body)) throw unexpected('the password');
  const url = textOf(answer.body, 'url');
  if (url !== undefined) return { kind: 'done', tokens: await finish(flow, url, state) };
  const wants = (said: unknown): boolean => said !== undefined && said !== null && said !== false;
  if (wants(answer.body['mfa']))
    return {
      kind: 'code',
      from: 'authenticator',
      submit: (code) => submitCode(flow, state, { key: 'mfa', path: '/idp/api/submit' }, code),
    };
  if (wants(answer.body['validate']))
    return { kind: 'code', from: 'message', submit: (code) => submitCode(flow, state, { key: 'code', path: '/idp/api/validate' }, code) };
  throw unexpected('the password');
};

/** `invalid_grant` is told by `undefined`: the refresh token is used, revoked or unknown. */
export const refreshLogin = async (tokens: Pick<TokenSet, 'refreshToken'>, options: LoginOptions): Promise<TokenSet | undefined> => {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken, client_id: clientId });
  const flow = { ...options, jar: createCookieJar() };
  const answer = await send(flow, { method: 'POST', path: '/oauth2/token', query: { client_id: clientId }, body });
  const error = isRecord(answer.body) ? textOf(answer.body, 'error') : undefined;
  if (error === 'invalid_grant') return undefined;
  const fresh = answer.status === 200 ? readTokenSet(answer.body, options.now(), tokens.refreshToken) : undefined;
  if (fresh === undefined) throw unexpected('the refresh');
  return fresh;
};
