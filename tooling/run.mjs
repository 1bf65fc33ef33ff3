// The root commands. Plain Node, so that each works in a fresh clone before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const pnpmVersion = '12.21.0';
const [command, ...args] = process.argv.slice(2);

const run = (name, file, fileArgs, options = {}) => {
  process.stderr.write(`▸ ${name}\n`);
  const result = spawnSync(file, fileArgs, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
  if (result.status !== 0) {
    process.stderr.write(`✘ ${name} (exit ${result.status ?? result.signal ?? result.error?.message})\n`);
    process.exit(result.status || 1);
  }
};

const node = (name, ...rest) => run(name, process.execPath, rest);
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** pnpm by its exact version: through the one that runs us, else through npx. */
const install = () => {
  const running = process.env.npm_config_user_agent?.startsWith(`pnpm/${pnpmVersion} `) ? process.env.npm_execpath : undefined;
  if (running && existsSync(running)) {
    const script = /\.[cm]?js$/.test(running);
    run('install', script ? process.execPath : running, [...(script ? [running] : []), 'install', '--frozen-lockfile']);
  } else run('install', 'npx', ['-y', `pnpm@${pnpmVersion}`, 'install', '--frozen-lockfile']);
};
const build = () => run('build', bin('turbo'), ['run', 'build', '--output-logs=errors-only']);
const tests = () => run('test', bin('vitest'), ['run', ...args]);
const live = async () => {
  const given = liveEnvironment(args);
  const once = (name, extra) =>
    run(name, bin('vitest'), ['run', '--config', 'vitest.live.config.ts'], { env: { ...process.env, ...given, ...extra } });
  const both = Object.keys(given).length === 0;
  once(given.SWITCHYARD_LIVE_NEWEST ? 'test:live, newest' : 'test:live', {});
  if (!both) return;
  const missing = await newestMissing();
  if (missing === undefined) once('test:live, newest', { SWITCHYARD_LIVE_NEWEST: '1' });
  else process.stderr.write(`▸ test:live, newest: NOT RUN, ${missing}. \`test:live --newest\` insists.\n`);
};

/** What this machine lacks for the newest Core in a Debian of its own. */
const newestMissing = async () => {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid() !== 0) return 'it needs root';
  if (spawnSync('debootstrap', ['--version']).status !== 0) return 'it needs debootstrap';
  const { archiveMissing } = await import('./live/home-assistant/debian-archive.mjs');
  return archiveMissing();
};

/** `--python PATH`, `--version V`, `--newest`, `--url U --token T` reach the live suite as environment. */
const liveEnvironment = (words) => {
  const names = {
    '--python': 'SWITCHYARD_LIVE_PYTHON',
    '--version': 'SWITCHYARD_LIVE_VERSION',
    '--url': 'SWITCHYARD_LIVE_URL',
    '--token': 'SWITCHYARD_LIVE_TOKEN',
  };
  const found = {};
  for (let i = 0; i < words.length; i += 1) {
    if (words[i] === '--newest') {
      found.SWITCHYARD_LIVE_NEWEST = '1';
      continue;
    }
    const name = names[words[i]];
    i += 1;
    if (!name || words[i] === undefined)
      throw new Error(`test:live takes --newest, and ${Object.keys(names).join(', ')}, each with a value`);
    found[name] = words[i];
  }
  return found;
};

/** The checks whose old findings are counted in tooling/checks/baselines. */
const counted = (...mode) => {
  node('words', 'tooling/checks/words.mjs', ...mode);
  node('duplicates', 'tooling/checks/duplicates.mjs', ...mode);
  node('lint-limits', 'tooling/checks/lint-limits.mjs', ...mode);
};
const generate = (...mode) => node('generate', 'tooling/generate/generate.mjs', ...mode);
/** Most commands work on a fresh clone, so each brings its own install and build. */
const after = (act) => async () => {
  install();
  build();
  await act();
};
const steps = {
  demo: after(() => node('demo', 'tooling/demo/demo.mjs', ...args)),
  test: after(() => tests()),
  green: after(() => node('green', 'tooling/green/green.mjs', ...args)),
  explore: after(() => node('explore', 'tooling/green/explore.mjs', ...args)),
  'test:live': after(() => live()),
  bench: after(() => node('bench', args.includes('--against') ? 'tooling/bench/against.mjs' : 'tooling/bench/bench.mjs', ...args)),
  tokens: after(() => node('tokens', 'tooling/bench/tokens.mjs', ...args)),
  clients: after(() => node('clients', 'tooling/checks/clients.mjs', ...args)),
  generate: after(() => generate()),
  'generate-check': () => generate('--check'),
  counted: () => counted(),
  lower: () => counted('--lower'),
  check: () => {
    install();
    run('lint', bin('biome'), ['ci', '.']);
    build();
    run('typecheck', bin('turbo'), ['run', 'typecheck', '--output-logs=errors-only']);
    generate('--check');
    node('imports', 'tooling/checks/imports.mjs');
    node('dropped-errors', 'tooling/checks/dropped-errors.mjs');
    counted();
    node('tokens', 'tooling/bench/tokens.mjs');
    run('knip', bin('knip'), []);
    node('packaging', 'tooling/checks/packaging.mjs');
    node('clients', 'tooling/checks/clients.mjs');
    node('demo', 'tooling/demo/demo.mjs');
    tests();
  },
};

const step = steps[command];
if (!step) {
  process.stderr.write(`No such command: ${command}. There are: ${Object.keys(steps).join(', ')}\n`);
  process.exit(2);
}
await step();
