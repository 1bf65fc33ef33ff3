// Other people's clients against our built bins, on simulated systems: the newest Node, the MCP Inspector, the real Claude Code, and the
// conformance scenarios that name no fixture. Words on the command line choose parts: node inspector claude conformance.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkClaude } from './clients/claude.mjs';
import { checkConformance } from './clients/conformance.mjs';
import { checkInspector } from './clients/inspector.mjs';
import { install } from './clients/install.mjs';
import { checkNewestNode } from './clients/newest-node.mjs';
import { builtServers } from './clients/servers.mjs';

const parts = { node: checkNewestNode, inspector: checkInspector, claude: checkClaude, conformance: checkConformance };
const wanted = process.argv.slice(2);
for (const word of wanted) {
  if (Object.hasOwn(parts, word)) continue;
  process.stderr.write(`There is no part "${word}"; there are: ${Object.keys(parts).join(', ')}\n`);
  process.exit(2);
}

const say = (text) => process.stderr.write(`clients: ${text}\n`);
const work = mkdtempSync(join(tmpdir(), 'switchyard-clients-'));
try {
  const tools = install(say);
  for (const server of builtServers())
    for (const [name, check] of Object.entries(parts)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      for await (const seen of check(server, { tools, work })) say(`${server.name}, ${seen}`);
    }
} catch (error) {
  say(`failed: ${error.stack ?? error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
