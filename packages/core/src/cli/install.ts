import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseFlags } from '../config/parse-flags.ts';
import type { SettingsSchema } from '../config/setting.ts';
import { nearMisses } from '../errors/near-miss.ts';
import { ToolError } from '../errors/tool-error.ts';
import { redactor } from '../security/redactor.ts';
import { allSettings } from '../server/common-settings.ts';
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
    what: `${name?.startsWith('-') ? 'The client comes first, its settings after it:' : 'Which client?'} One of ${known.join(', ')}`,
    didYouMean: nearMisses(name ?? '', known),
  });
};

/** What would be refused at every start is refused now; a secret typed here would lie in a file for good. */
const checkWords = (schema: SettingsSchema, words: readonly string[]): void => {
  const problems = parseFlags(schema, words, { print: 'boolean' }).problems.map(({ where, problem }) => `${where} ${problem}`);
  if (problems.length > 0)
    throw new ToolError({
      code: 'invalid_input',
      what: 'These words cannot go into a config; nothing was written',
      why: problems.join('; '),
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
  checkWords(allSettings(definition), argv.slice(1));
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
  checkWords(allSettings(definition), argv.slice(1));
  const entry = entryOf(definition.packageName, definition.version, argv.slice(1));
  if (!client.file) return addToClaudeCode(definition.alias, entry);
  // A config that is a link to somewhere else stays one.
  const file = await realpath(client.file(env)).catch(() => client.file?.(env) ?? '');
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? '' : Promise.reject(error),
  );
  const config = parseConfig(file, before, { key: client.key, name: argv[0] ?? '' });
  const others = config[client.key] as Record<string, unknown> | undefined;
  const mine = others?.[definition.alias];
  // What a person added to our own entry, such as an env block, stays too.
  const servers = { ...others, [definition.alias]: { ...(isPlainObject(mine) ? mine : {}), ...client.shape(entry) } };
  const changed = { ...config, [client.key]: servers };
  const shown = (value: Record<string, unknown>): string => redactor.redact(JSON.stringify(value, null, 2));
  await writeWithBackup(file, before, `${JSON.stringify(changed, null, indentOf(before))}\n`);
  // Both sides in one form, or a file that was indented otherwise would show every line, other servers' secrets among them.
  process.stderr.write(`${file}\n${diff(before.trim() === '' ? '' : shown(config), shown(changed))}\nRestart the client to see it.\n`);
  return 0;
};

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The config as it is. @throws ToolError when it is not what we could add to without loss. */
const parseConfig = (file: string, text: string, { key, name }: { key: Client['key']; name: string }): Record<string, unknown> => {
  const refuse = (why: string): ToolError =>
    new ToolError({
      code: 'unsupported',
      what: `${file} ${why}, so it was left alone`,
      next: [`add by hand what print-config ${name} prints.`],
    });
  if (text.trim() === '') return {};
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw refuse('is not plain JSON');
  }
  if (!isPlainObject(config) || (config[key] !== undefined && !isPlainObject(config[key]))) throw refuse('has another shape than expected');
  return config;
};

const indentOf = (text: string): string => /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  ';

/** Configs hold secrets of other servers: the new file and the backup are as private as the old one was. */
const writeWithBackup = async (file: string, before: string, after: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  const mode = ((await stat(file).catch(() => undefined))?.mode ?? 0o600) & 0o777;
  if (before !== '') {
    const backup = `${file}.bak-${Date.now()}`;
    await copyFile(file, backup);
    await chmod(backup, mode);
    process.stderr.write(`Backup: ${backup}\n`);
  }
  const fresh = `${file}.new-${process.pid}`;
  await writeFile(fresh, after, { mode, flag: 'wx' });
  await rename(fresh, file);
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
