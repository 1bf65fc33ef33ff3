// Speed, memory and everyday tasks, as figures of one run. Times are ratios to a bare Node start, so that machines compare.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { connectLegacy, tokensOf } from '@switchyard-mcp/testkit';
import { servers } from './servers.mjs';

const asJson = process.argv.includes('--json');
const figures = {};
let current = '';
const note = (name, value) => {
  figures[`${current}: ${name}`] = value;
  if (!asJson) process.stdout.write(`  ${name.padEnd(58)} ${value}\n`);
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value, digits = 2) => Number(value.toFixed(digits));

const bareNode = () => {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
};

/** Spawn → answer to tools/list, in ms, with the peak memory in MB where the system tells it. */
const toList = (bin, env) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, [bin], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    child.on('error', reject);
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
const peakOf = (pid) => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return Number.NaN;
  }
};

const startUp = async (server) => {
  // A host that accepts and never answers.
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const hung = server.hung(`http://127.0.0.1:${silent.address().port}`);
  const runs = { bare: [], away: [], hung: [], peak: [] };
  for (let i = 0; i < 15; i += 1) {
    runs.bare.push(bareNode());
    const away = await toList(server.bin, {});
    runs.away.push(away.ms);
    runs.peak.push(away.peakMb);
    runs.hung.push((await toList(server.bin, hung)).ms);
  }
  silent.close();
  const bare = median(runs.bare);
  note('start → tools/list, ratio to `node -e 0`', round(median(runs.away) / bare));
  note('the same with an upstream that hangs', round(median(runs.hung) / bare));
  note('peak memory at that moment, MB', round(median(runs.peak), 0));
};

const withClient = async (server, seed, act) => {
  const simulator = await server.simulator(seed);
  const client = await connectLegacy({ command: process.execPath, args: [server.bin, ...server.args], env: server.environment(simulator) });
  try {
    await act(client, simulator);
  } finally {
    await client.close();
    await simulator.close();
  }
};

const task = async (client, name, calls) => {
  let tokens = 0;
  const start = performance.now();
  for (const [tool, args] of calls) {
    const result = await client.call(tool, args);
    if (result.isError) throw new Error(`${name}: ${result.content[0]?.text}`);
    tokens += tokensOf(result.content.find((block) => block.type === 'text')?.text ?? '');
  }
  note(
    `task: ${name}`,
    `${calls.length} call${calls.length === 1 ? '' : 's'}, ${tokens} tokens, ${Math.round(performance.now() - start)} ms`,
  );
};

const tasks = (server) =>
  withClient(server, undefined, async (client) => {
    for (const [name, calls] of server.everyday) await task(client, name, calls);
    const times = [];
    // A server may let only so many commands through in a minute.
    for (let i = 0; i < (server.large ? 50 : 12); i += 1) {
      const start = performance.now();
      await client.call(...server.verified(i));
      times.push(performance.now() - start);
    }
    note('control call → verified reply, median ms', round(median(times), 1));
  });

const large = (server) =>
  withClient(server, 40_000, async (client) => {
    await task(client, '40,000 entities: first overview', [['ha_overview', {}]]);
    await task(client, '40,000 entities: overview when warm', [['ha_overview', {}]]);
    await task(client, '40,000 entities: list sensors', [['ha_search', { domain: 'sensor' }]]);
    const words = ['temperature', 'kitchen', 'bedroom light', 'power', 'windw', 'garage', 'humidty'];
    const start = performance.now();
    for (let i = 0; i < 1000; i += 1) await client.call('ha_search', { query: `${words[i % words.length]} ${i % 50}` });
    note('40,000 entities: 1,000 searches, ms each', round((performance.now() - start) / 1000, 1));
  });

for (const server of servers) {
  current = server.name;
  if (!asJson) process.stdout.write(`${server.name} (Node ${process.versions.node})\n`);
  await startUp(server);
  await tasks(server);
  if (server.large) await large(server);
}
if (asJson) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
