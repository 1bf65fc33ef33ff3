import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Secrets } from '../security/redactor.ts';
import { cleanText } from '../security/untrusted-text.ts';
import { shellWord } from '../server/start-command.ts';
import type { Entry } from './clients.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Claude Code writes its own config: it is asked to. */
export const addToClaudeCode = async (alias: string, entry: Entry, secrets: Secrets): Promise<number> => {
  const variables = Object.entries(entry.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const args = ['mcp', 'add', alias, ...variables, '--', entry.command, ...entry.args];
  const line = ['claude', ...args].map(shellWord).join(' ');
  try {
    await promisify(execFile)('claude', args);
    say(`✔ ${line}`);
    return 0;
  } catch (error) {
    const { code, stderr, stdout } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === 'ENOENT') {
      say(`Claude Code is not on the PATH. Run it yourself:\n  ${line}`);
      return 1;
    }
    const told = cleanText(secrets.redact(`${stderr ?? ''}\n${stdout ?? ''}`.trim()), 400);
    say(`Claude Code refused${told ? `: ${told}` : '.'}`);
    // The same command would be refused again.
    if (/already exists/i.test(told)) say(`To put this in its place:\n  claude mcp remove ${alias}\n  ${line}`);
    else say(`The command was:\n  ${line}`);
    return 1;
  }
};
