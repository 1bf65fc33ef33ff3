import type { HttpClient } from '@switchyard-mcp/core/http';
import { startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../test/doubles/failure.ts';
import { createHttpClients } from './http-clients.ts';
import { type LoginStep, startLogin } from './login.ts';

/** A login host that begins well and answers the password with this. */
const answering = (body: unknown): HttpClient =>
  ({
    request: async ({ path }: { path: string }) => ({
      status: path === '/oauth2/auth' ? 302 : 200,
      headers: {},
      body: path === '/oauth2/auth' ? undefined : body,
      htmlPage: false,
    }),
  }) as unknown as HttpClient;
const stepOf = (body: unknown): Promise<string> =>
  startLogin({ username: 'ana', password: 'secret' }, { http: answering(body), now: () => 0, signal: new AbortController().signal }).then(
    (step) => (step.kind === 'code' ? step.from : step.kind),
    () => 'refused',
  );

test.each([
  [{ validate: true }, 'message'],
  [{ validate: true, mfa: null }, 'message'],
  [{ validate: true, mfa: false, url: null }, 'message'],
  [{ mfa: true }, 'authenticator'],
  [{ mfa: { type: 'totp' }, validate: null }, 'authenticator'],
  [{ validate: false, mfa: null }, 'refused'],
  [{}, 'refused'],
])('the answer %o to the password means: %s', async (body, expected) => expect(await stepOf(body)).toBe(expected));

describe('with a login host', () => {
  let simulator: VivintSimulator;
  let clients: ReturnType<typeof createHttpClients>;
  beforeEach(async () => {
    simulator = await startVivintSimulator();
    const { login, api, stream } = simulator.urls;
    clients = createHttpClients({ loginUrl: login, apiUrl: api, streamUrl: stream });
  });
  afterEach(async () => {
    await Promise.all([clients.login.close(), clients.http.close(), clients.streamHttp.close()]);
    await simulator.close();
  });
  const start = (who = 'none', password = simulator.account(who).password): Promise<LoginStep> =>
    startLogin(
      { username: simulator.account(who).username, password },
      { http: clients.login, loginUrl: simulator.urls.login, now: Date.now, signal: new AbortController().signal },
    );
  const code = async (who: string, typed?: string) => {
    const step = await start(who);
    if (step.kind !== 'code') throw new Error('no code was asked for');
    return (planted?: VivintSimulator['login']['nextAnswer']) => {
      simulator.login.nextAnswer = planted;
      return step.submit(typed ?? simulator.codeFor(who));
    };
  };
  const asked = (what: string): number => simulator.requests.filter((request) => request.what === what).length;

  test('the cookie of the login page comes with password and code', async () => {
    simulator.login.pageCookieWanted = true;
    expect((await start()).kind).toBe('done');
    expect((await (await code('sms'))()).refreshToken).toBeTruthy();
  });
  test('a login page that fails is done without', async () => {
    simulator.faults.of.login.dropSocketOnNext('GET /idp/login');
    expect((await start()).kind).toBe('done');
  });
  test('for one who is known already the code comes at once, and the password stays here', async () => {
    simulator.login.knownUser = simulator.account('none').username;
    expect(await start()).toMatchObject({ kind: 'done', tokens: { refreshToken: expect.any(String) } });
    expect(asked('POST /idp/api/submit')).toBe(0);
  });
  test('the way on may be a whole address, and take more steps', async () => {
    simulator.login.urlForm = 'absolute';
    expect((await start()).kind).toBe('done');
    simulator.login.moreHops = 3;
    expect((await start()).kind).toBe('done');
    simulator.login.moreHops = 100;
    expect((await failureOf(start())).what).toContain('the end of the login');
  });
  test('a way on to strangers is not gone, and blames neither password nor version', async () => {
    simulator.login.urlForm = 'elsewhere';
    expect(await failureOf(start())).toMatchObject({
      code: 'upstream_error',
      what: expect.stringContaining('leads to another host'),
      why: 'It named http://elsewhere.example.',
    });
  });

  const wrongPassword = { code: 'auth_failed', why: 'User name or password is wrong.' };
  const notThePassword = (status: string, why: string) => ({
    code: status,
    what: expect.stringContaining('did not name password or code'),
    why,
  });
  test.each([
    [{ status: 401, body: { msg: 'Invalid username and/or password' } }, wrongPassword],
    [{ status: 400, body: { message: 'Invalid username and/or password' } }, wrongPassword],
    [{ status: 403, body: { error: 'invalid_credentials' } }, wrongPassword],
    [{ status: 401, body: { message: 'Unauthorized' } }, wrongPassword],
    [{ status: 401 }, wrongPassword],
    [{ status: 403, body: { message: 'Forbidden' } }, notThePassword('rate_limited', 'Vivint says: Forbidden')],
    [
      { status: 403, body: { message: 'Too many password attempts' } },
      notThePassword('rate_limited', 'Vivint says: Too many password attempts'),
    ],
    [
      { status: 400, body: { message: 'login challenge expired' } },
      notThePassword('upstream_error', 'Vivint says: login challenge expired'),
    ],
    [{ status: 401, body: { message: 'Account locked' } }, notThePassword('upstream_error', 'Vivint says: Account locked')],
    [{ status: 400 }, notThePassword('upstream_error', 'It answered 400 without a reason.')],
  ])('the refusal %o of a password is told as what it is', async (answer, expected) => {
    simulator.login.nextAnswer = answer;
    expect(await failureOf(start())).toMatchObject(expected);
  });
  test.each([
    [{ status: 400, body: { message: 'Code is not valid' } }, 'auth_failed'],
    [{ status: 401, body: { msg: 'Unauthorized' } }, 'auth_failed'],
    [{ status: 200, body: { validate: true } }, 'auth_failed'],
    [{ status: 403, body: { message: 'Forbidden' } }, 'rate_limited'],
    [{ status: 400, body: { error: 'login_required', message: 'No login is under way' } }, 'upstream_error'],
    [{ status: 400, body: { message: 'the code challenge has expired' } }, 'upstream_error'],
  ])('the answer %o to a code: %s', async (answer, expected) => {
    expect((await failureOf((await code('sms'))(answer))).code).toBe(expected);
  });

  test('an empty password is not sent', async () => {
    expect((await failureOf(start('none', ''))).code).toBe('invalid_input');
    expect(simulator.requests).toEqual([]);
  });
  test('an answer that is lost is told without words of a home', async () => {
    simulator.faults.of.login.loseAnswerOnNext('POST /idp/api/submit');
    const { what, next } = await failureOf(start());
    expect([what, ...(next ?? [])].join(' ')).toBe("Vivint's login host did not answer. Try again in a minute.");
  });
});
