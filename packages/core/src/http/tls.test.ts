import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { client, failure, listen } from './fixtures/loopback.ts';
import type { HttpClientOptions } from './http-client.ts';

let certificates = '';
beforeAll(() => {
  certificates = mkdtempSync(join(tmpdir(), 'sy-tls-'));
  const make = (name: string, host: string, days: string) =>
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=x',
        '-addext',
        `subjectAltName=${host}`,
        '-days',
        days,
        '-keyout',
        join(certificates, `${name}.key`),
        '-out',
        join(certificates, `${name}.pem`),
      ],
      { stdio: 'ignore' },
    );
  make('good', 'IP:127.0.0.1', '2');
  make('other', 'DNS:other.test', '2');
});
afterAll(() => rmSync(certificates, { recursive: true, force: true }));

const serveTls = async (name: string, listener: RequestListener): Promise<string> => {
  const read = (end: string) => readFileSync(join(certificates, `${name}.${end}`));
  return `https://127.0.0.1:${await listen(createTlsServer({ key: read('key'), cert: read('pem') }, listener))}`;
};
const pem = (name: string) => join(certificates, `${name}.pem`);

test('TLS: self-signed is refused with the way out; a CA file and insecure each work', async () => {
  const base = await serveTls('good', (_, response) => response.end('1'));
  expect(await failure(client(base).request({ path: '/' }))).toMatchObject({
    why: 'Its TLS certificate is self-signed.',
    next: [expect.stringContaining('CA certificate file')],
    retryable: false,
  });
  const warn = vi.fn();
  for (const tls of [{ caFile: pem('good') }, { insecure: true }]) {
    expect((await client(base, { tls, warn }).request({ path: '/' })).body).toBe(1);
  }
  expect(warn).toHaveBeenCalledTimes(1);
});

test('TLS: another host name and a bad CA file are named, and nothing is sent', async () => {
  const seen = vi.fn();
  const base = await serveTls('other', (_, response) => {
    seen();
    response.end('1');
  });
  const why = async (tls: HttpClientOptions['tls']) =>
    await failure(client(base, tls ? { tls } : {}).request({ path: '/', method: 'POST', body: {} }));
  expect(await why({ caFile: pem('other') })).toMatchObject({ why: 'Its TLS certificate is for another host name.', sideEffects: 'none' });
  expect(await why({ caFile: join(certificates, 'none') })).toMatchObject({ code: 'invalid_input' });
  expect(seen).not.toHaveBeenCalled();
});
