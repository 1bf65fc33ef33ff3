import type { Chance } from '../chance.ts';
import type { Clock } from '../clock.ts';
import { type Answer, type HostRequest, json, page, redirect } from '../http/answer.ts';
import { type Json, parseObject } from '../json.ts';
import type { Account, Codes } from './accounts.ts';
import type { LoginBlock } from './login-block.ts';
import { challengeOf, type Tokens } from './tokens.ts';

const CLIENT_ID = 'ios';
const REDIRECT_URI = 'vivint://app/oauth_redirect';
const CSRF_COOKIE = 'oauth2_authentication_csrf';
const SESSION_COOKIE = 'oauth2_authentication_session';
/** Set when the password was right; the code must come with it. */
const STEP_COOKIE = 'idp_session';
/** Set by the login page. Some clients that people published fetch the page for it, others do without. */
const PAGE_COOKIE = '_csrf';
/** A login that was begun and not finished is forgotten after this time. */
const FLOW_LIFE_MS = 10 * 60_000;
const CODE_LIFE_MS = 60_000;
const WRONG_CODES = 5;

interface Flow {
  readonly challenge: string;
  readonly state: string;
  readonly pageSecret: string;
  readonly begunAt: number;
  account?: Account;
  /** The password was right and this is still missing; it must come with this cookie. */
  waitsFor?: 'code' | 'mfa';
  step?: string;
  wrongCodes: number;
  done?: boolean;
}

interface LoginParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly accounts: readonly Account[];
  readonly codes: Codes;
  readonly tokens: Tokens;
  readonly block: LoginBlock;
}

/** id.vivint.com: OAuth with PKCE around a password, a code and cookies. */
export class LoginHost {
  /** How the page after the last step sends the browser on: both have been seen. */
  continueBy: 'redirect' | 'json' = 'redirect';
  /** Whether password and code must come with the cookie of the login page. */
  pageCookieWanted = false;
  /** How the passed check names the way on; `elsewhere` leads to a host of strangers. */
  urlForm: 'path' | 'absolute' | 'elsewhere' = 'path';
  /** Redirects within the login host before the one into the app. */
  moreHops = 0;
  /** Who is logged in already, without any cookie: the authorisation answers with a code at once. */
  knownUser: string | undefined;
  /** What the next password or code is answered, whatever it is. */
  nextAnswer: { readonly status: number; readonly body?: unknown } | undefined;
  readonly #parts: LoginParts;
  readonly #flows = new Map<string, Flow>();
  readonly #verifiers = new Map<string, Flow>();
  readonly #sessions = new Map<string, Account>();
  readonly #authCodes = new Map<string, { readonly account: Account; readonly challenge: string; readonly endsAt: number }>();

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  handle(request: HostRequest): Answer {
    const blocked = this.#parts.block.answer();
    if (blocked) return blocked;
    const routes: Record<string, (request: HostRequest) => Answer> = {
      'GET /oauth2/auth': (asked) => this.#authorize(asked),
      'GET /idp/login': (asked) => this.#page(asked),
      'POST /idp/api/submit': (asked) => this.#submit(asked),
      'POST /idp/api/validate': (asked) => this.#validate(asked),
      'GET /idp/api/continue': (asked) => this.#continue(asked),
      'POST /oauth2/token': (asked) => this.#token(asked),
    };
    return routes[`${request.method} ${request.path}`]?.(request) ?? page(404, '404 Not Found');
  }

  /** Forgets the cookies of finished logins, so that the next one asks for the password. */
  endSessions(): void {
    this.#sessions.clear();
  }

  #authorize({ query, cookies }: HostRequest): Answer {
    const wanted = { response_type: 'code', client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, code_challenge_method: 'S256' };
    const wrong = Object.entries(wanted).find(([name, value]) => query.get(name) !== value)?.[0];
    const challenge = query.get('code_challenge') ?? '';
    const state = query.get('state') ?? '';
    if (wrong) return oauthError(400, 'invalid_request', `The parameter ${wrong} is missing or wrong.`);
    if (!query.get('scope')?.split(' ').includes('openid')) return oauthError(400, 'invalid_scope', 'The scope openid is missing.');
    if (!/^[\w-]{43}$/.test(challenge)) return oauthError(400, 'invalid_request', 'The code_challenge is not the base64url of a SHA-256.');
    if (state.length < 8) return oauthError(400, 'invalid_state', 'The state is missing or does not have enough characters.');
    const account =
      this.#parts.accounts.find(({ username }) => username === this.knownUser) ?? this.#sessions.get(cookies.get(SESSION_COOKIE) ?? '');
    if (account) return redirect(this.#redirectTo(account, challenge, state));
    // Values with "=" in them, as the real ones are, and a date with a comma: a jar that splits carelessly loses its login.
    const id = this.#parts.chance.base64(16);
    const pageSecret = this.#parts.chance.hex(16);
    this.#flows.set(id, { challenge, state, pageSecret, begunAt: this.#parts.clock.now(), wrongCodes: 0 });
    const ends = new Date(this.#parts.clock.now() + FLOW_LIFE_MS).toUTCString();
    return redirect(`/idp/login?login_challenge=${this.#parts.chance.hex(16)}`, [
      `${CSRF_COOKIE}=${id}; Path=/; Expires=${ends}; HttpOnly; SameSite=Lax`,
      `__cf_bm=${this.#parts.chance.base64(12)}; Path=/; Expires=${ends}; HttpOnly; Secure; SameSite=None`,
    ]);
  }

  #page({ cookies }: HostRequest): Answer {
    const flow = this.#flows.get(cookies.get(CSRF_COOKIE) ?? '');
    const form = { ...page(200, 'Sign in'), text: '<html><body><form id="login"></form></body></html>' };
    return flow ? { ...form, cookies: [`${PAGE_COOKIE}=${flow.pageSecret}; Path=/idp; HttpOnly`] } : form;
  }

  /** An answer that was planted, once. */
  #planted(): Answer | undefined {
    const planted = this.nextAnswer;
    this.nextAnswer = undefined;
    return planted && (planted.body === undefined ? { status: planted.status } : json(planted.body, planted.status));
  }

  #flowOf({ query, cookies }: HostRequest): Flow | Answer {
    const planted = this.#planted();
    if (planted) return planted;
    if (query.get('client_id') !== CLIENT_ID) return json({ error: 'invalid_client', message: 'Unknown client' }, 400);
    const flow = this.#flows.get(cookies.get(CSRF_COOKIE) ?? '');
    const late = flow !== undefined && this.#parts.clock.now() - flow.begunAt > FLOW_LIFE_MS;
    if (!flow || flow.done || late) return json({ error: 'login_required', message: 'No login is under way' }, 400);
    // This host says no more than that when the page was not seen.
    if (this.pageCookieWanted && cookies.get(PAGE_COOKIE) !== flow.pageSecret) return json({ message: 'Forbidden' }, 403);
    return flow;
  }

  #submit(request: HostRequest): Answer {
    const flow = this.#flowOf(request);
    if ('status' in flow) return flow;
    const body = parseObject(request.body);
    if (!body) return json({ error: 'invalid_request', message: 'The body is not a JSON object' }, 400);
    if ('mfa' in body) return this.#check(flow, { body, key: 'mfa', request });
    this.#parts.block.count();
    const blocked = this.#parts.block.answer();
    if (blocked) return blocked;
    const account = this.#passwordOf(body);
    if (!account) return json({ error: 'invalid_credentials', msg: 'Invalid username and/or password' }, 401);
    flow.account = account;
    flow.wrongCodes = 0;
    if (account.mfa === 'none') return this.#passed(flow, request);
    flow.waitsFor = account.mfa === 'totp' ? 'mfa' : 'code';
    this.#parts.codes.send(account);
    flow.step = this.#parts.chance.base64(16);
    const answer = json(account.mfa === 'totp' ? { mfa: { type: 'totp' } } : { validate: true });
    return { ...answer, cookies: [`${STEP_COOKIE}=${flow.step}; Path=/idp; HttpOnly`] };
  }

  #validate(request: HostRequest): Answer {
    const flow = this.#flowOf(request);
    if ('status' in flow) return flow;
    const body = parseObject(request.body);
    if (!body) return json({ message: 'The body is not a JSON object' }, 400);
    return this.#check(flow, { body, key: 'code', request });
  }

  #check(flow: Flow, { body, key, request }: { body: Json; key: 'code' | 'mfa'; request: HostRequest }): Answer {
    const step = request.cookies.get(STEP_COOKIE);
    const { account } = flow;
    const fail = (status: number, message: string): Answer => json(key === 'code' ? { message } : { msg: message }, status);
    if (!account || flow.waitsFor !== key || flow.step !== step) return fail(400, 'No code was asked for');
    if (this.#passwordOf(body) !== account) return fail(401, 'Invalid username and/or password');
    const code = String(body[key] ?? '');
    if (!/^\d{6}$/.test(code)) return fail(400, 'invalid field Code: the value must be a string conforming to regex "^\\d{6}$"');
    if (!this.#parts.codes.fits(account, code)) {
      flow.wrongCodes += 1;
      if (flow.wrongCodes >= WRONG_CODES) flow.done = true;
      return fail(401, 'Code is not valid');
    }
    return this.#passed(flow, request);
  }

  #passwordOf(body: Json): Account | undefined {
    return this.#parts.accounts.find(({ username, password }) => username === body['username'] && password === body['password']);
  }

  #passed(flow: Flow, { headers }: HostRequest): Answer {
    const origin = `http://${headers['host']}`;
    delete flow.waitsFor;
    const host = { path: '', absolute: origin, elsewhere: 'http://elsewhere.example' }[this.urlForm];
    return json({ url: `${host}/idp/api/continue?login_verifier=${this.#verifierOf(flow)}` });
  }

  #verifierOf(flow: Flow): string {
    const verifier = this.#parts.chance.hex(16);
    this.#verifiers.set(verifier, flow);
    return verifier;
  }

  #continue(request: HostRequest): Answer {
    const verifier = request.query.get('login_verifier') ?? '';
    const flow = this.#verifiers.get(verifier);
    const owner = this.#flows.get(request.cookies.get(CSRF_COOKIE) ?? '');
    if (!flow?.account || flow !== owner || flow.done)
      return oauthError(403, 'request_forbidden', 'No CSRF value available in the session cookie.');
    const hop = Number(request.query.get('hop') ?? 0);
    if (hop < this.moreHops) return redirect(`continue?login_verifier=${verifier}&hop=${hop + 1}`);
    flow.done = true;
    this.#verifiers.delete(verifier);
    const session = this.#parts.chance.hex(16);
    this.#sessions.set(session, flow.account);
    const location = this.#redirectTo(flow.account, flow.challenge, flow.state);
    const cookies = [`${SESSION_COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000`];
    return this.continueBy === 'json' ? { ...json({ location }), cookies } : redirect(location, cookies);
  }

  #redirectTo(account: Account, challenge: string, state: string): string {
    const code = `sim-code-${this.#parts.chance.base64url(18)}`;
    this.#authCodes.set(code, { account, challenge, endsAt: this.#parts.clock.now() + CODE_LIFE_MS });
    return `${REDIRECT_URI}?${new URLSearchParams({ code, scope: 'openid email devices email_verified', state })}`;
  }

  #token(request: HostRequest): Answer {
    if (!String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
      return oauthError(400, 'invalid_request', 'The content type must be application/x-www-form-urlencoded.');
    }
    const form = new URLSearchParams(request.body);
    if ((form.get('client_id') ?? request.query.get('client_id')) !== CLIENT_ID) {
      return oauthError(401, 'invalid_client', 'Client authentication failed.');
    }
    if (form.get('grant_type') === 'refresh_token') {
      const answer = this.#parts.tokens.refresh(form.get('refresh_token') ?? '');
      return answer ? json(answer) : oauthError(400, 'invalid_grant', 'The refresh token is unknown, used or revoked.');
    }
    if (form.get('grant_type') !== 'authorization_code') return oauthError(400, 'unsupported_grant_type', 'This grant is not supported.');
    return this.#exchange(form);
  }

  #exchange(form: URLSearchParams): Answer {
    const code = form.get('code') ?? '';
    const known = this.#authCodes.get(code);
    this.#authCodes.delete(code);
    if (!known || known.endsAt < this.#parts.clock.now())
      return oauthError(400, 'invalid_grant', 'The authorization code is unknown, used or old.');
    if (form.get('redirect_uri') !== REDIRECT_URI) return oauthError(400, 'invalid_grant', 'The redirect_uri is another one.');
    const verifier = form.get('code_verifier') ?? '';
    if (!/^[\w.~-]{43,128}$/.test(verifier) || challengeOf(verifier) !== known.challenge) {
      return oauthError(400, 'invalid_grant', 'The PKCE code challenge did not match the code verifier.');
    }
    return json(this.#parts.tokens.issue(known.account));
  }
}

function oauthError(status: number, error: string, description: string): Answer {
  return json({ error, error_description: description }, status);
}
