import { profilePath, profileVersion } from '../config/profile-file.ts';
import type { Setting, SettingsSchema } from '../config/setting.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable } from '../server/define-server.ts';
import { startLine } from '../server/start-command.ts';
import type { CommandContext } from './command-context.ts';

const commandTexts: readonly (readonly [string, string])[] = [
  ['serve', 'speak MCP on stdin and stdout (what a client starts; the default)'],
  ['demo', 'the same on a built-in simulated system, no account'],
  ['login [--plain]', 'ask for address and secret, check them, keep them sealed; plain: in a file of yours, not encrypted'],
  ['logout', 'forget the stored secrets of a profile'],
  ['auth list', 'names of stored secrets, never their values'],
  ['auth rotate', 'a new key for them; the old one goes when all are read with the new'],
  ['audit verify [--json]', 'whether the trail of writes was changed since it was written'],
  ['doctor [--json] [--redacted]', 'what is wrong, and how to fix it; redacted: fit to be shown'],
  ['tools [--json]', 'the tools and what each costs a model'],
  ['call TOOL key=value… [--demo]', 'call one tool and print its reply; a list is JSON or its key repeated'],
  ['install CLIENT [--print]', 'write the config of claude-code, claude-desktop, cursor or vscode'],
  ['print-config CLIENT [SETTINGS]', 'print that config instead; the client comes first'],
  ['--help, --version', 'this text; the version'],
];

/** Variables that every server of this family reads. */
const sharedVariables: readonly (readonly [string, string])[] = [
  ['SWITCHYARD_PROFILE', 'the profile, where no --profile names one; "default" without both'],
  ['SWITCHYARD_CONFIG_DIR', 'folder of the profiles'],
  ['SWITCHYARD_STATE_DIR', 'folder of stored secrets, the trail and earlier versions'],
  ['SWITCHYARD_CACHE_DIR', 'folder of what may be deleted at any time'],
  ['SWITCHYARD_KEY_FILE', 'file with the key that seals the secrets, in the place of the keychain'],
  ['SWITCHYARD_PASSPHRASE_FILE', 'file with a passphrase instead; SWITCHYARD_PASSPHRASE holds it itself'],
  ['SWITCHYARD_NEW_KEY_FILE', 'the next key, for auth rotate; SWITCHYARD_NEW_PASSPHRASE_FILE a next passphrase'],
];

/** What holds when nobody sets it. */
const usual = ({ schema }: Setting): string => {
  const value: unknown = schema.safeParse(undefined).data;
  if (value === undefined) return '';
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  return text === '' ? '' : ` Default: ${text}.`;
};

const settingText = (setting: Setting): string => {
  const [variable, ...aliases] = setting.env;
  const names = [setting.flag ? `--${setting.flag}` : undefined, variable].filter(Boolean).join(', ');
  const also = aliases.length > 0 ? ` Also read: ${aliases.join(', ')}.` : '';
  return `  ${names}\n      ${setting.description}${usual(setting)}${also}`;
};

/** Prints commands, settings and variables, and where this machine keeps the profiles. */
export const help = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  env,
}: CommandContext<S, Operations>): Promise<number> => {
  const list = (lines: readonly (readonly [string, string])[]): readonly string[] =>
    lines.map(([name, text]) => `  ${name.padEnd(32)} ${text}`);
  process.stdout.write(
    [
      `${definition.title} MCP server ${definition.version}: ${definition.description}`,
      '',
      `${startLine(definition)} [COMMAND] [SETTINGS] [--profile NAME]`,
      '',
      ...list(commandTexts),
      '',
      'Settings: flags beat environment, environment beats the profile. Each variable also has a NAME_FILE form.',
      'A switch takes yes or no: --read-only, --read-only no, --no-read-only.',
      ...Object.values(allSettings(definition)).map(settingText),
      '',
      `Profile NAME is ${profilePath(definition.name, 'NAME', env)}: JSON with "version": ${profileVersion} and any of`,
      `  ${Object.keys(allSettings(definition)).join(', ')}`,
      '',
      ...list(sharedVariables),
      '',
    ].join('\n'),
  );
  return 0;
};
