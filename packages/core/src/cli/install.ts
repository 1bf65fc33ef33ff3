import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { SettingsSchema } from '../config/setting.ts';
import { nearMisses } from '../errors/near-miss.ts';
import { ToolError } from '../errors/tool-error.ts';
import type { Closable } from '../server/define-server.ts';
import type { CommandContext } from './run-cli.ts';

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
}
interface Client {
  /** Where its config lies; undefined for a client that writes its own. */
  readonly file?: (env: Readonly<Record<string, string | undefined>>) => string;
  readonly key: 'mcpServers' | 'servers';
  readonly shape: (entry: Entry) => Record<string, unknown>;
}

const plain = (entry: Entry): Record<string, unknown> => ({ command: entry.command, args: entry.args });
const desktopFile = (env: Readonly<Record<string, string | undefined>>): string => {
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Claude/claude_desktop_config.json');
  if (process.platform === 'win32') return join(env['APPDATA'] ?? homedir(), 'Claude', 'claude_desktop_config.json');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Claude', 'claude_desktop_config.json');
};

const clients: Readonly<Record<string, Client>> = {
  'claude-code': { key: 'mcpServers', shape: (entry) => ({ type: 'stdio', ...plain(entry) }) },
  'claude-desktop': { file: desktopFile, key: 'mcpServers', shape: plain },
  cursor: { file: () => join(homedir(), '.cursor', 'mcp.json'), key: 'mcpServers', shape: plain },
  vscode: {
    file: () => join(process.cwd(), '.vscode', 'mcp.json'),
    key: 'servers',
    shape: (entry) => ({ type: 'stdio', ...plain(entry) }),
  },
};

const clientOf = (name: string | undefined): Client => {
  const client = name !== undefined && Object.hasOwn(clients, name) ? clients[name] : undefined;
  if (client) return client;
  const known = Object.keys(clients);
  throw new ToolError({
    code: 'invalid_input',
    what: `Which client? One of ${known.join(', ')}`,
    didYouMean: nearMisses(name ?? '', known),
  });
};

/** Everything after the client's name goes to the server at every start: `--profile cabin`, `demo`, `--read-only`. */
const entryOf = (packageName: string, version: string, words: readonly string[]): Entry => ({
  command: 'npx',
  args: ['-y', `${packageName}@${version}`, ...words.filter((word) => word !== '--print')],
});

/** Prints what a client's config needs. */
export const printConfig = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
}: CommandContext<S, Operations>): Promise<number> => {
  const client = clientOf(argv[0]);
  const entry = entryOf(definition.packageName, definition.version, argv.slice(1));
  process.stdout.write(`${JSON.stringify({ [client.key]: { [definition.alias]: client.shape(entry) } }, null, 2)}\n`);
  return 0;
};

/** Lines that differ, as a person reads them: "-" gone, "+" new. */
const diff = (before: string, after: string): string => {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ].join('\n');
};

/** Writes a client's config, with a backup beside it; other entries stay as they are. */
export const install = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { definition, argv, env } = context;
  const client = clientOf(argv[0]);
  if (argv.includes('--print')) return printConfig(context);
  const entry = entryOf(definition.packageName, definition.version, argv.slice(1));
  if (!client.file) return addToClaudeCode(definition.alias, entry);
  const file = client.file(env);
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? '' : Promise.reject(error),
  );
  let config: Record<string, unknown>;
  try {
    config = before.trim() === '' ? {} : (JSON.parse(before) as Record<string, unknown>);
  } catch {
    throw new ToolError({
      code: 'unsupported',
      what: `${file} is not plain JSON, so it was left alone`,
      next: [`add by hand what print-config ${argv[0]} prints.`],
    });
  }
  const servers = { ...(config[client.key] as Record<string, unknown> | undefined), [definition.alias]: client.shape(entry) };
  const after = `${JSON.stringify({ ...config, [client.key]: servers }, null, 2)}\n`;
  await mkdir(dirname(file), { recursive: true });
  if (before !== '') {
    const backup = `${file}.bak-${Date.now()}`;
    await copyFile(file, backup);
    process.stderr.write(`Backup: ${backup}\n`);
  }
  await writeFile(`${file}.new`, after);
  await rename(`${file}.new`, file);
  process.stderr.write(`${file}\n${diff(before, after)}\nRestart the client to see it.\n`);
  return 0;
};

const addToClaudeCode = async (alias: string, entry: Entry): Promise<number> => {
  const args = ['mcp', 'add', alias, '--', entry.command, ...entry.args];
  try {
    await promisify(execFile)('claude', args);
    process.stderr.write(`✔ claude ${args.join(' ')}\n`);
    return 0;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    process.stderr.write(
      `${missing ? 'Claude Code is not on the PATH' : 'Claude Code refused'}. Run it yourself:\n  claude ${args.join(' ')}\n`,
    );
    return 1;
  }
};
