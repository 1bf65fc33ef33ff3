import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, systemClock } from '@switchyard-mcp/core';
import type { Mfa } from '@switchyard-mcp/simulator-vivint';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf as failure } from '../../test/doubles/failure.ts';
import { settingsFor, type TestCloud, tempStorage, testCloud } from '../../test/doubles/test-cloud.ts';
import { logIn } from './log-in.ts';

const signal = new AbortController().signal;
let storage: Awaited<ReturnType<typeof tempStorage>>;
let cloud: TestCloud;
beforeEach(async () => {
  storage = await tempStorage();
  cloud = await testCloud({ storage });
});
afterEach(async () => {
  await cloud.close();
  await storage.remove();
});

const passwordsSent = (): number => cloud.simulator.requests.filter(({ what }) => what === 'POST /idp/api/submit').length;
const refreshes = () => cloud.simulator.tokens.refreshes.map(({ outcome }) => outcome);

/** A person at the terminal. Codes are asked for after they were sent. */
const person = (account: Mfa, typed: readonly string[] = []) => {
  const said: string[] = [];
  const queue = [...typed];
  const asked: { readonly question: string; readonly secret: boolean }[] = [];
  const { username, password } = cloud.simulator.account(account);
  const ask = async (question: string, options: { secret?: boolean } = {}): Promise<string> => {
    asked.push({ question, secret: options.secret ?? false });
    if (/user name/i.test(question)) return username;
    if (/password/i.test(question)) return password;
    return queue.shift() ?? ` ${cloud.simulator.codeFor(account).slice(0, 3)} ${cloud.simulator.codeFor(account).slice(3)} `;
  };
  const runtime = createRuntime({ level: 'read', command: 'vivint', storage });
  const { password: _none, ...settings } = settingsFor(cloud.simulator, account);
  return { said, asked, login: () => logIn({ ask, settings, runtime, say: (text) => void said.push(text) }) };
};

describe('login by a person', () => {
  test.each(['sms', 'email', 'totp', 'none'] as const)('%s: the tokens are kept, the password is not', async (account) => {
    const { login, asked } = person(account);
    const kept = await login();
    expect(kept).not.toHaveProperty('password');
    expect(asked.filter(({ question }) => /password|code/i.test(question)).every(({ secret }) => secret)).toBe(true);
    expect(await (await storage.credentials()).list()).toEqual(['tokens']);
    // A server without a password reads with what was kept.
    const server = cloud.another({ account, settings: { password: undefined } });
    expect((await server.house(signal)).systems.length).toBeGreaterThan(0);
    expect(passwordsSent()).toBe(account === 'totp' ? 2 : 1);
  });
  test('the other way in which the login may end works too', async () => {
    cloud.simulator.login.continueBy = 'json';
    await person('none').login();
    expect(await (await storage.credentials()).list()).toEqual(['tokens']);
  });
  test('a mistyped code may be typed again, not for ever', async () => {
    const { login, said } = person('sms', ['12', '000000']);
    await login();
    expect(said.join(' ')).toMatch(/six digits.*not valid/s);
    expect((await failure(person('sms', ['000000', '000000', '000000']).login())).code).toBe('auth_failed');
  });
  test('nothing typed is asked again, and not sent', async () => {
    const { password } = cloud.simulator.account('none');
    cloud.simulator.account('none').password = '';
    const { login, said, asked } = person('none');
    cloud.simulator.account('none').password = password;
    expect((await failure(login())).code).toBe('invalid_input');
    expect([asked.filter(({ question }) => question === 'Password').length, said.length]).toEqual([3, 3]);
    expect(cloud.simulator.requests).toEqual([]);
  });
  test('a store that takes nothing is told before anything is asked', async () => {
    await rm(join(storage.stateFolder, '..', 'key'));
    const { login, asked } = person('sms');
    await expect(login()).rejects.toThrow();
    expect([asked, cloud.simulator.requests]).toEqual([[], []]);
  });
  test('a wrong password is said as such', async () => {
    cloud.simulator.account('none').password = 'another';
    const { login } = person('none');
    cloud.simulator.account('none').password = 'changed since';
    expect(await failure(login())).toMatchObject({ code: 'auth_failed', why: expect.stringContaining('password') });
  });
});

describe('login by itself', () => {
  test('an account without codes is logged in once, and the next server needs no password', async () => {
    await cloud.operations.house(signal);
    const next = cloud.another({ settings: { password: undefined } });
    await next.house(signal);
    expect(passwordsSent()).toBe(1);
  });
  test('a wrong password is sent once; a restart does not send it again', async () => {
    const wrong = { settings: { password: 'wrong-password' } };
    expect((await failure(cloud.another(wrong).house(signal))).code).toBe('auth_failed');
    const again = await failure(cloud.another(wrong).house(signal));
    expect(again).toMatchObject({
      code: 'auth_required',
      what: expect.stringContaining('min'),
      next: [expect.stringContaining('vivint login')],
    });
    expect(again.why).toContain('password is wrong');
    expect(passwordsSent()).toBe(1);
    // A person who logs in ends the wait.
    await person('none').login();
    await cloud.another(wrong).house(signal);
    expect(passwordsSent()).toBe(2);
  });
  test('a code is a person’s to give: the error has the exact command, and no second message is sent', async () => {
    const server = cloud.another({ account: 'sms' });
    expect(await failure(server.house(signal))).toMatchObject({
      code: 'auth_required',
      next: [expect.stringContaining('npx -y @switchyard-mcp/vivint login')],
    });
    await failure(server.house(signal));
    await failure(cloud.another({ account: 'sms' }).house(signal));
    expect(cloud.simulator.codes.sent).toHaveLength(1);
  });
  test('without anything to log in with nothing is sent', async () => {
    const server = cloud.another({ settings: { username: undefined, password: undefined } });
    expect((await failure(server.house(signal))).code).toBe('auth_required');
    expect(cloud.simulator.requests).toEqual([]);
  });
  test('a blocked address is told as one, and left alone', async () => {
    cloud.simulator.loginBlock.start();
    expect((await failure(cloud.operations.house(signal))).code).toBe('rate_limited');
    expect((await failure(cloud.operations.house(signal))).code).toBe('auth_required');
    expect(cloud.simulator.requests.filter(({ host }) => host === 'login')).toHaveLength(1);
  });
});

test('with tokens in memory a wrong password is not sent again either, by this server or the next', async () => {
  const wrong = { settings: { password: 'wrong-password', tokenStore: 'memory' as const } };
  const server = cloud.another(wrong);
  expect((await failure(server.house(signal))).code).toBe('auth_failed');
  expect((await failure(server.house(signal))).code).toBe('auth_required');
  expect((await failure(cloud.another(wrong).house(signal))).code).toBe('auth_required');
  expect(passwordsSent()).toBe(1);
});

test('a login host that was away is asked again after a minute, not after a quarter of an hour', async () => {
  let shiftMs = 0;
  const clock = () => ({ ...systemClock, now: () => Date.now() + shiftMs, wait: async () => undefined });
  const server = cloud.another({ clock });
  cloud.simulator.faults.of.login.refuseConnections = true;
  expect((await failure(server.house(signal))).code).toBe('upstream_unavailable');
  cloud.simulator.faults.clear();
  shiftMs = 61_000;
  expect((await server.house(signal)).systems).toHaveLength(2);
});

test('a password that went out and got no answer counts: the wait is long, and doubles', async () => {
  let shiftMs = 0;
  const clock = () => ({ ...systemClock, now: () => Date.now() + shiftMs, wait: async () => undefined });
  const server = cloud.another({ clock });
  for (const [waitMinutes, sent] of [
    [15, 1],
    [30, 2],
  ] as const) {
    cloud.simulator.faults.of.login.loseAnswerOnNext('POST /idp/api/submit');
    expect((await failure(server.house(signal))).code).toBe('upstream_unavailable');
    shiftMs += (waitMinutes - 1) * 60_000;
    expect((await failure(server.house(signal))).code).toBe('auth_required');
    expect(passwordsSent()).toBe(sent);
    shiftMs += 2 * 60_000;
  }
  expect((await server.house(signal)).systems).toHaveLength(2);
});

describe('renewal', () => {
  test('an ended access token is renewed once, for many calls at a time', async () => {
    await cloud.operations.house(signal);
    cloud.simulator.expireTokens();
    const houses = await Promise.all(Array.from({ length: 8 }, () => cloud.operations.house(signal, { maxAgeMs: 0 })));
    expect(houses.every(({ stale }) => stale === undefined)).toBe(true);
    expect(refreshes()).toEqual(['rotated']);
  });
  test('two servers of one profile renew once between them', async () => {
    const other = cloud.another();
    await Promise.all([cloud.operations.house(signal), other.house(signal)]);
    for (let round = 0; round < 5; round += 1) {
      cloud.simulator.expireTokens();
      await Promise.all([cloud.operations.house(signal, { maxAgeMs: 0 }), other.house(signal, { maxAgeMs: 0 })]);
    }
    expect(refreshes()).toEqual(Array(5).fill('rotated'));
    expect(passwordsSent()).toBe(1);
  });
  test('a login that was ended is replaced once, with a password; without one a person is asked for', async () => {
    await cloud.operations.house(signal);
    cloud.simulator.tokens.revoke(cloud.simulator.account('none').username);
    await cloud.operations.house(signal, { maxAgeMs: 0 });
    expect(passwordsSent()).toBe(2);
    const bare = cloud.another({ settings: { password: undefined } });
    await bare.house(signal);
    cloud.simulator.tokens.revoke(cloud.simulator.account('none').username);
    expect(await failure(bare.house(signal, { maxAgeMs: 0 }))).toMatchObject({
      code: 'auth_required',
      why: 'Vivint no longer accepts the stored login: it has ended or was revoked. No password is set to log in again.',
    });
    await failure(bare.house(signal, { maxAgeMs: 0 }));
    // The dead token was presented once, not at every call.
    expect(refreshes().filter((outcome) => outcome === 'revoked')).toHaveLength(2);
  });
  test('a cloud that fails while renewing costs no login', async () => {
    await cloud.operations.house(signal);
    cloud.simulator.expireTokens();
    cloud.simulator.faults.of.login.serverErrors = 1;
    const old = await cloud.operations.house(signal, { maxAgeMs: 0 });
    expect(old.stale?.why).toContain('500');
    cloud.simulator.faults.clear();
    await new Promise((resolve) => setImmediate(resolve));
    expect(passwordsSent()).toBe(1);
  });
});

test('a renewal whose answer is lost has done nothing to the home, and says so', async () => {
  await person('none').login();
  cloud.simulator.expireTokens();
  cloud.simulator.faults.of.login.loseAnswerOnNext('POST /oauth2/token');
  const server = cloud.another({ settings: { password: undefined } });
  const told = await failure(server.house(signal));
  expect(told).toMatchObject({
    code: 'upstream_unavailable',
    what: "Vivint's login host did not answer.",
    sideEffects: 'none',
    retryable: true,
  });
  expect(JSON.stringify(told)).not.toMatch(/taken effect|read the state/i);
  // Vivint used the token up: the next call tells what was lost, and how.
  expect((await failure(server.house(signal))).why).toMatch(/renewal was interrupted.*No password is set/s);
});

test('a renewal that was broken off is told in the log', async () => {
  await person('none').login();
  const store = await storage.credentials();
  const stored = JSON.parse((await store.get('tokens')) ?? '{}') as { tokens: { expiresAt: number } };
  stored.tokens.expiresAt = 0;
  await store.set('tokens', JSON.stringify({ ...stored, presentedAt: '2026-11-25T08:00:00.000Z' }));
  await cloud.operations.house(signal);
  expect(cloud.log.filter((line) => line.includes('renewal of the login was interrupted'))).toHaveLength(1);
});

test('nothing on disk can be read by others or holds a secret in plain text', async () => {
  await cloud.operations.house(signal);
  const { password } = cloud.simulator.account('none');
  for (const name of await readdir(storage.stateFolder)) {
    const text = await readFile(join(storage.stateFolder, name), 'utf8');
    expect(text).not.toContain(password);
    expect(text).not.toMatch(/sim-(access|refresh)/);
  }
});

describe('a token file of another program', () => {
  const file = async (content: unknown): Promise<string> => {
    const path = join(storage.stateFolder, '..', 'tokens.json');
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const issued = () => cloud.simulator.tokens.issue(cloud.simulator.account('sms'))['refresh_token'] as string;
  const withFile = (refreshTokenFile: string) => cloud.another({ account: 'sms', settings: { password: undefined, refreshTokenFile } });

  test('is taken over once; from then on the store has it', async () => {
    const path = await file({ refresh_token: issued(), username: 'Ana@example.test', saved_at: 1 });
    await withFile(path).house(signal);
    await withFile(path).house(signal);
    expect(refreshes()).toEqual(['rotated']);
    expect(passwordsSent()).toBe(0);
  });
  test.each(['store', 'memory'] as const)('is not lost when the first renewal fails, with tokens in %s', async (tokenStore) => {
    const path = await file(issued());
    const settings = { password: undefined, refreshTokenFile: path, tokenStore };
    const server = cloud.another({ account: 'sms', settings });
    cloud.simulator.faults.of.login.refuseConnections = true;
    expect((await failure(server.house(signal))).code).toBe('upstream_unavailable');
    cloud.simulator.faults.clear();
    expect((await server.house(signal)).systems.length).toBeGreaterThan(0);
    expect(refreshes()).toEqual(['rotated']);
  });
  test('that failed on the way is renewed by the next server', async () => {
    const path = await file(issued());
    cloud.simulator.faults.of.login.refuseConnections = true;
    await failure(withFile(path).house(signal));
    cloud.simulator.faults.clear();
    await withFile(path).house(signal);
    expect(refreshes()).toEqual(['rotated']);
  });
  test('of another user is refused, and nothing is sent', async () => {
    const path = await file({ refresh_token: issued(), username: 'ben@example.test' });
    expect(await failure(withFile(path).house(signal))).toMatchObject({
      code: 'auth_required',
      why: expect.stringContaining('another user'),
    });
    expect(refreshes()).toEqual([]);
  });
  test('that is used up is presented once', async () => {
    const token = issued();
    cloud.simulator.tokens.refresh(token);
    const path = await file(token);
    expect((await failure(withFile(path).house(signal))).why).toContain('VIVINT_REFRESH_TOKEN_FILE');
    await failure(withFile(path).house(signal));
    expect(refreshes().filter((outcome) => outcome === 'reused')).toHaveLength(1);
  });
  test('that is used up is presented once with tokens in memory too', async () => {
    const token = issued();
    cloud.simulator.tokens.refresh(token);
    const settings = { password: undefined, refreshTokenFile: await file(token), tokenStore: 'memory' as const };
    const server = cloud.another({ account: 'sms', settings });
    await failure(server.house(signal));
    await failure(server.house(signal));
    expect(refreshes().filter((outcome) => outcome === 'reused')).toHaveLength(1);
  });
});
