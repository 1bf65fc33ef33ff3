// How a server is measured: its start, its memory, and tasks through a real client.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connectLegacy, tokensOf } from '@switchyard-mcp/testkit';

/** Environment that keeps a server's files in a folder of the measurement. */
export const foldersIn = (folder) => ({
  SWITCHYARD_CONFIG_DIR: join(folder, 'config'),
  SWITCHYARD_STATE_DIR: join(folder, 'state'),
  SWITCHYARD_CACHE_DIR: join(folder, 'cache'),
});

/** A start of Node that does nothing, in ms. */
export const bareNode = () => {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
};

/** Peak memory of a process in MB; NaN where the system does not say. */
export const peakOf = (pid) => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return Number.NaN;
  }
};

/** Spawn → answer to tools/list, in ms, with the peak memory in MB. Rejects when the server ends first. */
export const toList = (bin, env) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [bin], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${bin} ended with ${code} before tools/list`)));
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('"id":2')) return;
      const ms = performance.now() - start;
      child.stdout.removeAllListeners('data');
      resolve({ ms, peakMb: peakOf(child.pid) });
      child.kill('SIGTERM');
    });
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
    for (const message of [
      { id: 1, method: 'initialize', params },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/list', params: {} },
    ])
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  });

/** A host that accepts and never answers. */
export const silentHost = async () => {
  const host = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => host.once('listening', resolve));
  return { url: `http://127.0.0.1:${host.address().port}`, close: () => host.close() };
};

/** A client of the built bin on a simulator, closed when `use` is through. */
export const withClient = async ({ server, simulator, env = {} }, use) => {
  const client = await connectLegacy({
    command: process.execPath,
    args: [server.bin, ...server.args],
    env: { ...server.environment(simulator), ...env },
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
};

/** A simulator, filled as `prepare` says and closed when `use` is through. */
export const withSimulator = async (server, { seed, prepare } = {}, use) => {
  const simulator = await server.simulator(seed);
  try {
    await prepare?.(simulator);
    return await use(simulator);
  } finally {
    await simulator.close();
  }
};

/** Makes the calls of a task. @returns how many, the tokens of their replies, and the time in ms */
export const runTask = async (client, { title, calls }) => {
  let tokens = 0;
  let count = 0;
  const ask = async (tool, args) => {
    const result = await client.call(tool, args);
    count += 1;
    if (result.isError) throw new Error(`${title}: ${result.content[0]?.text}`);
    tokens += tokensOf(result.content.find((block) => block.type === 'text')?.text ?? '');
    return result.structuredContent?.confirm;
  };
  const start = performance.now();
  for (const [tool, args] of calls) {
    // What asks a person first costs a second call, which counts.
    const confirm = await ask(tool, args);
    if (confirm !== undefined) await ask(tool, { ...args, confirm });
  }
  return { calls: count, tokens, ms: performance.now() - start };
};
