// Proves that green means green: the whole suite many times in a row with every core kept busy, and as often idle.
import { parseArgs } from 'node:util';
import { busyCores } from './busy-cores.mjs';
import { exitCode, runTests, wordsOf } from './test-run.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '10' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1 || ![undefined, 'busy', 'idle'].includes(values.only)) {
  process.stderr.write('green [--runs N] [--only busy|idle] [test files]: N runs under load and N idle, 10 by default\n');
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort(signal));

let red = 0;
let done = 0;
for (const load of ['busy', 'idle'].filter((name) => (values.only ?? name) === name)) {
  const rest = load === 'busy' ? busyCores() : async () => {};
  try {
    for (let index = 1; index <= runs && !stop.signal.aborted; index += 1) {
      const run = await runTests({ filters: positionals, signal: stop.signal });
      if (stop.signal.aborted) break;
      done += 1;
      if (!run.ok) red += 1;
      process.stdout.write(`${wordsOf(`${load} ${index}/${runs}`, run)}\n`);
    }
  } finally {
    await rest();
  }
}
process.stdout.write(`${done - red} of ${done} runs are green${stop.signal.aborted ? `; broken off by ${stop.signal.reason}` : ''}\n`);
process.exitCode = exitCode(red, stop.signal.aborted);
