import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isToolError } from '@switchyard-mcp/core';
import { makeCertificate } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { camera } from '../../test/doubles/fake-vivint.ts';
import { vivintSettings } from '../config.ts';
import type { Api } from './api.ts';
import { systemClock } from './clock.ts';
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
    answers.push(await codeOf(clients[name].request({ path: '/x', timeoutMs: 5000 })));
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
      imageHosts: '',
      caFile: ca,
      clock: systemClock,
      cameraOf: () => bell,
      onChange: () => () => undefined,
      refresh: async () => undefined,
      panelIdOf: () => 1,
    }).get(bell, { maxAgeMs: 60_000, waitMs: 0, signal: AbortSignal.timeout(5000) });
  expect(Buffer.from((await get(caFile)).bytes).toString()).toBe('jpeg');
  expect(await codeOf(get(undefined))).not.toBe('answered');
});

test('by default pictures come from hosts of Vivint alone, not from clouds in which anybody has a host', () => {
  const usual = vivintSettings['imageHosts'].schema.parse(undefined);
  const allowed = (host: string) => isImageHost(new URL(`https://${host}/a.jpg`), usual, 'https://www.vivintsky.com/api');
  expect(['media.vivintsky.com', 'v.vivint.com', 'vivint.com'].map(allowed)).toEqual([true, true, true]);
  expect(['x.s3.amazonaws.com', 'd1.cloudfront.net', 'notvivint.com', 'vivint.com.example.com'].map(allowed)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(isImageHost(new URL('http://media.vivintsky.com/a.jpg'), usual, 'https://www.vivintsky.com/api')).toBe(false);
});
