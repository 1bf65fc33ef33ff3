// Installs the clients once, in a cache outside the repository, at exact versions.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `node` is the newest Node; the Inspector and the conformance suite need one above 22. */
export const versions = {
  node: '26.10.0',
  '@modelcontextprotocol/inspector': '2.12.0',
  '@modelcontextprotocol/conformance': '0.2.0-alpha.12',
  '@anthropic-ai/claude-code': '2.1.332',
};

const ofTools = (folder) => {
  const inside = (...path) => join(folder, 'node_modules', ...path);
  return {
    node: inside('node', 'bin', 'node'),
    inspector: inside('.bin', 'mcp-inspector'),
    conformance: inside('.bin', 'conformance'),
    claude: inside('.bin', 'claude'),
  };
};

/** Paths of the clients' programs. A folder is made whole or not at all, since two runs may want it at once. */
export const install = (say) => {
  const base = process.env.SWITCHYARD_CLIENTS ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard', 'clients');
  const folder = join(base, Object.values(versions).join('_'));
  const tools = ofTools(folder);
  if (Object.values(tools).every((path) => existsSync(path))) return tools;
  say(
    `installing ${Object.entries(versions)
      .map(([name, version]) => `${name}@${version}`)
      .join(', ')} (738 MB, once)`,
  );
  mkdirSync(base, { recursive: true });
  const draft = mkdtempSync(join(base, 'draft-'));
  try {
    writeFileSync(join(draft, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: draft, stdio: ['ignore', 'ignore', 'pipe'] });
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return tools;
};
