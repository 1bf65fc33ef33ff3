// The real Claude Code, offline and with a home folder of its own: it takes the server in and says that it is connected.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export async function* checkClaude({ name, bin }, { tools, work }) {
  const home = join(work, `claude-${name}`);
  mkdirSync(home);
  const env = { PATH: process.env.PATH, HOME: home, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' };
  const claude = (...words) => execFileSync(tools.claude, words, { cwd: home, env, encoding: 'utf8', timeout: 90_000 });
  claude('mcp', 'add', name, '--', process.execPath, bin, 'demo');
  const line = claude('mcp', 'list')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`));
  if (!/Connected\s*$/i.test(line ?? '')) throw new Error(`claude mcp list says: ${line ?? 'nothing of it'}`);
  yield `Claude Code ${claude('--version').trim()}: connected`;
}
