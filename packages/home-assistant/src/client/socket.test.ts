import { createRuntime, isToolError, type ToolErrorFields } from '@switchyard-mcp/core';
import { afterEach, expect, test, vi } from 'vitest';
import { type ScriptedCore, startScriptedCore } from '../../test/doubles/scripted-core.ts';
import { createHomeSocket, type HomeSocket, type SocketOptions } from './socket.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const start = async (options: { token?: string; greet?: boolean } = {}): Promise<ScriptedCore> => {
  const core = await startScriptedCore(options);
  cleanups.push(() => core.close());
  return core;
};
const open = (base: string, options: Partial<SocketOptions> = {}): HomeSocket => {
  const socket = createHomeSocket({ base, token: 'good', ...createRuntime({ command: 'home' }), ...options });
  cleanups.push(() => socket.close());
  return socket;
};
const never = new AbortController().signal;
const read = { signal: never, doing: 'Reading' };
const write = { ...read, doing: 'Calling light.turn_on', write: true };
const failureOf = async (work: Promise<unknown>): Promise<ToolErrorFields> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isToolError(error)) throw new Error(`no ToolError: ${String(error)}`);
  return error.fields;
};

test('connects at the first command only and asks for coalesced messages', async () => {
  const core = await start();
  const socket = open(core.url);
  expect(core.signIns).toBe(0);
  await Promise.all([socket.command({ type: 'one' }, read), socket.command({ type: 'two' }, read)]);
  expect(core.signIns).toBe(1);
  expect(core.seen.map((message) => [message.id, message.type])).toEqual([
    [1, 'supported_features'],
    [2, 'one'],
    [3, 'two'],
  ]);
});

test('reads several answers that come as one array', async () => {
  const core = await start();
  let first: number | undefined;
  core.on('pair', (message, send) => {
    if (first === undefined) first = message.id;
    else
      send([{ id: message.id, type: 'result', success: true, result: 'b' }, 7, { id: first, type: 'result', success: true, result: 'a' }]);
  });
  const socket = open(core.url);
  expect(await Promise.all([socket.command({ type: 'pair' }, read), socket.command({ type: 'pair' }, read)])).toEqual(['a', 'b']);
});

test('a refused token is final: the address is not asked again', async () => {
  const core = await start({ token: 'other' });
  const socket = open(core.url);
  const failure = await failureOf(socket.command({ type: 'x' }, read));
  expect(failure).toMatchObject({ code: 'auth_failed', sideEffects: 'none' });
  expect(failure.next?.[0]).toContain('home login');
  await failureOf(socket.command({ type: 'x' }, read));
  expect(core.signIns).toBe(1);
});

test('nobody listening, an unknown host and silence are told apart', async () => {
  const core = await start();
  await core.close();
  expect((await failureOf(open(core.url).ready(never))).why).toContain('refused');
  expect((await failureOf(open('http://no-such-host.invalid').ready(never))).why).toContain('host name');
  const silent = await start({ greet: false });
  expect((await failureOf(open(silent.url, { connectTimeoutMs: 50 }).ready(never))).why).toContain('did not answer');
});

test('a write without an answer may have happened; a read has no side effects', async () => {
  const core = await start();
  core.on('slow', () => undefined);
  const socket = open(core.url);
  await socket.ready(never);
  expect(await failureOf(socket.command({ type: 'slow' }, { ...write, timeoutMs: 30 }))).toMatchObject({
    code: 'timeout',
    sideEffects: 'unknown',
    retryable: false,
  });
  expect(await failureOf(socket.command({ type: 'slow' }, { ...read, timeoutMs: 30 }))).toMatchObject({
    code: 'timeout',
    sideEffects: 'none',
    retryable: true,
  });
});

test('a write is never sent twice: a lost connection ends it', async () => {
  const core = await start();
  core.on('call_service', (_message, _send, socket) => socket.terminate());
  const socket = open(core.url);
  expect(await failureOf(socket.command({ type: 'call_service' }, write))).toMatchObject({
    code: 'upstream_unavailable',
    sideEffects: 'unknown',
  });
  expect(core.seen.filter((message) => message.type === 'call_service')).toHaveLength(1);
});

test('a read survives a lost connection', async () => {
  const core = await start();
  let asked = 0;
  core.on('get_states', (message, send, socket) => {
    asked += 1;
    if (asked === 1) socket.terminate();
    else send({ id: message.id, type: 'result', success: true, result: 'there' });
  });
  expect(await open(core.url).command({ type: 'get_states' }, read)).toBe('there');
});

test('cancelling a call says whether it may have happened', async () => {
  const core = await start();
  core.on('slow', () => undefined);
  const socket = open(core.url);
  await socket.ready(never);
  const controller = new AbortController();
  const call = failureOf(socket.command({ type: 'slow' }, { ...write, signal: controller.signal }));
  await vi.waitFor(() => expect(core.seen.some((message) => message.type === 'slow')).toBe(true));
  controller.abort();
  expect(await call).toMatchObject({ code: 'cancelled', sideEffects: 'unknown' });
});

test('lasting subscriptions come back after a drop, and their owner hears of it', async () => {
  const core = await start();
  const socket = open(core.url);
  const events: unknown[] = [];
  const starting = vi.fn();
  await socket.subscribe({ type: 'watch' }, (event) => events.push(event), { ...read, lasting: true, starting });
  const returned = new Promise<void>((resolve) => socket.onReconnect(resolve));
  core.cut();
  await returned;
  await vi.waitFor(() => expect(core.seen.filter((message) => message.type === 'watch')).toHaveLength(2));
  core.emit('watch', 'hello');
  await vi.waitFor(() => expect(events).toEqual(['hello']));
  expect(starting).toHaveBeenCalledTimes(2);
});

test('a call that reconnects ends the pause of an older loss: the next loss is met at once', async () => {
  const core = await start();
  const socket = open(core.url);
  await socket.ready(never);
  const random = vi.spyOn(Math, 'random').mockReturnValue(1_000);
  cleanups.push(() => random.mockRestore());
  core.cut();
  await vi.waitFor(() => expect(socket.connected).toBe(false));
  await socket.ready(never);
  random.mockReturnValue(0);
  core.cut();
  await vi.waitFor(() => expect(core.signIns).toBe(3));
});

test('a half-open connection is noticed by the heartbeat', async () => {
  const core = await start();
  core.on('ping', () => undefined);
  const writeLog = vi.fn();
  const socket = open(core.url, { heartbeatMs: 20, pongMs: 20, log: createRuntime({ writeLog }).log });
  await socket.ready(never);
  await vi.waitFor(() => expect(writeLog).toHaveBeenCalled());
});

test('error answers become typed errors with a cleaned reason', async () => {
  const core = await start();
  core.on('bad', (message, send) =>
    send({
      id: message.id,
      type: 'result',
      success: false,
      error: { code: 'invalid_format', message: "expected <class 'homeassistant.X'> for dictionary value @ data['a']['b']" },
    }),
  );
  const failure = await failureOf(open(core.url).command({ type: 'bad' }, write));
  expect(failure).toMatchObject({ code: 'invalid_input', sideEffects: 'none', why: 'expected X (at a.b)' });
});

test('after a silence the other side is asked whether it is there; one that is not is left, and met again', async () => {
  const core = await start();
  const socket = open(core.url, { silenceMs: 0 });
  core.on('ping', (message, send) => send({ id: message.id, type: 'pong' }));
  await socket.alive(never);
  await Promise.all([socket.alive(never), socket.alive(never)]);
  expect(core.signIns).toBe(1);
  const pings = core.seen.filter((message) => message.type === 'ping').length;
  expect(pings).toBe(2);
  core.on('ping', (_message, _send, peer) => peer.terminate());
  await socket.alive(never);
  expect(core.signIns).toBe(2);
  expect(await socket.command({ type: 'one' }, read)).toBeNull();
});

test('a refused subscription is asked for again after a reconnect', async () => {
  const core = await start();
  const socket = open(core.url);
  let asked = 0;
  core.on('subscribe_events', (message, send) => {
    asked += 1;
    send(
      asked === 2
        ? { id: message.id, type: 'result', success: false, error: { code: 'unknown_command', message: 'x' } }
        : { id: message.id, type: 'result', success: true },
    );
  });
  const events: unknown[] = [];
  await socket.subscribe({ type: 'subscribe_events' }, (event) => events.push(event), { ...read, lasting: true });
  core.cut();
  await vi.waitFor(() => expect(asked).toBe(3));
  core.emit('subscribe_events', 'heard');
  await vi.waitFor(() => expect(events).toEqual(['heard']));
});

test('an answer that is not JSON ends the connection and names it; a write is not sent again', async () => {
  const core = await start();
  core.on('bad', (_message, _send, peer) => peer.send('{"id": 2, "type": "resu'));
  const socket = open(core.url);
  const fields = await failureOf(socket.command({ type: 'bad' }, write));
  expect(fields).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'unknown', why: expect.stringContaining('not whole JSON') });
  expect(core.seen.filter((message) => message.type === 'bad')).toHaveLength(1);
});
