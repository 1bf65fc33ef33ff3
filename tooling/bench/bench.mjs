// Speed, memory and everyday tasks, as figures of one run. Times are ratios to a bare Node start, so that machines compare.
// --json prints them as data, --write keeps them for docs/figures.md and the README.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectLegacy, tokensOf } from '@switchyard-mcp/testkit';
import { root, servers } from './servers.mjs';

const asJson = process.argv.includes('--json');
const rounds = 21;
const say = (name, value) => {
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

/** Each start stands beside a bare one of the same moment: the median of such pairs bears a busy machine. */
const startUp = async (server, cache) => {
  // A host that accepts and never answers.
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const hung = server.hung(`http://127.0.0.1:${silent.address().port}`);
  const env = { SWITCHYARD_CACHE_DIR: cache };
  const runs = { first: [], away: [], hung: [], peak: [] };
  for (let i = 0; i < rounds; i += 1) {
    const bare = bareNode();
    runs.first.push((await toList(server.bin, { NODE_DISABLE_COMPILE_CACHE: '1' })).ms / bare);
    const away = await toList(server.bin, env);
    runs.away.push(away.ms / bare);
    runs.peak.push(away.peakMb);
    runs.hung.push((await toList(server.bin, { ...env, ...hung })).ms / bare);
  }
  silent.close();
  const start = {
    ratio: round(median(runs.away)),
    ratioWhenUpstreamHangs: round(median(runs.hung)),
    ratioWithoutCompiledCode: round(median(runs.first)),
    peakMb: round(median(runs.peak), 0),
  };
  say('start → tools/list, ratio to `node -e 0`', start.ratio);
  say('the same with an upstream that hangs', start.ratioWhenUpstreamHangs);
  say('the same without compiled code: the first start ever', start.ratioWithoutCompiledCode);
  say('peak memory at that moment, MB', start.peakMb);
  return start;
};

const withClient = async (server, { seed, prepare }, act) => {
  const simulator = await server.simulator(seed);
  await prepare?.(simulator);
  const client = await connectLegacy({ command: process.execPath, args: [server.bin, ...server.args], env: server.environment(simulator) });
  try {
    return await act(client);
  } finally {
    await client.close();
    await simulator.close();
  }
};

const runTask = async (client, { id, title, calls }) => {
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
  const ms = Math.round(performance.now() - start);
  say(`task: ${title}`, `${count} call${count === 1 ? '' : 's'}, ${tokens} tokens, ${ms} ms`);
  return [id, { calls: count, tokens, ms }];
};

const runTasks = async (client, tasks) => {
  const done = [];
  for (const task of tasks) done.push(await runTask(client, task));
  return Object.fromEntries(done);
};

const everyday = (server) =>
  withClient(server, {}, async (client) => {
    const tasks = await runTasks(client, server.measured.tasks);
    const times = [];
    for (let turn = 0; turn < (server.measured.turns ?? 50); turn += 1) {
      const start = performance.now();
      await client.call(...server.measured.write(turn));
      times.push(performance.now() - start);
    }
    const writeMs = round(median(times), 1);
    say('a write → its verified reply, median ms', writeMs);
    return { tasks, writeMs };
  });

const inBetween = ({ medium, ...server }) =>
  withClient(server, medium, async (client) => {
    say(`${medium.seed} entities`, '');
    return { seed: medium.seed, tasks: await runTasks(client, medium.tasks) };
  });

const atScale = ({ large, ...server }) =>
  withClient(server, large, async (client) => {
    say(`${large.seed} entities`, '');
    const tasks = await runTasks(client, large.tasks);
    const start = performance.now();
    for (let turn = 0; turn < 1000; turn += 1) await client.call(...large.search(turn));
    const searchMs = round((performance.now() - start) / 1000, 1);
    say('1,000 searches, ms each', searchMs);
    const peakMb = round(peakOf(client.processId()), 0);
    say('peak memory then, MB', peakMb);
    return { seed: large.seed, automations: large.automations, tasks, searchMs, peakMb };
  });

const figures = { measuredOn: new Date().toISOString().slice(0, 10), node: process.versions.node, cpus: cpus().length, servers: {} };
const cache = mkdtempSync(join(tmpdir(), 'switchyard-bench-'));
try {
  for (const server of servers) {
    if (!asJson) process.stdout.write(`${server.name} (Node ${process.versions.node})\n`);
    const { measured } = server;
    figures.servers[server.name] = {
      start: await startUp(server, cache),
      ...(measured?.tasks ? await everyday(server) : {}),
      ...(measured?.medium ? { medium: await inBetween({ ...server, medium: measured.medium }) } : {}),
      ...(measured?.large ? { large: await atScale({ ...server, large: measured.large }) } : {}),
    };
  }
} finally {
  rmSync(cache, { recursive: true, force: true });
}
const text = `${JSON.stringify(figures, null, 2)}\n`;
if (asJson) process.stdout.write(text);
if (process.argv.includes('--write')) writeFileSync(join(root, 'tooling/bench/figures.json'), text);
