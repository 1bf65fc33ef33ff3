import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startVivintSimulator, type VivintSimulator } from '../src/index.ts';
import { authorization, Browser, Caller, exchange, type Json, logIn } from './client.ts';

let simulator: VivintSimulator;
let browser: Browser;

beforeEach(async () => {
  simulator = await startVivintSimulator({ clock: { flowing: false } });
  browser = new Browser(simulator.urls.login);
});
afterEach(() => simulator.close());

const bodyOf = async (answer: Response): Promise<Json> => (await answer.json()) as Json;
const begin = async (who: string): Promise<{ verifier: string; username: string; password: string; answer: Response }> => {
  const { path, verifier } = authorization();
  const { username, password } = simulator.account(who);
  await browser.ask('GET', path);
  const answer = await browser.post('/idp/api/submit?client_id=ios', { username, password });
  return { verifier, username, password, answer };
};

describe('a whole login', () => {
  test.each(['sms', 'email', 'totp', 'none'])('by %s ends in a token that reads the account', async (who) => {
    const tokens = await logIn(simulator, who);
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type']);
    const user = (await new Caller(simulator, tokens).get('authuser'))['u'] as Json;
    expect(user['e']).toBe(simulator.account(who).username);
  });

  test('leaves a session: the next authorisation answers with a code at once', async () => {
    await logIn(simulator, 'sms', browser);
    const { path, verifier } = authorization();
    const answer = await browser.ask('GET', path);
    expect(answer.headers.get('location')).toMatch(/^vivint:\/\/app\/oauth_redirect\?code=/);
    expect((await exchange(browser, answer.headers.get('location') ?? '', verifier)).status).toBe(200);
  });
});

describe('strictness', () => {
  test.each(['code_challenge', 'redirect_uri', 'client_id', 'code_challenge_method', 'state'])(
    'the authorisation refuses a wrong %s',
    async (name) => {
      const answer = await browser.ask('GET', authorization({ [name]: 'x' }).path);
      expect(answer.status).toBe(400);
      expect((await bodyOf(answer))['error']).toMatch(/^invalid_/);
    },
  );

  test('a password without the cookie of the authorisation is refused', async () => {
    const { username, password } = simulator.account('sms');
    const answer = await browser.post('/idp/api/submit?client_id=ios', { username, password });
    expect([answer.status, (await bodyOf(answer))['error']]).toEqual([400, 'login_required']);
  });

  test.each(['oauth2_authentication_csrf', 'idp_session'])('a code without the cookie %s is refused', async (name) => {
    const { username, password } = await begin('sms');
    browser.cookies.delete(name);
    const answer = await browser.post('/idp/api/validate?client_id=ios', { code: simulator.codeFor('sms'), username, password });
    expect(answer.status).toBe(400);
  });

  test('where the cookie of the login page is wanted, a password without it is forbidden', async () => {
    simulator.login.pageCookieWanted = true;
    expect((await begin('none')).answer.status).toBe(403);
    const begun = await browser.ask('GET', authorization().path);
    await browser.ask('GET', begun.headers.get('location') ?? '');
    const { username, password } = simulator.account('none');
    expect((await browser.post('/idp/api/submit?client_id=ios', { username, password })).status).toBe(200);
  });

  test('the way on may be a whole address, and have more steps', async () => {
    simulator.login.urlForm = 'absolute';
    simulator.login.moreHops = 1;
    const { answer } = await begin('none');
    const url = new URL(String((await bodyOf(answer))['url']));
    expect(url.origin).toBe(simulator.urls.login);
    const hop = await browser.ask('GET', `${url.pathname}${url.search}`);
    const next = new URL(hop.headers.get('location') ?? '', url);
    const last = await browser.ask('GET', `${next.pathname}${next.search}`);
    expect(last.headers.get('location')).toMatch(/^vivint:/);
  });

  test('one who is known gets a code at once, and a planted answer comes once', async () => {
    simulator.login.nextAnswer = { status: 403, body: { message: 'Forbidden' } };
    expect((await begin('none')).answer.status).toBe(403);
    expect((await begin('none')).answer.status).toBe(200);
    simulator.login.knownUser = simulator.account('none').username;
    expect((await browser.ask('GET', authorization().path)).headers.get('location')).toMatch(/^vivint:/);
  });

  test('a wrong password is 401 with a sentence', async () => {
    await browser.ask('GET', authorization().path);
    const answer = await browser.post('/idp/api/submit?client_id=ios', { username: 'ana@example.test', password: 'no' });
    expect([answer.status, (await bodyOf(answer))['msg']]).toEqual([401, 'Invalid username and/or password']);
  });

  test('another verifier gets no token, and the code is spent', async () => {
    const { verifier, username, password, answer } = await begin('sms');
    expect(await bodyOf(answer)).toEqual({ validate: true });
    const validated = await browser.post('/idp/api/validate?client_id=ios', { code: simulator.codeFor('sms'), username, password });
    const sent = await browser.ask('GET', String((await bodyOf(validated))['url']));
    const location = sent.headers.get('location') ?? '';
    const refused = await exchange(browser, location, authorization().verifier);
    expect([refused.status, (await bodyOf(refused))['error']]).toEqual([400, 'invalid_grant']);
    expect((await exchange(browser, location, verifier)).status).toBe(400);
  });

  test('a code with a space, a wrong one and an old one are told apart', async () => {
    const { username, password } = await begin('sms');
    const validate = async (code: string): Promise<unknown> =>
      (await bodyOf(await browser.post('/idp/api/validate?client_id=ios', { code, username, password })))['message'];
    const code = simulator.codeFor('sms');
    expect(await validate(` ${code}`)).toContain('regex');
    expect(await validate(code === '000000' ? '000001' : '000000')).toBe('Code is not valid');
    await simulator.clock.advance(6 * 60_000);
    expect(await validate(code)).toBe('Code is not valid');
  });

  test('five wrong codes end the login', async () => {
    const { username, password } = await begin('totp');
    const wrong = simulator.codeFor('totp') === '000000' ? '000001' : '000000';
    const submit = (mfa: string): Promise<Response> => browser.post('/idp/api/submit?client_id=ios', { mfa, username, password });
    for (let i = 0; i < 5; i += 1) expect((await submit(wrong)).status).toBe(401);
    expect(await bodyOf(await submit(simulator.codeFor('totp')))).toMatchObject({ error: 'login_required' });
  });
});

describe('the wall in front', () => {
  test('blocks hurried logins with 1020 in HTML, the token endpoint included, until time has passed', async () => {
    for (let i = 0; i < 11; i += 1) await begin('sms');
    const blocked = await browser.ask('GET', authorization().path);
    expect([blocked.status, await blocked.text()]).toEqual([403, expect.stringContaining('error code: 1020')]);
    expect((await browser.form('/oauth2/token?client_id=ios', { grant_type: 'refresh_token', refresh_token: 'x' })).status).toBe(403);
    await simulator.clock.advance(3_600_001);
    expect((await browser.ask('GET', authorization().path)).status).toBe(302);
  });
});

describe('tokens', () => {
  const refresh = (token: unknown): Promise<Response> =>
    browser.form('/oauth2/token?client_id=ios', { grant_type: 'refresh_token', refresh_token: String(token) });

  test('an access token ends after expires_in and the answer is HTML', async () => {
    const tokens = await logIn(simulator);
    const caller = new Caller(simulator, tokens);
    await simulator.clock.advance(3600_000);
    const answer = await caller.raw('GET', 'authuser');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html']);
    expect((await refresh(tokens['refresh_token'])).status).toBe(200);
  });

  test('a refresh token works once; used again it ends the family', async () => {
    const first = await logIn(simulator);
    const second = await bodyOf(await refresh(first['refresh_token']));
    expect(second['refresh_token']).not.toBe(first['refresh_token']);
    expect(await bodyOf(await refresh(first['refresh_token']))).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(second['refresh_token'])).status).toBe(400);
    expect(simulator.tokens.refreshes.map(({ outcome }) => outcome)).toEqual(['rotated', 'reused', 'revoked']);
  });

  test('rotation can be switched off, and expires_in set while it runs', async () => {
    simulator.tokens.rules.rotate = false;
    simulator.tokens.rules.expiresIn = 60;
    const first = await logIn(simulator);
    const second = await bodyOf(await refresh(first['refresh_token']));
    expect(second).toMatchObject({ refresh_token: first['refresh_token'], expires_in: 60 });
  });
});
