import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ToolError } from '../errors/tool-error.ts';
import { bundle } from '../fixtures/bundle.ts';
import { Redactor } from '../security/redactor.ts';
import { createFileStore } from './encrypted-file-store.ts';
import { fileKey } from './key-providers.ts';
import { InvalidGrantError, readTokens, refreshTokens, saveTokens } from './refresh-lock.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
}

let built = '';
let script = '';
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'sy-built-'));
  script = join(built, 'refresh-process.mjs');
  await bundle(new URL('./fixtures/refresh-process.ts', import.meta.url), script);
});
afterAll(() => rm(built, { recursive: true, force: true }));

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sy-refresh-'));
  await writeFile(join(folder, 'key'), Buffer.alloc(32, 5), { mode: 0o600 });
});
const storeHere = () =>
  createFileStore({
    path: join(folder, 'default.cred'),
    serverName: 'test',
    profile: 'default',
    secrets: new Redactor(),
    key: fileKey(join(folder, 'key')),
  });
const expired = (refreshToken: string): Tokens => ({ accessToken: 'old', refreshToken, expiresAt: 0 });

/** Rotates refresh tokens, and revokes the whole family when one is presented twice. */
const startRotatingServer = async (lifeMs: number) => {
  const presented: string[] = [];
  let current = 'r0';
  let revoked = false;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const token = Buffer.concat(chunks).toString();
    presented.push(token);
    revoked ||= token !== current;
    if (revoked) return void response.writeHead(400).end();
    current = `r${presented.length}`;
    response.end(JSON.stringify({ accessToken: `a${presented.length}`, refreshToken: current, expiresAt: Date.now() + lifeMs }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { presented, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
};

const start = (url: string, mode = ''): ChildProcess =>
  fork(script, [join(folder, 'default.cred'), join(folder, 'key'), url, mode], { execArgv: [] });
/** Its last word: what it got. What it said before is not an answer. */
const answer = async (child: ChildProcess): Promise<unknown> => {
  for (;;) {
    const [word] = await once(child, 'message');
    if (!(typeof word === 'object' && 'said' in word)) return word;
  }
};

test('8 processes with expired tokens: one refresh, all logged in', async () => {
  const server = await startRotatingServer(60_000);
  await saveTokens(storeHere(), 'login', expired('r0'));
  const results = await Promise.all(Array.from({ length: 8 }, () => answer(start(server.url))));
  expect(results).toEqual(Array(8).fill({ accessToken: 'a1', generation: 2 }));
  expect(server.presented).toEqual(['r0']);
  server.close();
});

test('8 processes with tokens that expire at once: each refresh token is presented once, nobody is logged out', async () => {
  const server = await startRotatingServer(-1);
  await saveTokens(storeHere(), 'login', expired('r0'));
  const results = await Promise.all(Array.from({ length: 8 }, () => answer(start(server.url))));
  expect(JSON.stringify(results)).not.toContain('failed');
  expect(new Set(server.presented).size).toBe(server.presented.length);
  expect(server.presented).toHaveLength(8);
  expect((await readTokens<Tokens>(storeHere(), 'login'))?.tokens.refreshToken).toBe('r8');
  server.close();
});

test('the holder is killed inside the lock: the others take it over, once', async () => {
  const server = await startRotatingServer(60_000);
  await saveTokens(storeHere(), 'login', expired('r0'));
  const holder = start(server.url, 'hang');
  expect(await answer(holder)).toBe('holding');
  const waiting = Array.from({ length: 7 }, () => answer(start(server.url)));
  const dead = once(holder, 'exit');
  holder.kill('SIGKILL');
  await dead;
  expect(await Promise.all(waiting)).toEqual(Array(7).fill({ accessToken: 'a1', generation: 2 }));
  expect(server.presented).toEqual(['r0']);
  expect((await readdir(folder)).sort()).toEqual(['default.cred', 'key']);
  server.close();
});

test('a crash between the answer and its keeping: the next start says so, presents the token once more, and says why a login is needed', async () => {
  const server = await startRotatingServer(60_000);
  await saveTokens(storeHere(), 'login', expired('r0'));
  const dying = start(server.url, 'die');
  await once(dying, 'exit');
  expect(server.presented).toEqual(['r0']);
  const { presentedAt = '' } = (await readTokens<Tokens>(storeHere(), 'login')) ?? {};
  expect(Date.parse(presentedAt)).toBeGreaterThan(0);
  const next = start(server.url);
  const [said] = await once(next, 'message');
  expect(said).toEqual({ said: expect.stringMatching(/interrupted \(.*presented again/) });
  expect(await answer(next)).toMatchObject({ failed: { code: 'auth_required', why: expect.stringContaining('interrupted') } });
  expect(server.presented).toEqual(['r0', 'r0']);
  server.close();
});

test('a token that never went out, or that the server takes again, leaves no mark', async () => {
  const store = storeHere();
  await saveTokens(store, 'login', expired('r0'));
  const said: string[] = [];
  const options = { store, key: 'login', isLive: (tokens: Tokens) => tokens.expiresAt > 0, log: (message: string) => said.push(message) };
  const fields = { code: 'upstream_unavailable', what: 'x', sideEffects: 'none' } as const;
  const away = refreshTokens<Tokens>({ ...options, refresh: () => Promise.reject(new ToolError(fields)) });
  await expect(away).rejects.toMatchObject({ fields });
  expect(await readTokens<Tokens>(store, 'login')).not.toHaveProperty('presentedAt');
  const lost = refreshTokens<Tokens>({ ...options, refresh: () => Promise.reject(new Error('timed out')) });
  await expect(lost).rejects.toThrow('timed out');
  expect(said).toEqual([]);
  const fresh = { accessToken: 'a1', refreshToken: 'r1', expiresAt: 9 };
  await refreshTokens<Tokens>({ ...options, refresh: async () => fresh });
  expect(said).toHaveLength(1);
  expect(await readTokens<Tokens>(store, 'login')).toEqual({ generation: 2, tokens: fresh });
});

test('many callers in one process share one refresh; a refused generation forces a new one', async () => {
  const store = storeHere();
  await saveTokens(store, 'login', { ...expired('r0'), expiresAt: 1 });
  let calls = 0;
  const options = {
    store,
    key: 'login',
    isLive: (tokens: Tokens) => tokens.expiresAt > 5,
    refresh: async () => {
      calls += 1;
      return { accessToken: `a${calls}`, refreshToken: `r${calls}`, expiresAt: 10 };
    },
  };
  const all = await Promise.all(Array.from({ length: 5 }, () => refreshTokens<Tokens>(options)));
  expect([calls, all[4]?.generation]).toEqual([1, 2]);
  expect((await refreshTokens<Tokens>({ ...options, refused: 1 })).generation).toBe(2);
  expect((await refreshTokens<Tokens>({ ...options, refused: 2 })).generation).toBe(3);
});

test('invalid_grant: what a sibling wrote meanwhile is adopted; without one the error stays and nothing is deleted', async () => {
  const store = storeHere();
  await saveTokens(store, 'login', expired('r0'));
  const isLive = (tokens: Tokens) => tokens.expiresAt > 0;
  const adopted = await refreshTokens<Tokens>({
    store,
    key: 'login',
    isLive,
    refresh: async () => {
      await store.set('login', JSON.stringify({ generation: 7, tokens: { ...expired('r9'), accessToken: 'sibling', expiresAt: 9 } }));
      throw new InvalidGrantError();
    },
  });
  expect(adopted).toMatchObject({ generation: 7, tokens: { accessToken: 'sibling' } });
  const refused = refreshTokens<Tokens>({
    store,
    key: 'login',
    isLive,
    refused: 7,
    refresh: () => Promise.reject(new InvalidGrantError()),
  });
  await expect(refused).rejects.toThrow('invalid_grant');
  expect((await readTokens<Tokens>(store, 'login'))?.generation).toBe(7);
});

test('no login yet is auth_required', async () => {
  const refresh = () => Promise.reject(new Error('unused'));
  await expect(refreshTokens<Tokens>({ store: storeHere(), key: 'login', isLive: () => true, refresh })).rejects.toMatchObject({
    fields: { code: 'auth_required' },
  });
});

test('new tokens that the disk does not take are used, which is said, and stored as soon as it does', async () => {
  const store = storeHere();
  await saveTokens(store, 'login', expired('r0'));
  const full = { ...store, set: () => Promise.reject(Object.assign(new Error('disk'), { code: 'ENOSPC' })) };
  const logged: string[] = [];
  const presented: string[] = [];
  const options = {
    key: 'login',
    isLive: (tokens: Tokens) => tokens.expiresAt > 0,
    refresh: async (tokens: Tokens) => {
      presented.push(tokens.refreshToken);
      return { accessToken: 'a1', refreshToken: 'r1', expiresAt: 9 };
    },
  };
  expect((await refreshTokens<Tokens>({ ...options, store: full, log: (line) => logged.push(line) })).tokens.accessToken).toBe('a1');
  expect(logged).toEqual([expect.stringContaining('could not be kept on disk (ENOSPC)')]);
  expect((await readTokens<Tokens>(store, 'login'))?.generation).toBe(1);
  expect((await refreshTokens<Tokens>({ ...options, store })).tokens.accessToken).toBe('a1');
  expect((await readTokens<Tokens>(store, 'login'))?.tokens.refreshToken).toBe('r1');
  expect(presented).toEqual(['r0']);
});
