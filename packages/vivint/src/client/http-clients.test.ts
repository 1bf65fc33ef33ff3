import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isToolError, systemClock } from '@switchyard-mcp/core';
import { makeCertificate } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { camera } from '../../test/doubles/fake-vivint.ts';
import type { Api } from './api.ts';
import { createHttpClients } from './http-clients.ts';
import { createPictures, isImageHost } from './pictures.ts';

const { key, cert } = makeCertificate(Date.now() - 86_400_000, Date.now() + 86_400_000);
const server = createServer({ key, cert }, (request, response) => response.end(request.url === '/picture' ? 'jpeg' : '{"u":1}'));
let folder = '';
let base = '';
let caFile = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-ca-'));
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, cert);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (isToolError(error) ? error.fields.code : error),
  );

test.each(['login', 'http', 'streamHttp'] as const)('%s believes the authority of the CA file, and no stranger without', async (name) => {
  const settings = { loginUrl: base, apiUrl: base, streamUrl: base };
  const answers = [];
  for (const tls of [{}, { caFile }]) {
    const clients = createHttpClients({ ...settings, ...tls });
    answers.push(await codeOf(clients[name].request({ path: '/x', timeoutMs: 60_000 })));
    await Promise.all([clients.login.close(), clients.http.close(), clients.streamHttp.close()]);
  }
  expect(answers).toEqual([expect.not.stringMatching('answered'), 'answered']);
});

test('the host of a picture is held to the same', async () => {
  const api = { request: async () => ({ status: 302, headers: { location: `${base}/picture` }, body: undefined, htmlPage: false }) };
  const bell = camera(70, 'Bell', { pictureAt: Date.now() });
  const get = (ca: string | undefined) =>
    createPictures({
      api: api as unknown as Api,
      apiUrl: base,
      caFile: ca,
      clock: systemClock,
      refuseIfPrivate: () => undefined,
      cameraOf: () => bell,
      onChange: () => () => undefined,
      refresh: async () => undefined,
      panelIdOf: () => 1,
    }).get(bell, { maxAgeMs: 60_000, waitMs: 0, signal: new AbortController().signal });
  expect(Buffer.from((await get(caFile)).bytes).toString()).toBe('jpeg');
  expect(await codeOf(get(undefined))).not.toBe('answered');
});

describe('the host of a picture', () => {
  const cloud = 'https://www.vivintsky.com/api';
  const allowed = (url: string, hosts?: string, api = cloud) => isImageHost(new URL(url), hosts, api);
  test.each([
    ['https://x.s3.amazonaws.com/a.jpg', true],
    ['https://media.vivintsky.com/a.jpg', true],
    ['http://media.vivintsky.com/a.jpg', false],
    ['https://user@media.vivintsky.com/a.jpg', false],
    ['https://127.0.0.1/a.jpg', false],
    ['https://169.254.169.254/latest', false],
    ['https://[::1]/a.jpg', false],
    ['https://localhost/a.jpg', false],
    ['https://router.lan/a.jpg', false],
    ['https://nas.local/a.jpg', false],
  ])('%s, which the cloud names: %s', (url, expected) => {
    expect(allowed(url)).toBe(expected);
  });
  test('a list leaves out all others, and names are not matched in the middle', () => {
    const hosts = 'vivint.com, vivintsky.com';
    const named = (host: string) => allowed(`https://${host}/a.jpg`, hosts);
    expect(['media.vivintsky.com', 'v.vivint.com', 'vivint.com'].map(named)).toEqual([true, true, true]);
    expect(['x.s3.amazonaws.com', 'notvivint.com', 'vivint.com.example.com'].map(named)).toEqual([false, false, false]);
  });
  test('a cloud of the own network has its pictures there', () => {
    expect(allowed('http://127.0.0.1:9/a.jpg', undefined, 'http://127.0.0.1:8/api')).toBe(true);
    expect(allowed('http://192.168.1.5:9/a.jpg', undefined, 'http://192.168.1.5:8/api')).toBe(true);
    expect(allowed('http://192.168.1.6:9/a.jpg', undefined, 'http://192.168.1.5:8/api')).toBe(false);
  });
});
