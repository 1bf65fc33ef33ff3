// bench --against COMMIT [--limit 1.1] [--json]: this tree and another commit measured in one run, in turns, on the same simulators.
// Prints the new beside the old, with the ratio of new to old; of times the best of all rounds. Fails when the new one cannot do what the old one can, and, with --limit, when a ratio
// of tokens, calls, memory, or a time of 50 ms and more is above it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { tokensOf, toolTokens } from '@switchyard-mcp/testkit';
import { lineOf, samples, worse } from './comparison.mjs';
import { foldersIn, peakOf, runTask, silentHost, toList, withClient, withSimulator } from './measure.mjs';
import { otherTree } from './other-tree.mjs';
import { root, servers } from './servers.mjs';
import { median } from './statistics.mjs';

const { values: flags } = parseArgs({ options: { against: { type: 'string' }, limit: { type: 'string' }, json: { type: 'boolean' } } });
const limit = flags.limit === undefined ? undefined : Number(flags.limit);
if (!flags.against || (limit !== undefined && !(limit > 0))) {
  process.stderr.write('bench --against COMMIT [--limit 1.1] [--json]\n');
  process.exit(2);
}
const rounds = { start: 15, everyday: 7, medium: 4, large: 3, searches: 100 };
const log = (text) => process.stderr.write(`bench: ${text}\n`);

/** Which goes first changes from round to round. */
const inTurns = async (count, sides, measure) => {
  for (let turn = 0; turn < count; turn += 1) for (const side of turn % 2 ? [...sides].reverse() : sides) await measure(side, turn);
};

const startUp = async (sides, all) => {
  const silent = await silentHost();
  await inTurns(rounds.start, sides, async (side) => {
    const { bin, hung } = side.server;
    const away = await toList(bin, side.env);
    const waiting = await toList(bin, { ...side.env, ...hung(silent.url) });
    const uncompiled = await toList(bin, { ...side.env, NODE_DISABLE_COMPILE_CACHE: '1' });
    all.add(side.name, { key: 'start → tools/list', unit: 'ms', value: away.ms });
    all.add(side.name, { key: 'peak memory at that moment', unit: 'MB', value: away.peakMb });
    all.add(side.name, { key: 'start with an upstream that hangs', unit: 'ms', value: waiting.ms });
    all.add(side.name, { key: 'start without compiled code', unit: 'ms', value: uncompiled.ms });
  });
  silent.close();
};

/** A task that fails is a row too: the old tree may not know it yet. */
const measureTasks = async ({ client, side, all }, tasks) => {
  for (const task of tasks) {
    const key = `task: ${task.title}`;
    try {
      const { calls, tokens, ms } = await runTask(client, task);
      all.add(side.name, { key, unit: 'ms', value: ms });
      all.add(side.name, { key: `${key}: tokens`, unit: 'tokens', value: tokens });
      all.add(side.name, { key: `${key}: calls`, unit: 'calls', value: calls });
    } catch (error) {
      all.fail(side.name, { key, unit: 'ms', why: error.message });
    }
  }
};

const measureList = async ({ client, side, all }) => {
  const tools = await client.listTools();
  const tokens = tools.reduce((sum, tool) => sum + toolTokens(tool), 0);
  all.add(side.name, { key: 'tool list', unit: 'tokens', value: tokens });
  all.add(side.name, { key: 'instructions', unit: 'tokens', value: tokensOf(client.instructions() ?? '') });
};

const timed = async (call) => {
  const start = performance.now();
  const result = await call();
  if (result.isError) throw new Error(result.content[0]?.text);
  return performance.now() - start;
};

/** Each round has a home of its own: tasks change it. */
const everyday = (sides, all, measured) =>
  inTurns(rounds.everyday, sides, (side) =>
    withSimulator(side.server, {}, (simulator) =>
      withClient({ ...side, simulator }, async (client) => {
        const at = { client, side, all };
        await measureList(at);
        await measureTasks(at, measured.tasks);
        const times = [];
        for (let turn = 0; turn < (measured.turns ?? 20); turn += 1) times.push(await timed(() => client.call(...measured.write(turn))));
        all.add(side.name, { key: 'a write → its verified reply', unit: 'ms', value: median(times) });
      }),
    ),
  );

/** Large homes are only read, so that both sides share one; the servers start afresh in every round. */
const inLargeHome = ({ sides, all }, home, count) =>
  withSimulator(sides[0].server, home, (simulator) =>
    inTurns(count, sides, (side) =>
      withClient({ ...side, simulator }, async (client) => {
        const named = home.tasks.map((task) => ({ ...task, title: `${task.title} (${home.seed} entities)` }));
        await measureTasks({ client, side, all }, named);
        if (!home.search) return;
        const times = [];
        for (let turn = 0; turn < rounds.searches; turn += 1) times.push(await timed(() => client.call(...home.search(turn))));
        const sum = times.reduce((total, ms) => total + ms, 0);
        all.add(side.name, { key: `${rounds.searches} searches (${home.seed} entities)`, unit: 'ms', value: sum });
        all.add(side.name, { key: `peak memory then (${home.seed} entities)`, unit: 'MB', value: peakOf(client.processId()) });
      }),
    ),
  );

const compareServer = async (server, { other, work }) => {
  const all = samples();
  const bin = join(other.root, relative(root, server.bin));
  const side = (name, its) => ({ name, server: its, env: foldersIn(join(work, server.name, name)) });
  const sides = [side('new', server), side('old', { ...server, bin })];
  const { measured } = server;
  log(`${server.name}: starts`);
  await startUp(sides, all);
  log(`${server.name}: everyday tasks`);
  await everyday(sides, all, measured);
  for (const size of ['medium', 'large']) {
    if (!measured[size]) continue;
    log(`${server.name}: a home of ${measured[size].seed} entities`);
    await inLargeHome({ sides, all }, measured[size], rounds[size]);
  }
  return all.rows();
};

const print = (name, rows, { commit }) => {
  process.stdout.write(`${name} (Node ${process.versions.node})\n`);
  process.stdout.write(`  ${''.padEnd(66)} ${'this tree'.padStart(12)} ${commit.slice(0, 7).padStart(12)} ${'ratio'.padStart(6)}\n`);
  for (const row of rows) process.stdout.write(`${lineOf(row)}\n`);
};

/** Each server's table is printed once it is measured. */
const compareAll = async (other, work) => {
  const tables = {};
  for (const server of servers) {
    if (!existsSync(join(other.root, relative(root, server.bin)))) {
      log(`${server.name} is new: nothing to compare with`);
      continue;
    }
    tables[server.name] = await compareServer(server, { other, work });
    if (!flags.json) print(server.name, tables[server.name], other);
  }
  if (flags.json)
    process.stdout.write(`${JSON.stringify({ against: other.commit, node: process.versions.node, servers: tables }, null, 2)}\n`);
  return tables;
};

const other = otherTree({ root, commit: flags.against, say: log });
const work = mkdtempSync(join(tmpdir(), 'switchyard-bench-'));
const clear = () => {
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  other.remove();
};
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => {
    clear();
    process.exit(code);
  });
try {
  const tables = await compareAll(other, work);
  const problems = Object.entries(tables).flatMap(([name, rows]) => worse(rows, limit).map((text) => `${name}: ${text}`));
  for (const problem of problems) log(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  clear();
}
