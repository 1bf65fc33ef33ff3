import { createHash } from 'node:crypto';
import { Chance } from '../src/chance.ts';
import type { VivintSimulator } from '../src/index.ts';

export type Json = Record<string, unknown>;

export const REDIRECT_URI = 'vivint://app/oauth_redirect';

const chance = new Chance();

/** A bare client of the login host: a jar for cookies and nothing else. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  async ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${this.base}${path}`, {
      method,
      redirect: 'manual',
      headers: { cookie, ...headers },
      ...(body ? { body } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const pair = line.split(';')[0] ?? '';
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }

  post(path: string, body: Json): Promise<Response> {
    return this.ask('POST', path, JSON.stringify(body), { 'content-type': 'text/plain; charset=utf-8' });
  }

  form(path: string, fields: Record<string, string>): Promise<Response> {
    return this.ask('POST', path, new URLSearchParams(fields).toString(), { 'content-type': 'application/x-www-form-urlencoded' });
  }
}

/** The first step: the address of the authorisation and the verifier behind it. */
export function authorization(changes: Record<string, string> = {}): { path: string; verifier: string } {
  const verifier = chance.hex(26);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'ios',
    scope: 'openid email devices email_verified',
    redirect_uri: REDIRECT_URI,
    state: chance.hex(16),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  });
  return { path: `/oauth2/auth?${query}`, verifier };
}

export async function exchange(browser: Browser, location: string, verifier: string): Promise<Response> {
  const code = new URL(location).searchParams.get('code') ?? '';
  const fields = { grant_type: 'authorization_code', client_id: 'ios', redirect_uri: REDIRECT_URI, code, code_verifier: verifier };
  return browser.form('/oauth2/token', fields);
}

/** The whole login of an account, by its way to log in; the answer is the token set. */
export async function logIn(simulator: VivintSimulator, who = 'sms', browser = new Browser(simulator.urls.login)): Promise<Json> {
  const { username, password, mfa } = simulator.account(who);
  const { path, verifier } = authorization();
  await browser.ask('GET', path);
  let answer = (await (await browser.post('/idp/api/submit?client_id=ios', { username, password })).json()) as Json;
  if (answer['validate']) {
    const code = simulator.codeFor(who);
    answer = (await (await browser.post('/idp/api/validate?client_id=ios', { code, username, password })).json()) as Json;
  } else if (mfa === 'totp') {
    answer = (await (
      await browser.post('/idp/api/submit?client_id=ios', { mfa: simulator.codeFor(who), username, password })
    ).json()) as Json;
  }
  const sent = await browser.ask('GET', String(answer['url']));
  return (await (await exchange(browser, sent.headers.get('location') ?? '', verifier)).json()) as Json;
}

/** A caller of the API with an access token. */
export class Caller {
  readonly #simulator: VivintSimulator;
  readonly token: string;

  constructor(simulator: VivintSimulator, tokens: Json) {
    this.#simulator = simulator;
    this.token = String(tokens['access_token']);
  }

  async raw(method: string, path: string, body?: Json): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json;charset=utf-8' };
    return fetch(`${this.#simulator.urls.api}/${path}`, {
      method,
      redirect: 'manual',
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }

  async get(path: string): Promise<Json> {
    return (await (await this.raw('GET', path)).json()) as Json;
  }

  async put(path: string, body: Json): Promise<{ status: number; body: Json }> {
    const answer = await this.raw('PUT', path, body);
    return { status: answer.status, body: (await answer.json()) as Json };
  }
}
