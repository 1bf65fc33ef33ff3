// Packs what we publish, installs the tarballs into an empty folder with npm, compiles their types and asks the bins for `initialize`.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const say = (text) => process.stderr.write(`packaging: ${text}\n`);
const work = mkdtempSync(join(tmpdir(), 'switchyard-pack-'));
/** Nothing is read from, or left in, this machine's own folders. */
const quietFolders = { XDG_CONFIG_HOME: work, XDG_STATE_HOME: work, XDG_CACHE_HOME: work };
const quiet = { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' };

const manifests = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => statSync(folder).isDirectory())
  .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
  .filter((manifest) => !manifest.private);

/** What a reader of the package's page on npm needs, and what would be broken there. */
const checkPage = ({ folder, name, keywords = [], description }) => {
  const problems = [];
  const licence = (where) => {
    try {
      return readFileSync(join(where, 'LICENSE'), 'utf8');
    } catch {
      return undefined;
    }
  };
  if (licence(folder) === undefined || licence(folder) !== licence(root)) problems.push('its LICENSE is not that of the repository');
  if (!description || keywords.length === 0) problems.push('description or keywords are missing');
  const readme = readmeOf(folder);
  if (readme === '') problems.push('README.md is missing');
  for (const [, target] of readme.matchAll(/\]\(([^)\s]+)/g))
    if (!/^(https:\/\/|#)/.test(target)) problems.push(`README.md links to ${target}, which npm does not have`);
  if (problems.length > 0) throw new Error(`${name}: ${problems.join('; ')}`);
};

const readmeOf = (folder) => {
  try {
    return readFileSync(join(folder, 'README.md'), 'utf8');
  } catch {
    return '';
  }
};

const snippetsOf = (readme) => [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

const pack = ({ folder, name }) => {
  const before = new Set(readdirSync(work));
  execFileSync('npx', ['-y', 'pnpm@12.21.0', 'pack', '--pack-destination', work], { cwd: folder, ...quiet });
  const made = readdirSync(work).find((file) => file.endsWith('.tgz') && !before.has(file));
  if (!made) throw new Error(`${name} was not packed`);
  say(`${name} ${Math.round(statSync(join(work, made)).size / 1024)} kB`);
  return join(work, made);
};

/** What the package's demo must draw: it finds its fonts and renderer where it is installed. */
const drawing = {
  '@switchyard-mcp/home-assistant': { name: 'ha_history', arguments: { ids: ['sensor.living_room_temperature'], points: 0, chart: true } },
};

/** Sends requests one after another to a command, and returns what it answers to the last. */
const ask = (command, args, requests) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...quietFolders }, stdio: ['pipe', 'pipe', 'inherit'] });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${[command, ...args].join(' ')} did not answer in 60 s`));
    }, 60_000);
    const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    let [text, sent] = ['', 0];
    const next = () => send({ id: sent, ...requests[sent] });
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop();
      const answer = lines.map((line) => JSON.parse(line)).find(({ id }) => id === sent);
      if (!answer) return;
      if (sent === 0) send({ method: 'notifications/initialized' });
      sent += 1;
      if (sent < requests.length) return next();
      clearTimeout(timer);
      child.stdin.end();
      child.once('exit', () => resolve(answer));
    });
    next();
  });

const greeting = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'packaging', version: '1' } },
};
const initialize = (command, args) => ask(command, args, [greeting]);

/** Says how large the picture is that an installed command draws. */
const checkPicture = async (name, where, [command, ...args]) => {
  const params = drawing[name];
  if (!params) return;
  const answer = await ask(command, [...args, 'demo'], [greeting, { method: 'tools/call', params }]);
  const image = answer.result?.content?.find(({ type }) => type === 'image');
  const bytes = Buffer.from(image?.data ?? '', 'base64');
  if (bytes.subarray(1, 4).toString() !== 'PNG')
    throw new Error(`${name} ${where} drew no picture: ${JSON.stringify(answer).slice(0, 500)}`);
  say(`${name} ${where} draws a chart of ${Math.round(bytes.length / 1024)} kB`);
};

try {
  manifests.forEach(checkPage);
  say('licences, READMEs and keywords are there, and no link leads out of a package');
  const tarballs = manifests.map(pack);
  tarballs.forEach((file, i) => {
    const manifest = manifests[i];
    const packed = execFileSync('tar', ['-tzf', file], quiet);
    for (const wanted of ['LICENSE', 'README.md'])
      if (!packed.includes(`package/${wanted}\n`)) throw new Error(`${manifest.name} is packed without ${wanted}`);
    execFileSync(bin('publint'), ['--strict', file], { ...quiet });
    execFileSync(bin('attw'), [file, '--profile', 'esm-only', '--format', 'ascii'], { ...quiet });
    say(`${manifest.name}: publint and attw are clean`);
  });
  for (const { folder, name, bin: bins } of manifests) {
    if (!bins) continue;
    // What Claude Desktop opens: the manifest beside the built bin.
    const bundle = join(work, 'bundle');
    mkdirSync(bundle);
    cpSync(join(folder, 'manifest.json'), join(bundle, 'manifest.json'));
    cpSync(join(folder, 'dist'), join(bundle, 'dist'), { recursive: true });
    execFileSync(bin('mcpb'), ['validate', join(bundle, 'manifest.json')], quiet);
    execFileSync(bin('mcpb'), ['pack', bundle, join(work, 'bundle.mcpb')], quiet);
    const answer = await initialize(process.execPath, [join(bundle, 'dist', 'bin.js')]);
    if (answer.result?.serverInfo === undefined) throw new Error(`the bundle of ${name} answered ${JSON.stringify(answer)}`);
    say(`${name}: MCPB bundle ${Math.round(statSync(join(work, 'bundle.mcpb')).size / 1024)} kB, answers initialize`);
    await checkPicture(name, 'as a bundle', [process.execPath, join(bundle, 'dist', 'bin.js')]);
    rmSync(bundle, { recursive: true });
  }
  const consumer = join(work, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs], { cwd: consumer, ...quiet });
  writeFileSync(
    join(consumer, 'index.ts'),
    manifests.map((m, i) => `import * as p${i} from '${m.name}';\nexport const n${i}: number = Object.keys(p${i}).length;\n`).join(''),
  );
  const snippets = manifests.flatMap(({ folder }) => snippetsOf(readmeOf(folder)));
  snippets.forEach((code, i) => writeFileSync(join(consumer, `readme-${i}.ts`), code));
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--moduleResolution',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--typeRoots',
    join(root, 'node_modules/@types'),
    '--skipLibCheck',
  ];
  execFileSync(bin('tsc'), [...options, 'index.ts', ...snippets.map((_code, i) => `readme-${i}.ts`)], { cwd: consumer, ...quiet });
  say(`types and ${snippets.length} examples of READMEs compile in an empty folder`);
  for (const manifest of manifests)
    for (const name of Object.keys(manifest.bin ?? {})) {
      const answer = await initialize(join(consumer, 'node_modules', '.bin', name), []);
      if (answer.result?.serverInfo === undefined) throw new Error(`${name} answered ${JSON.stringify(answer)}`);
      say(`${name} answers initialize: ${answer.result.serverInfo.name} ${answer.result.serverInfo.version}`);
      await checkPicture(manifest.name, 'installed by npm', [join(consumer, 'node_modules', '.bin', name)]);
    }
} catch (error) {
  say(`failed: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
