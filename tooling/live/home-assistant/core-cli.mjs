import { parseArgs } from 'node:util';
import { startCore } from './start-core.mjs';

const USAGE = `Usage: node core-cli.mjs start [--python PATH | --newest] [--version V] [--cache-dir DIR] [--port N] [--no-seed]

Prints one line of JSON ({url, token, nonAdminToken, version, pid, cliPid, configDir}) when Core is ready and keeps it running until SIGTERM, SIGINT,
SIGHUP or the end of standard input. SIGUSR2 restarts Core. Everything else goes to standard error.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    newest: { type: 'boolean' },
    version: { type: 'string' },
    'cache-dir': { type: 'string' },
    port: { type: 'string' },
    'no-seed': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help || positionals[0] !== 'start') {
  process.stderr.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const log = (line) => process.stderr.write(`${line}\n`);

// Asked to end while still starting: 'exit' handlers kill Core and remove its folder.
let end = () => process.exit(1);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end());
process.stdin.on('end', () => end()).resume();

const core = await startCore({
  python: values.python,
  newest: values.newest,
  version: values.version,
  cacheDir: values['cache-dir'],
  port: values.port ? Number(values.port) : undefined,
  seed: !values['no-seed'],
  log,
}).catch((error) => {
  log(`${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  process.exit(1);
});

let ending = false;
end = () => {
  if (ending) return;
  ending = true;
  core.stop().then(
    () => process.exit(0),
    (error) => {
      log(error.message);
      process.exit(1);
    },
  );
};
core.exited.then((code) => {
  log(`Core ended by itself (${code})`);
  process.exit(1);
});
process.on('SIGUSR2', () => {
  core.restart().then(
    () => log('Restarted'),
    (error) => log(error.message),
  );
});

const { url, token, nonAdminToken, version, configDir, pid } = core;
process.stdout.write(`${JSON.stringify({ url, token, nonAdminToken, version, pid, cliPid: process.pid, configDir })}\n`);
