import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

/**
 * One run of the suite.
 *
 * @typedef {{ok: boolean, tests: number, seconds: number, seed: string, failures: {name: string, message: string}[], output: string}} TestRun
 */

/**
 * Runs vitest once, as `test` does, and says what failed.
 *
 * @param {{filters?: string[], env?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<TestRun>}
 */
export async function runTests({ filters = [], env = {}, signal } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-green-'));
  const file = join(folder, 'report.json');
  const started = performance.now();
  try {
    const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters];
    const { code, output } = await outputOf(args, { env: { ...process.env, NO_COLOR: '1', ...env }, signal });
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
    const failures = failuresIn(report);
    return {
      ok: code === 0 && failures.length === 0 && (report.numTotalTests ?? 0) > 0,
      tests: report.numTotalTests ?? 0,
      seconds: Math.round((performance.now() - started) / 1000),
      seed: /^Seed (-?\d+)/m.exec(output)?.[1] ?? 'unknown',
      failures,
      output,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outputOf(args, { env, signal }) {
  // A group of its own: vitest leaves its workers behind when it is ended by a signal.
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const end = () => endGroup(child);
  signal?.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  let output = '';
  const keep = (chunk) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = await once(child, 'close');
  signal?.removeEventListener('abort', end);
  process.off('exit', end);
  return { code, output };
}

/** SIGTERM lets vitest's main process remove the folders of the run; its workers have no handler and end. */
function endGroup(child) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
  } catch {
    // It ended in the same moment.
  }
}

function failuresIn(report) {
  return (report.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const path = relative(root, name);
    const failed = assertionResults.filter((one) => one.status === 'failed');
    // A file that broke before its first test has no test to name.
    if (failed.length === 0) return status === 'failed' ? [{ name: path, message: message ?? '' }] : [];
    return failed.map(({ fullName, failureMessages }) => ({ name: `${path} > ${fullName}`, message: failureMessages.join('\n') }));
  });
}

/** A run in a few lines: its result, and what failed with the first lines of why. */
export function wordsOf(name, run) {
  const head = `${run.ok ? '✔' : '✘'} ${name}: ${run.ok ? 'green' : 'RED'}, ${run.tests} tests, ${run.seconds} s, seed ${run.seed}`;
  const failed = run.failures.map(({ name: test, message }) => `    ${test}\n${indented(message.split('\n').slice(0, 12).join('\n'))}`);
  const unexplained = run.ok || failed.length > 0 ? [] : [indented(run.output.split('\n').slice(-30).join('\n'))];
  return [head, ...failed, ...unexplained].join('\n');
}

const indented = (text) => text.replace(/^/gm, '      ');

/** What a shell expects: 130 after Ctrl-C, 1 when a run failed. */
export function exitCode(red, isInterrupted) {
  if (isInterrupted) return 130;
  return red > 0 ? 1 : 0;
}
