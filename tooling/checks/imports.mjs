// Proves the arrows: apps → packages/<system> → packages/core; tooling is nobody's dependency; nobody imports another package's src;
// inside an integration only client/ talks to the network, tools/ see only domain/, format/ and core.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const problems = [];
const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
    if (name === 'node_modules' || name === 'dist') return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : /\.(ts|mjs)$/.test(name) ? [path] : [];
  });
const importsOf = (text) => [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1]);
const network = /^(undici|ws|node:(http|https|net|tls|dgram|dns))$/;

for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(join(root, group))) {
    const folder = join(root, group, name);
    if (!existsSync(join(folder, 'package.json'))) continue;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const deps = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).filter((d) =>
      d.startsWith('@switchyard-mcp/'),
    );
    const allowed = name === 'core' ? [] : group === 'packages' ? ['@switchyard-mcp/core'] : undefined;
    for (const d of deps) if (allowed && !allowed.includes(d)) problems.push(`${manifest.name} depends on ${d}`);
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
      if (manifest.scripts?.[hook]) problems.push(`${manifest.name} has an install script: ${hook}`);
    for (const file of walk(join(folder, 'src'))) checkFile(file, folder, name);
  }
}

function checkFile(file, folder, name) {
  const where = relative(root, file);
  const room = relative(join(folder, 'src'), file).split(sep)[0];
  const test = file.endsWith('.test.ts');
  for (const target of importsOf(readFileSync(file, 'utf8'))) {
    if (/^@switchyard-mcp\/[^/]+\/src/.test(target)) problems.push(`${where} reaches into another package: ${target}`);
    if (!test && name !== 'core' && room !== 'client' && network.test(target)) problems.push(`${where} talks to the network: ${target}`);
    if (!test && (room === 'tools' || room === 'domain' || room === 'format') && target.startsWith('../client'))
      problems.push(`${where} knows the client: ${target}`);
    if (!test && room === 'domain' && /^\.\.\/(tools|format)\//.test(target)) problems.push(`${where} points outward: ${target}`);
  }
}

if (problems.length) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stderr.write('imports: all arrows point the right way\n');
