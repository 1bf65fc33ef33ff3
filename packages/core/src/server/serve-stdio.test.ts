import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bundle } from '../fixtures/bundle.ts';

let folder = '';
let script = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sy-stdio-'));
  script = join(folder, 'toy.mjs');
  await bundle(new URL('./fixtures/toy-process.ts', import.meta.url), script);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const running = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Toy {
  readonly child: ChildProcessWithoutNullStreams;
  send(message: Record<string, unknown>): void;
  lines(): readonly string[];
  /** The answer to a request. */
  answer(id: number): Promise<Record<string, unknown>>;
  stderr(): string;
}

const start = (mode = '', args: readonly string[] = []): Toy => {
  const env = {
    ...process.env,
    TOY_MODE: mode,
    TOY_URL: 'http://lamp.example',
    TOY_TOKEN: 'long-secret-token',
    XDG_CONFIG_HOME: folder,
    XDG_STATE_HOME: folder,
  };
  const child = spawn(process.execPath, [script, ...args], { env });
  running.add(child);
  let out = '';
  let errors = '';
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const lines = (): readonly string[] => out.split('\n').filter(Boolean);
  return {
    child,
    send: (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    lines,
    stderr: () => errors,
    answer: async (id) => {
      for (;;) {
        const found = lines().find((line) => line.startsWith('{') && (JSON.parse(line) as { id?: unknown }).id === id);
        if (found) return JSON.parse(found) as Record<string, unknown>;
        await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error(`it left: ${errors}`)))]);
      }
    },
  };
};

const initialize = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** A server that has connected: from here on its socket and timer would keep it alive. */
const connected = async (mode?: string): Promise<Toy> => {
  const toy = start(mode);
  toy.send(initialize);
  await toy.answer(1);
  toy.send({ method: 'notifications/initialized' });
  toy.send({ id: 2, method: 'tools/call', params: { name: 'toy_get_lamp', arguments: {} } });
  if (mode !== 'throw') await toy.answer(2);
  return toy;
};

/** The exit code of a server that ends by itself: one that does not is waited for until the test's own time is over. */
const left = async ({ child }: Toy): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};

test.each([
  ['stdin ends', (toy: Toy) => void toy.child.stdin.end()],
  ['SIGTERM', (toy: Toy) => void toy.child.kill('SIGTERM')],
  ['SIGINT', (toy: Toy) => void toy.child.kill('SIGINT')],
  ['SIGHUP', (toy: Toy) => void toy.child.kill('SIGHUP')],
  [
    'two signals and the end of stdin at once',
    (toy: Toy) => void [toy.child.kill('SIGTERM'), toy.child.kill('SIGINT'), toy.child.stdin.end()],
  ],
  [
    'stdout closes and something is written',
    (toy: Toy) => {
      toy.child.stdout.destroy();
      toy.send({ id: 9, method: 'tools/list' });
    },
  ],
])('%s: it ends, though its operations never finish to close', async (_name, end) => {
  const toy = await connected();
  end(toy);
  expect(await left(toy)).toBe(0);
  expect(toy.stderr()).not.toMatch(/fatal|Error/);
});

test('the end of stdin in the middle of a call ends it too', async () => {
  const toy = await connected();
  toy.send({ id: 3, method: 'tools/call', params: { name: 'toy_wait_lamp', arguments: {} } });
  toy.child.stdin.end();
  expect(await left(toy)).toBe(0);
});

test('the death of its parent ends it, though the pipe stays open', async () => {
  // Not the parent's stdin: Node closes that one for us when the parent exits, and the server would see its end instead.
  const code = `const c=require('node:child_process').spawn(process.execPath,[${JSON.stringify(script)}],{stdio:[3,'inherit','inherit']});setInterval(()=>c.pid,1000)`;
  const env = { ...process.env, XDG_CONFIG_HOME: folder };
  const parent = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], env });
  running.add(parent as ChildProcessWithoutNullStreams);
  const stdin = parent.stdio[3] as Writable;
  stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...initialize })}\n`);
  const { stdout } = parent as ChildProcessWithoutNullStreams;
  await once(stdout, 'data');
  // It ends for us only when its last writer is gone.
  const gone = once(stdout, 'end');
  stdout.resume();
  parent.kill('SIGKILL');
  await gone;
  expect(stdin.writable).toBe(true);
  stdin.destroy();
});

test('stdout carries frames only; noise goes to stderr', async () => {
  const toy = await connected();
  for (const line of toy.lines()) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  expect(toy.stderr()).toContain('noise from console.log');
  expect(toy.stderr()).toContain('noise from stdout.write');
});

test('an exception of nobody is logged once and ends it with 1', async () => {
  const toy = await connected('throw');
  expect(await left(toy)).toBe(1);
  expect(toy.stderr().match(/nobody catches this/g)).toHaveLength(1);
});

test('an unknown request before initialize is answered, and garbage does not end it', async () => {
  const toy = start();
  toy.child.stdin.write('not json\n{"json":"but no rpc"}\n');
  toy.send({ id: 1.5, method: 'ping' });
  toy.send({ id: 7, method: 'no/such/method' });
  expect(await toy.answer(7)).toMatchObject({ error: { code: -32601 } });
  toy.send(initialize);
  expect(await toy.answer(1)).toMatchObject({ result: { serverInfo: { name: 'toy' } } });
  // JSON that is no message is answered without an id, and costs one line each in the log.
  const invalid = toy.lines().filter((line) => (JSON.parse(line) as { id?: unknown }).id === null);
  expect(invalid.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ error: expect.objectContaining({ code: -32600 }) }),
    expect.objectContaining({ error: expect.objectContaining({ code: -32600 }) }),
  ]);
  expect(toy.stderr().trim().split('\n')).toHaveLength(2);
});

test('a message beyond all measure ends it with 1 and a word', async () => {
  const toy = start();
  toy.send(initialize);
  await toy.answer(1);
  toy.child.stdin.write(`{"jsonrpc":"2.0","id":2,"method":"${'x'.repeat(20_000_000)}"}\n`);
  expect(await left(toy)).toBe(1);
  expect(toy.stderr()).toContain('larger than this server takes');
});

test('wrong settings do not keep it from starting; the call says what is wrong', async () => {
  const toy = start('', ['--levle', 'read']);
  toy.send(initialize);
  await toy.answer(1);
  toy.send({ method: 'notifications/initialized' });
  toy.send({ id: 2, method: 'tools/call', params: { name: 'toy_get_lamp', arguments: {} } });
  const answer = JSON.stringify(await toy.answer(2));
  expect(answer).toContain('--level');
  expect(answer).toContain('doctor');
});

test('a command prints its output, and nothing else, on stdout', async () => {
  const toy = start('', ['tools', '--json']);
  await Promise.all([once(toy.child.stdout, 'end'), once(toy.child, 'exit')]);
  expect(JSON.parse(toy.lines().join('\n'))).toMatchObject({ name: 'toy' });
});
