// Writes what is made from the definitions: README tables, definitions.json, server.json, manifest and profile schema, the page of peers, the public surface of each package. With --check it only compares.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  definitionsOf,
  mcpbManifest,
  profileSchema,
  replaceBetweenMarkers,
  serverJson,
  settingsTable,
  toolsTable,
} from '@switchyard-mcp/core/generate';
import { homeAssistantServer } from '@switchyard-mcp/home-assistant';
import { tokensOf, toolTokens } from '@switchyard-mcp/testkit';
import { vivintMigration, vivintServer } from '@switchyard-mcp/vivint';
import { root } from '../bench/servers.mjs';
import { apiReport } from './api-report.mjs';
import { figuresTexts } from './figures.mjs';
import { peersPage } from './peers-page.mjs';

const check = process.argv.includes('--check');
const stale = [];
const put = (path, text) => {
  let old = '';
  try {
    old = readFileSync(join(root, path), 'utf8');
  } catch {
    // A file that is not there yet is stale.
  }
  if (old === text) return;
  stale.push(path);
  if (check) return;
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

const migrationTable = [
  '| there | here | what is better |',
  '| --- | --- | --- |',
  ...vivintMigration.map(({ old, tool, args, better }) => `| \`${old}\` | \`${tool} ${JSON.stringify(args)}\` | ${better} |`),
].join('\n');

const servers = [
  { folder: 'packages/home-assistant', definition: homeAssistantServer },
  { folder: 'packages/vivint', definition: vivintServer, blocks: { migration: migrationTable } },
];
const lists = {};
const costs = ['| server | tools | tokens of the whole list | instructions |', '| --- | --- | --- | --- |'];

for (const { folder, definition, blocks = {} } of servers) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (manifest.version !== definition.version)
    throw new Error(`${folder}: src/version.ts says ${definition.version}, package.json ${manifest.version}`);
  const definitions = definitionsOf(definition);
  put(
    `${folder}/definitions.json`,
    json({ ...definitions, tools: definitions.tools.map((tool) => ({ ...tool, tokens: toolTokens(tool) })) }),
  );
  put(`${folder}/server.json`, json(serverJson(definition, manifest.mcpName)));
  put(`${folder}/manifest.json`, json(mcpbManifest(definition)));
  put(`${folder}/profile.schema.json`, json(profileSchema(definition)));
  const generated = { tools: toolsTable(definition), settings: settingsTable(definition), ...blocks };
  let readme = readFileSync(join(root, folder, 'README.md'), 'utf8');
  for (const [name, text] of Object.entries(generated)) readme = replaceBetweenMarkers(readme, name, text);
  put(`${folder}/README.md`, readme);
  const total = definitions.tools.reduce((sum, tool) => sum + toolTokens(tool), 0);
  lists[definition.name] = { title: definition.title, tools: definitions.tools.length, tokens: total };
  costs.push(`| ${definition.title} | ${definitions.tools.length} | ${total} | ${tokensOf(definition.instructions)} |`);
}
const note = 'Counted in o200k_base over name, description and input schema of every tool, the highest level included.';
const { comparison, document } = figuresTexts(lists);
const readme = replaceBetweenMarkers(readFileSync(join(root, 'README.md'), 'utf8'), 'costs', `${costs.join('\n')}\n\n${note}\n`);
put('README.md', replaceBetweenMarkers(readme, 'comparison', comparison));
put('docs/figures.md', document);

put('docs/peers-home-assistant.md', peersPage(JSON.parse(readFileSync(join(root, 'packages/home-assistant/test/peers.json'), 'utf8'))));

for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join(root, 'packages', name);
  if (!existsSync(join(folder, 'package.json'))) continue;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!manifest.private) put(`docs/api/${name}.api.md`, apiReport({ folder, manifest }));
}

for (const path of stale) process.stderr.write(`${check ? 'out of date' : 'wrote'}: ${path}\n`);
if (check && stale.length > 0) {
  process.stderr.write('Run: npx -y pnpm@12.21.0 generate\n');
  process.exit(1);
}
