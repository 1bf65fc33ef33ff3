import { afterEach, beforeEach, expect, test } from 'vitest';
import { isToolError, ToolError, type ToolErrorFields } from '../errors/tool-error.ts';
import type { RuntimeStorage } from '../runtime/runtime.ts';
import { TestClock } from '../testing/test-clock.ts';
import { type TempStorage, tempStorage } from './fixtures/temp-storage.ts';
import { createHoldOff } from './hold-off.ts';
import { createSession, type Session } from './session.ts';
import type { SessionOptions } from './session-options.ts';
import { createTokenImport } from './token-import.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

const minuteMs = 60_000;
let storage: TempStorage;
let clock = new TestClock();
beforeEach(async () => {
  storage = await tempStorage();
  clock = new TestClock(1_000_000_000_000);
});
afterEach(() => storage.remove());

/** A system that logs in, and takes each refresh token once. */
const startSystem = () => {
  const logins: string[] = [];
  const refreshed: string[] = [];
  const good = new Set<string>();
  let count = 0;
  let fails: ToolError | undefined;
  const issue = (): Tokens => {
    count += 1;
    good.add(`refresh-${count}`);
    return { accessToken: `access-${count}`, refreshToken: `refresh-${count}`, expiresAt: clock.now() + 15 * minuteMs };
  };
  return {
    logins,
    refreshed,
    issue,
    fail: (error: ToolError | undefined) => {
      fails = error;
    },
    endAll: () => good.clear(),
    refresh: async ({ refreshToken }: Tokens): Promise<Tokens | undefined> => {
      refreshed.push(refreshToken);
      return good.delete(refreshToken) ? issue() : undefined;
    },
    login: async (sent: () => void): Promise<Tokens> => {
      logins.push('password');
      if (fails?.fields.code === 'upstream_unavailable') throw fails;
      sent();
      if (fails !== undefined) throw fails;
      return issue();
    },
  };
};
type System = ReturnType<typeof startSystem>;

const sessionOf = (
  system: System,
  more: Partial<SessionOptions<Tokens>> & { readonly storage?: RuntimeStorage | undefined } = {},
): Session<Tokens> =>
  createSession<Tokens>({
    system: 'Acme',
    loginCommand: 'npx acme login',
    clock,
    storage,
    holdOff: createHoldOff({ clock, path: `${storage.stateFolder}/hold-off.json`, firstMs: 15 * minuteMs, longestMs: 1440 * minuteMs }),
    log: { warn: () => undefined },
    expiresAt: ({ expiresAt }) => expiresAt,
    refresh: system.refresh,
    login: system.login,
    ...more,
  });
const accessOf = async (session: Session<Tokens>, refused?: number): Promise<string> => (await session.tokens(refused)).tokens.accessToken;
const failureOf = async (session: Session<Tokens>, refused?: number): Promise<ToolErrorFields> =>
  session.tokens(refused).then(
    () => ({ code: 'internal', what: 'it did not fail' }),
    (error: unknown) => (isToolError(error) ? error.fields : { code: 'internal', what: String(error) }),
  );
const refusal = (fields: Partial<ToolErrorFields> = {}): ToolError =>
  new ToolError({ code: 'auth_failed', what: 'The password is wrong', sideEffects: 'none', ...fields });

test.each([
  ['the credential store', () => storage],
  ['memory', () => undefined],
])('in %s: one login for many callers; refreshed once before it ends', async (_where, where) => {
  const system = startSystem();
  const session = sessionOf(system, { storage: where() });
  expect(session.status()).toEqual({ state: 'unknown' });
  expect(new Set(await Promise.all(Array.from({ length: 5 }, () => accessOf(session))))).toEqual(new Set(['access-1']));
  expect(session.status()).toEqual({ state: 'live', expiresAt: clock.now() + 15 * minuteMs, refreshes: 0 });
  clock.setTime(clock.now() + 14.5 * minuteMs);
  expect(session.status().state).toBe('expired');
  expect(new Set(await Promise.all(Array.from({ length: 5 }, () => accessOf(session))))).toEqual(new Set(['access-2']));
  expect([system.logins.length, system.refreshed]).toEqual([1, ['refresh-1']]);
});

test('a generation that was refused is refreshed once, and what another process got is adopted', async () => {
  const system = startSystem();
  const [one, other] = [sessionOf(system), sessionOf(system)];
  const { generation } = await one.tokens();
  await other.tokens();
  await Promise.all([one.tokens(generation), one.tokens(generation), other.tokens(generation)]);
  expect([system.logins.length, system.refreshed]).toEqual([1, ['refresh-1']]);
});

test('a login that has ended is replaced once, also for a system without refresh', async () => {
  for (const refresh of [undefined, 'its own'] as const) {
    const system = startSystem();
    const session = sessionOf(system, { storage: undefined, ...(refresh === undefined ? { refresh: async () => undefined } : {}) });
    const { generation } = await session.tokens();
    system.endAll();
    const again = await Promise.all([session.tokens(generation), session.tokens(generation)]);
    expect(again.map(({ tokens }) => tokens.accessToken)).toEqual(['access-2', 'access-2']);
    expect(system.logins).toHaveLength(2);
  }
});

test('without a login of its own a person is asked for, and a dead token is presented once', async () => {
  const system = startSystem();
  const { generation } = await sessionOf(system).tokens();
  system.endAll();
  const bare = sessionOf(system, { login: undefined, whyNoLogin: 'No password is set.' });
  await bare.tokens();
  const failed = { code: 'auth_required', what: 'This server is not logged in to Acme.', sideEffects: 'none' };
  const why = 'Acme no longer accepts the stored login: it has ended or was revoked. No password is set.';
  expect(await failureOf(bare, generation)).toMatchObject({ ...failed, why });
  expect(await failureOf(bare)).toMatchObject(failed);
  expect(bare.status()).toMatchObject({ state: 'login needed' });
  expect(system.refreshed).toEqual(['refresh-1']);
});

test('a refused password is sent once; not by another process, not after a restart, until the time is over', async () => {
  const system = startSystem();
  system.fail(refusal());
  expect((await failureOf(sessionOf(system))).code).toBe('auth_failed');
  expect(await failureOf(sessionOf(system))).toMatchObject({
    code: 'auth_required',
    what: 'Automatic re-login failed; no other is tried for 15 min.',
    why: 'The password is wrong',
  });
  clock.setTime(clock.now() + 15 * minuteMs);
  await failureOf(sessionOf(system));
  clock.setTime(clock.now() + 15 * minuteMs);
  expect((await failureOf(sessionOf(system))).what).toContain('15 min');
  expect(system.logins).toHaveLength(2);
  system.fail(undefined);
  clock.setTime(clock.now() + 15 * minuteMs);
  expect(await accessOf(sessionOf(system))).toBe('access-1');
});

test('a system that says how long to wait is left alone for that long', async () => {
  const system = startSystem();
  system.fail(refusal({ code: 'rate_limited', retryAfterMs: 90 * minuteMs }));
  await failureOf(sessionOf(system));
  clock.setTime(clock.now() + 89 * minuteMs);
  expect((await failureOf(sessionOf(system))).code).toBe('auth_required');
  expect(system.logins).toHaveLength(1);
});

test('a system that was away before it got the password is tried again after a minute', async () => {
  const system = startSystem();
  const session = sessionOf(system);
  system.fail(refusal({ code: 'upstream_unavailable', what: 'Acme cannot be reached' }));
  expect((await failureOf(session)).code).toBe('upstream_unavailable');
  expect((await failureOf(session)).code).toBe('auth_required');
  system.fail(undefined);
  clock.setTime(clock.now() + minuteMs);
  expect(await accessOf(session)).toBe('access-1');
});

test('a login that the store does not take is used from memory, which the status says, and refreshed there', async () => {
  const system = startSystem();
  const store = await storage.credentials();
  const full = {
    ...store,
    set: () => Promise.reject(refusal({ code: 'internal', what: 'The store could not be written', why: 'The disk is full.' })),
  };
  const session = sessionOf(system, { storage: { ...storage, credentials: async () => full } });
  expect(await accessOf(session)).toBe('access-1');
  expect(session.status().notStored).toBe('The store could not be written The disk is full.');
  clock.setTime(clock.now() + 15 * minuteMs);
  expect(await accessOf(session)).toBe('access-2');
  expect([system.logins.length, system.refreshed]).toEqual([1, ['refresh-1']]);
});

test('tokens of another program are taken over once; dead ones are presented once', async () => {
  const system = startSystem();
  let found = system.issue();
  const importsOf = () => ({
    from: createTokenImport<Tokens>({
      credentials: storage.credentials,
      read: async () => found,
      refreshTokenOf: (tokens) => tokens.refreshToken,
    }),
    refused: 'The token file is not accepted.',
  });
  const imported = () => sessionOf(system, { login: undefined, imports: importsOf() });
  found = { ...found, expiresAt: 0 };
  expect(await accessOf(imported())).toBe('access-2');
  expect(await accessOf(imported())).toBe('access-2');
  expect(system.refreshed).toEqual(['refresh-1']);
  await (await storage.credentials()).delete('tokens');
  system.endAll();
  found = { ...found, refreshToken: 'refresh-used' };
  expect((await failureOf(imported())).why).toContain('The token file is not accepted.');
  await failureOf(imported());
  expect(system.refreshed).toEqual(['refresh-1', 'refresh-used']);
});

test('whoever asks for a token has changed nothing yet', async () => {
  const system = startSystem();
  system.fail(refusal({ code: 'upstream_error', what: 'No answer came', sideEffects: 'unknown' }));
  expect(await failureOf(sessionOf(system))).toMatchObject({ what: 'No answer came', sideEffects: 'none' });
});
