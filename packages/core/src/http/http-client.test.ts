import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { systemClock } from '../time/clock.ts';
import { createBreaker } from './breaker.ts';
import { client, failure, listen } from './fixtures/loopback.ts';

const serve = async (listener: RequestListener): Promise<string> => `http://127.0.0.1:${await listen(createServer(listener))}`;
/** A port that nothing listens on. */
const freePort = async (): Promise<number> => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

test('sends JSON below the base path with fresh headers and a query, and reads JSON, text and bytes', async () => {
  const seen: unknown[] = [];
  const base = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push([
      request.method,
      request.url,
      request.headers.authorization,
      request.headers['content-type'],
      Buffer.concat(chunks).toString(),
    ]);
    response.setHeader('content-type', 'application/json').setHeader('set-cookie', ['a=1', 'b=2']);
    response.end('{"ok":true}');
  });
  let token = 0;
  const http = client(`${base}/sub/`, { headers: () => ({ Authorization: `Bearer ${++token}` }) });
  const first = await http.request({ path: '/api', query: { a: 'x y', b: [1, 2], c: undefined } });
  expect(first).toMatchObject({ status: 200, body: { ok: true }, headers: { 'set-cookie': 'a=1, b=2' } });
  await http.request({ method: 'POST', path: '/api', body: { x: 1 } });
  expect(seen).toEqual([
    ['GET', '/sub/api?a=x+y&b=1&b=2', 'Bearer 1', undefined, ''],
    ['POST', '/sub/api', 'Bearer 2', 'application/json', '{"x":1}'],
  ]);
  expect((await http.request({ path: '/t', accept: 'text' })).body).toBe('{"ok":true}');
  expect(Buffer.from((await http.request({ path: '/b', accept: 'bytes' })).body ?? []).toString()).toBe('{"ok":true}');
});

test('retries an idempotent request on 502, 503, 504 and 429, and gives the last answer back', async () => {
  const statuses = [503, 502, 200, 429, 429, 429];
  const waited: number[] = [];
  const base = await serve((_, response) => {
    const status = statuses.shift() ?? 500;
    response.writeHead(status, status === 429 ? { 'retry-after': '2' } : {}).end(status === 200 ? '1' : '');
  });
  const http = client(base, { clock: { ...systemClock, wait: async (delayMs) => void waited.push(delayMs) } });
  expect((await http.request({ path: '/' })).status).toBe(200);
  expect((await http.request({ path: '/' })).status).toBe(429);
  expect(waited).toHaveLength(4);
  expect(waited.slice(2).every((ms) => ms >= 2_000 && ms <= 2_200)).toBe(true);
});

test('Retry-After beyond the deadline, and requests that are not idempotent, are not retried', async () => {
  let count = 0;
  const base = await serve((_, response) => {
    count += 1;
    response.writeHead(503, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }).end();
  });
  const http = client(base);
  expect((await http.request({ path: '/' })).status).toBe(503);
  expect((await http.request({ path: '/', method: 'POST', body: {} })).status).toBe(503);
  expect(count).toBe(2);
});

test('a connection cut by the server is retried for reads; for a write it says that it may have taken effect', async () => {
  let count = 0;
  const base = await serve((request, response) => {
    count += 1;
    if (request.method === 'POST' || count === 1) request.socket.destroy();
    else response.end('2');
  });
  const http = client(base);
  expect((await http.request({ path: '/' })).body).toBe(2);
  expect(await failure(http.request({ path: '/', method: 'POST', body: {} }))).toMatchObject({
    code: 'upstream_unavailable',
    sideEffects: 'unknown',
    retryable: false,
  });
  expect(count).toBe(3);
});

test('refused, unknown and not-HTTP addresses name their cause, with nothing sent', async () => {
  const refused = await failure(client(`http://127.0.0.1:${await freePort()}`).request({ path: '/', method: 'POST', body: {} }));
  expect(refused).toMatchObject({
    code: 'upstream_unavailable',
    why: expect.stringContaining('connection refused'),
    sideEffects: 'none',
    retryable: true,
  });
  const unknown = await failure(client('http://no-such-host.invalid').request({ path: '/' }));
  expect(unknown).toMatchObject({ code: 'upstream_unavailable', why: expect.stringContaining('DNS') });
  const plain = await serve((_, response) => response.end());
  expect(await failure(client(plain.replace('http:', 'https:')).request({ path: '/' }))).toMatchObject({
    why: 'It does not speak TLS there.',
  });
});

test('a timeout: unknown for a write that went out, none for a read; cancellation likewise', async () => {
  const arrived: (() => void)[] = [];
  const base = await serve(() => arrived.shift()?.());
  const http = client(base);
  expect(await failure(http.request({ path: '/', timeoutMs: 50 }))).toMatchObject({
    code: 'timeout',
    sideEffects: 'none',
    retryable: true,
  });
  expect(await failure(http.request({ path: '/', method: 'POST', body: {}, timeoutMs: 2000 }))).toMatchObject({
    code: 'timeout',
    sideEffects: 'unknown',
    retryable: false,
  });
  const abort = new AbortController();
  arrived.push(() => abort.abort());
  expect(await failure(http.request({ path: '/', method: 'PUT', body: {}, signal: abort.signal }))).toMatchObject({
    code: 'cancelled',
    sideEffects: 'unknown',
  });
  expect(await failure(http.request({ path: '/', method: 'PUT', signal: AbortSignal.abort() }))).toMatchObject({
    code: 'cancelled',
    sideEffects: 'none',
  });
});

test('redirects are followed for reads of the same origin only', async () => {
  const elsewhere = vi.fn();
  const other = await serve((_, response) => {
    elsewhere();
    response.end('0');
  });
  const base = await serve((request, response) => {
    const to: Record<string, string> = { '/a': '/b', '/away': `${other}/x`, '/loop': '/loop' };
    const location = to[request.url ?? ''];
    response.writeHead(location ? 302 : 200, location ? { location } : {}).end(location ? '<html>' : '7');
  });
  const http = client(base, { headers: () => ({ authorization: 'secret' }) });
  expect((await http.request({ path: '/a' })).body).toBe(7);
  expect(await failure(http.request({ path: '/away' }))).toMatchObject({ code: 'upstream_error', next: [expect.stringContaining(other)] });
  expect(await failure(http.request({ path: '/loop' }))).toMatchObject({ what: expect.stringContaining('circle') });
  expect(await failure(http.request({ path: '/a', method: 'POST', body: {} }))).toMatchObject({
    code: 'upstream_error',
    sideEffects: 'unknown',
  });
  expect(elsewhere).not.toHaveBeenCalled();
});

test('a redirect is an answer where it was asked to be one, with its cookies one by one', async () => {
  const base = await serve((_, response) => {
    const cookies = ['a=1; Expires=Wed, 25 Nov 2026 10:00:00 GMT', 'b=2'];
    response.writeHead(302, { location: 'app://callback?code=7', 'set-cookie': cookies }).end('<html>');
  });
  const answer = await client(base).request({ path: '/sign-in', redirect: 'manual' });
  expect(answer).toMatchObject({ status: 302, headers: { location: 'app://callback?code=7' } });
  expect(answer.setCookies).toEqual(['a=1; Expires=Wed, 25 Nov 2026 10:00:00 GMT', 'b=2']);
});

test('full addresses go to listed hosts only, without our headers', async () => {
  const seen: unknown[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end('1');
  });
  const http = client('http://127.0.0.1:1', { headers: () => ({ authorization: 'secret' }), allowHosts: [new URL(other).host] });
  expect((await http.request({ path: `${other}/x` })).status).toBe(200);
  expect(seen).toEqual([undefined]);
  for (const path of [
    'http://evil.test/',
    `http://${new URL(other).host}.evil.test/`,
    `http://u:p@${new URL(other).host}/`,
    '//evil.test/',
    '/a/../b',
    '/%2e%2E/x',
  ]) {
    expect(await failure(http.request({ path }))).toMatchObject({ code: 'invalid_input' });
  }
});

test('a body above the cap is not read, announced or not', async () => {
  const base = await serve((request, response) => {
    if (request.url === '/announced') response.setHeader('content-length', 5_000);
    response.write('x'.repeat(2_500));
    response.end('x'.repeat(2_500));
  });
  const http = client(base, { maxBytes: 1_000 });
  for (const path of ['/announced', '/chunked'])
    expect(await failure(http.request({ path, accept: 'text' }))).toMatchObject({
      code: 'upstream_error',
      what: expect.stringContaining('larger'),
    });
});

test('HTML in place of data is told apart, as is JSON cut short', async () => {
  const base = await serve((request, response) => {
    if (request.url === '/cut') return void response.end('{"a":');
    response.writeHead(request.url === '/500' ? 500 : 200, { 'content-type': 'text/html' }).end('<html>secret</html>');
  });
  const http = client(base);
  expect(await http.request({ path: '/500' })).toMatchObject({ status: 500, body: undefined, htmlPage: true });
  expect(await failure(http.request({ path: '/200' }))).toMatchObject({ what: expect.stringContaining('web page'), sideEffects: 'none' });
  expect(await failure(http.request({ path: '/cut' }))).toMatchObject({ what: expect.stringContaining('not valid JSON') });
});

test('the breaker opens after failures in a row, answers at once, and closes after one good probe', async () => {
  const clock = new TestClock();
  let up = false;
  let count = 0;
  const base = await serve((_, response) => {
    count += 1;
    response.writeHead(up ? 200 : 503).end('1');
  });
  const http = client(base, { attempts: 1, breaker: createBreaker({ failures: 2, openMs: 1_000, clock }) });
  await http.request({ path: '/' });
  await http.request({ path: '/' });
  expect(await failure(http.request({ path: '/' }))).toMatchObject({
    code: 'upstream_unavailable',
    retryAfterMs: 1_000,
    sideEffects: 'none',
  });
  expect(count).toBe(2);
  await clock.advance(1_001);
  up = true;
  const [one, two] = await Promise.all([failure(http.request({ path: '/' })), failure(http.request({ path: '/' }))]);
  expect([one, two]).toEqual([{}, expect.objectContaining({ code: 'upstream_unavailable' })]);
  expect(http.breaker.state).toBe('closed');
});

test('close ends connections, and what comes after it is not sent', async () => {
  const base = await serve(() => undefined);
  const http = client(base);
  const pending = failure(http.request({ path: '/', timeoutMs: 60_000 }));
  await new Promise((resolve) => setImmediate(resolve));
  await http.close();
  expect(await pending).toHaveProperty('code');
  expect(await failure(http.request({ path: '/' }))).toMatchObject({ code: 'cancelled' });
});

test('a proxy carries the request', async () => {
  const base = await serve((_, response) => response.end('5'));
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const [host = '', port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const port = await listen(proxy);
  expect((await client(base, { proxy: `http://127.0.0.1:${port}` }).request({ path: '/' })).body).toBe(5);
  expect(asked).toEqual([new URL(base).host]);
});
