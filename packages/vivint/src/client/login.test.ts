import type { HttpClient } from '@switchyard-mcp/core/http';
import { expect, test } from 'vitest';
import { startLogin } from './login.ts';

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
  startLogin({ username: 'ana', password: 'secret' }, { http: answering(body), now: () => 0, signal: AbortSignal.timeout(5000) }).then(
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
