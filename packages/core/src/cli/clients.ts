import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/directories.ts';
import { nearMisses } from '../errors/near-miss.ts';
import { ToolError } from '../errors/tool-error.ts';
import type { StartCommand } from '../server/start-command.ts';

export interface Entry extends StartCommand {
  /** Where secrets and profiles lie, when the environment says so: a client passes few variables on. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Client {
  readonly name: string;
  /** Where its config lies; undefined for a client that writes its own. */
  readonly file?: (env: Environment) => string;
  readonly key: 'mcpServers' | 'servers';
  readonly shape: (entry: Entry) => Record<string, unknown>;
}

const plain = ({ command, args, env }: Entry): Record<string, unknown> => ({
  command,
  args,
  ...(Object.keys(env).length > 0 ? { env } : {}),
});
const stdio = (entry: Entry): Record<string, unknown> => ({ type: 'stdio', ...plain(entry) });

const desktopFile = (env: Environment): string => {
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Claude/claude_desktop_config.json');
  if (process.platform === 'win32') return join(env['APPDATA'] ?? homedir(), 'Claude', 'claude_desktop_config.json');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Claude', 'claude_desktop_config.json');
};

const clients: readonly Client[] = [
  { name: 'claude-code', key: 'mcpServers', shape: stdio },
  { name: 'claude-desktop', file: desktopFile, key: 'mcpServers', shape: plain },
  { name: 'cursor', file: () => join(homedir(), '.cursor', 'mcp.json'), key: 'mcpServers', shape: plain },
  { name: 'vscode', file: () => join(process.cwd(), '.vscode', 'mcp.json'), key: 'servers', shape: stdio },
];

/** The client that the first word names. @throws ToolError with the known ones. */
export const clientOf = (name: string | undefined): Client => {
  const client = clients.find((one) => one.name === name);
  if (client) return client;
  const known = clients.map((one) => one.name);
  const question = name?.startsWith('-') ? "The client's name comes first, before any flag:" : 'Which client?';
  throw new ToolError({
    code: 'invalid_input',
    what: `${question} ${known.join(', ')}.`,
    didYouMean: nearMisses(name ?? '', known),
  });
};
