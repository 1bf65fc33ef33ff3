// The bin on the newest Node: each kind of client lists, reads and ends. A second round starts from compiled code.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { connectLegacy, connectModern, connectV1 } from '@switchyard-mcp/testkit';
import { harmlessTool } from './servers.mjs';

const clients = { 'SDK 2, 2025-11-25': connectLegacy, 'SDK 2, 2026-07-28': connectModern, 'SDK 1': connectV1 };

export async function* checkNewestNode({ bin, name }, { tools, work }) {
  const version = execFileSync(tools.node, ['--version'], { encoding: 'utf8' }).trim();
  const env = { XDG_STATE_HOME: work, XDG_CONFIG_HOME: work, XDG_CACHE_HOME: join(work, name) };
  for (const round of ['first start', 'second start'])
    for (const [title, connect] of Object.entries(clients)) {
      const client = await connect({ command: tools.node, args: [bin, 'demo'], env });
      try {
        const listed = await client.listTools();
        const result = await client.call(harmlessTool(listed));
        if (result.isError) throw new Error(`${title} on ${version}: ${result.content[0]?.text}`);
        await client.listResources();
        await client.listPrompts();
        yield `Node ${version}, ${title}, ${round}: ${listed.length} tools, one called`;
      } finally {
        await client.close();
      }
    }
}
