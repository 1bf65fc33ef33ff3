// What each server costs a model: its tool list, and its usual replies on a home of 2,000 entities. Fails above budget.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokensOf, toolTokens } from '@switchyard-mcp/testkit';
import { foldersIn, withClient } from './measure.mjs';
import { servers } from './servers.mjs';

const budget = { read: 1500, write: 150 };
let over = 0;
const line = (name, tokens, limit) => {
  const bad = limit !== undefined && tokens > limit;
  if (bad) over += 1;
  process.stdout.write(`  ${name.padEnd(46)} ${String(tokens).padStart(6)}${limit ? ` of ${limit}` : ''}${bad ? '  OVER' : ''}\n`);
};

// The writes leave lines in an audit log, which must not be the user's.
const work = mkdtempSync(join(tmpdir(), 'switchyard-tokens-'));

for (const server of servers) {
  const simulator = await server.simulator(2000);
  await withClient({ server, simulator, env: foldersIn(work) }, async (client) => {
    const tools = await client.listTools();
    process.stdout.write(`${server.name}: ${tools.length} tools (o200k_base over name, description and input schema)\n`);
    if (tools.length > server.maxTools) over += 1;
    for (const tool of tools) line(tool.name, toolTokens(tool));
    line(
      'whole list',
      tools.reduce((sum, tool) => sum + toolTokens(tool), 0),
      server.maxTokens,
    );
    line('instructions', tokensOf(client.instructions() ?? ''));
    for (const [kind, calls] of [
      ['read', server.reads],
      ['write', server.writes],
    ])
      for (const [name, args] of calls) {
        const result = await client.call(name, args);
        if (result.isError) throw new Error(`${name} failed: ${result.content[0]?.text}`);
        line(`${kind} ${name} ${JSON.stringify(args)}`.slice(0, 46), tokensOf(result.content[0]?.text ?? ''), budget[kind]);
      }
  }).finally(() => simulator.close());
}
rmSync(work, { recursive: true, force: true });
if (over) {
  process.stderr.write(`${over} above budget\n`);
  process.exit(1);
}
