// Proves the arrows: apps → packages/<system> → packages/charts, packages/core; tooling is nobody's dependency; nobody imports another package's src;
// inside an integration only client/ talks to the network, tools/ see only domain/, format/ and core.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { problemsOfFile } from './import-rules.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const problems = [];
const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
    if (name === 'node_modules' || name === 'dist') return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : /\.(ts|mjs)$/.test(name) ? [path] : [];
  });
for (const group of ['packages', 'apps']) {
  for (const name of readdirSync(join(root, group))) {
    const folder = join(root, group, name);
    if (!existsSync(join(folder, 'package.json'))) continue;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const deps = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }).filter((d) =>
      d.startsWith('@switchyard-mcp/'),
    );
    const shared = ['@switchyard-mcp/charts', '@switchyard-mcp/core'];
    const allowed = name === 'core' || name === 'charts' ? [] : group === 'packages' ? shared : undefined;
    for (const d of deps) if (allowed && !allowed.includes(d)) problems.push(`${manifest.name} depends on ${d}`);
    for (const hook of ['preinstall', 'install', 'postinstall', 'prepare'])
      if (manifest.scripts?.[hook]) problems.push(`${manifest.name} has an install script: ${hook}`);
    for (const file of walk(join(folder, 'src'))) {
      const path = relative(join(folder, 'src'), file).split(sep).join('/');
      for (const problem of problemsOfFile({ name, path, text: readFileSync(file, 'utf8') }))
        problems.push(`${relative(root, file)} ${problem}`);
    }
  }
}

if (problems.length) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stderr.write('imports: all arrows point the right way\n');
