// Speed, memory and everyday tasks, as figures of one run. Times are ratios to a bare Node start, so that machines compare.
// --json prints them as data, --write keeps them for docs/figures.md and the README. `bench --against COMMIT` is against.mjs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareNode, foldersIn, peakOf, runTask, silentHost, toList, withClient, withSimulator } from './measure.mjs';
import { root, servers } from './servers.mjs';
import { median, round } from './statistics.mjs';

const asJson = process.argv.includes('--json');
const rounds = 21;
const say = (name, value) => {
  if (!asJson) process.stdout.write(`  ${name.padEnd(58)} ${value}\n`);
};

/** Each start is paired with a bare one of the same moment: the median of such pairs bears a busy machine. */
const startUp = async (server, env) => {
  const silent = await silentHost();
  const hung = server.hung(silent.url);
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

/** A client on a home of its own. */
const onHome = ({ server, env }, home, use) => withSimulator(server, home, (simulator) => withClient({ server, simulator, env }, use));

const runTasks = async (client, tasks) => {
  const done = {};
  for (const task of tasks) {
    const { calls, tokens, ms } = await runTask(client, task);
    say(`task: ${task.title}`, `${calls} call${calls === 1 ? '' : 's'}, ${tokens} tokens, ${Math.round(ms)} ms`);
    done[task.id] = { calls, tokens, ms: Math.round(ms) };
  }
  return done;
};

const everyday = (at, measured) =>
  onHome(at, {}, async (client) => {
    const tasks = await runTasks(client, measured.tasks);
    const times = [];
    for (let turn = 0; turn < (measured.turns ?? 50); turn += 1) {
      const start = performance.now();
      await client.call(...measured.write(turn));
      times.push(performance.now() - start);
    }
    const writeMs = round(median(times), 1);
    say('a write → its verified reply, median ms', writeMs);
    return { tasks, writeMs };
  });

const inBetween = (at, medium) =>
  onHome(at, medium, async (client) => {
    say(`${medium.seed} entities`, '');
    return { seed: medium.seed, tasks: await runTasks(client, medium.tasks) };
  });

const atScale = (at, large) =>
  onHome(at, large, async (client) => {
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
const work = mkdtempSync(join(tmpdir(), 'switchyard-bench-'));
try {
  for (const server of servers) {
    if (!asJson) process.stdout.write(`${server.name} (Node ${process.versions.node})\n`);
    const { measured } = server;
    const env = foldersIn(work);
    const at = { server, env };
    figures.servers[server.name] = {
      start: await startUp(server, env),
      ...(measured?.tasks ? await everyday(at, measured) : {}),
      ...(measured?.medium ? { medium: await inBetween(at, measured.medium) } : {}),
      ...(measured?.large ? { large: await atScale(at, measured.large) } : {}),
    };
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
const text = `${JSON.stringify(figures, null, 2)}\n`;
if (asJson) process.stdout.write(text);
if (process.argv.includes('--write')) writeFileSync(join(root, 'tooling/bench/figures.json'), text);
