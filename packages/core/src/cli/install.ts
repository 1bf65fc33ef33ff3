import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Environment } from '../config/directories.ts';
import { loadSettings } from '../config/load-settings.ts';
import { isUnset } from '../config/schema-kind.ts';
import type { SettingsSchema } from '../config/setting.ts';
import { refuse, ToolError } from '../errors/tool-error.ts';
import { isRecord } from '../json/read.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import { startCommand, startsPackage } from '../server/start-command.ts';
import { askYes } from './ask.ts';
import { addToClaudeCode } from './claude-code.ts';
import { diff, readConfig, writeConfig } from './client-config.ts';
import { type Client, clientOf, type Entry } from './clients.ts';
import type { CommandContext } from './command-context.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const flags = { print: 'boolean' } as const;
/** Commands that a client can start. */
const served: readonly string[] = ['serve', 'demo'];

/** What would be refused at every start is refused now; a secret typed here would lie in a file for good. */
const checkWords = async <S extends SettingsSchema, Operations extends Closable>(
  { definition, env, secrets }: CommandContext<S, Operations>,
  words: readonly string[],
): Promise<void> => {
  const schema = allSettings(definition);
  const loaded = await loadSettings(schema, { serverName: definition.name, argv: words, env, secrets, otherFlags: flags });
  const problems = loaded.problems
    .filter(({ setting, where }) => where.startsWith('--') || setting === 'profile')
    .map(({ where, problem }) => `${where} ${problem}`);
  // Only the first word can name a command: after a flag it would be a stray one at every start.
  const [first] = words;
  const allowed = first !== undefined && served.includes(first) ? first : undefined;
  const stray = loaded.rest.find((word, at) => !(at === 0 && word === allowed));
  if (stray !== undefined) problems.push(`"${stray.slice(0, 40)}" belongs to no flag`);
  if (problems.length === 0) return;
  throw new ToolError({
    code: 'invalid_input',
    what: 'These words cannot go into a config.',
    why: problems.join('; '),
  });
};

const carriedPaths = ['SWITCHYARD_KEY_FILE', 'SWITCHYARD_PASSPHRASE_FILE', 'SWITCHYARD_CONFIG_DIR', 'SWITCHYARD_STATE_DIR'] as const;

/** Without what login found in the environment, the server that a client starts would look elsewhere. */
const carried = (env: Environment): Record<string, string> => {
  const kept: Record<string, string> = {};
  const setIn = (name: string): string | undefined => (isUnset(env[name] ?? '') ? undefined : env[name]);
  for (const name of carriedPaths) {
    const path = setIn(name);
    if (path !== undefined) kept[name] = resolve(path);
  }
  const profile = setIn('SWITCHYARD_PROFILE');
  if (profile !== undefined) kept['SWITCHYARD_PROFILE'] = profile;
  if (setIn('SWITCHYARD_PASSPHRASE') !== undefined && kept['SWITCHYARD_PASSPHRASE_FILE'] === undefined)
    say(
      'SWITCHYARD_PASSPHRASE is a secret and was left out; the server needs SWITCHYARD_PASSPHRASE_FILE, the path of a file that holds it.',
    );
  return kept;
};

/** Everything after the client's name goes to the server at every start: `--profile cabin`, `demo`, `--read-only`. */
const entryOf = async <S extends SettingsSchema, Operations extends Closable>(context: CommandContext<S, Operations>): Promise<Entry> => {
  const { definition, argv, env } = context;
  const words = argv.slice(1).filter((word) => word !== '--print');
  await checkWords(context, words);
  const { command, args } = startCommand(definition, definition.version);
  return {
    command,
    args: [...args, ...words],
    // A simulated system opens no store.
    env: words[0] === 'demo' ? {} : carried(env),
  };
};

/** Prints what a client's config needs. */
export const printConfig = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { definition, argv } = context;
  const client = clientOf(argv[0]);
  const entry = await entryOf(context);
  process.stdout.write(`${JSON.stringify({ [client.key]: { [definition.alias]: client.shape(entry) } }, null, 2)}\n`);
  return 0;
};

interface Place {
  readonly file: string;
  readonly alias: string;
  readonly client: Client;
}

/** Does an entry start this server? Only then may what a person added to it stay. */
const isOurs = (definition: Pick<ServerDefinition<never, Closable>, 'packageName' | 'bin'>, entry: Record<string, unknown>): boolean => {
  const words = [entry['command'], entry['args']].flat().filter((word) => typeof word === 'string');
  return startsPackage(definition.packageName, words) || (definition.bin !== undefined && words.includes(definition.bin));
};

/** Another server's entry under our name is not ours to take. */
const agreeToReplace = async ({ file, alias, client }: Place): Promise<void> => {
  const stands = `${file} has an entry "${alias}" that starts something else`;
  if (await askYes(`${stands}. Replace it, its env included?`)) return;
  throw refuse('conflict', `${stands}; it was left alone.`, {
    next: [`Rename or remove that entry, then install again.`, `Add by hand, under another name, what print-config ${client.name} prints.`],
  });
};

/** Writes a client's config, with a backup beside it; other entries stay as they are. */
export const install = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { definition, argv, env, secrets } = context;
  const client = clientOf(argv[0]);
  if (argv.includes('--print')) return printConfig(context);
  const entry = await entryOf(context);
  if (!client.file) return addToClaudeCode(definition.alias, entry, secrets);
  const { alias } = definition;
  const config = await readConfig(client.file(env), client);
  const others = config.value[client.key] as Record<string, unknown> | undefined;
  const there = others?.[alias];
  const mine = isRecord(there) && isOurs(definition, there) ? there : {};
  if (there !== undefined && there !== mine) await agreeToReplace({ file: config.file, alias, client });
  const shape = client.shape(entry);
  // What a person added to our own entry, such as an env block, stays too.
  const variables = { ...(isRecord(mine['env']) ? mine['env'] : {}), ...entry.env };
  const merged = { ...mine, ...shape, ...(Object.keys(variables).length > 0 ? { env: variables } : {}) };
  const changed = { ...config.value, [client.key]: { ...others, [alias]: merged } };
  if (isDeepStrictEqual(changed, config.value)) {
    say(`${config.file} says so already; nothing was written.`);
    return 0;
  }
  const shown = (value: Record<string, unknown>): string => secrets.redact(JSON.stringify(value, null, 2));
  const backup = await writeConfig(config, changed);
  if (backup !== undefined) say(`Backup: ${backup}`);
  // Both sides in one form, or a file that was indented otherwise would show every line, other servers' secrets among them.
  say(`${config.file}\n${diff(config.text.trim() === '' ? '' : shown(config.value), shown(changed))}\nRestart the client to see it.`);
  return 0;
};
