import type { SettingsSchema } from '../config/setting.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable } from '../server/define-server.ts';
import type { CommandContext } from './run-cli.ts';

const commandTexts: readonly (readonly [string, string])[] = [
  ['serve', 'speak MCP on stdin and stdout (what a client starts; the default)'],
  ['demo', 'the same on a built-in simulated system, no account'],
  ['login', 'ask for address and secret, check them, keep them sealed'],
  ['logout', 'forget the stored secrets of a profile'],
  ['auth list', 'names of stored secrets, never their values'],
  ['auth rotate', 'a new key for them; the old one goes when all are read with the new'],
  ['audit verify', 'whether the trail of writes was changed since it was written'],
  ['doctor [--json] [--redacted]', 'what is wrong, and how to mend it; redacted: fit to be shown'],
  ['tools [--json]', 'the tools and what each costs a model'],
  ['call TOOL key=value… [--demo]', 'call one tool and print its reply'],
  ['install CLIENT [--print]', 'write the config of claude-code, claude-desktop, cursor or vscode'],
  ['print-config CLIENT', 'print that config instead'],
];

/** Prints commands and settings. */
export const help = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
}: CommandContext<S, Operations>): Promise<number> => {
  const settings = Object.values(allSettings(definition)).map((setting) => {
    const names = [setting.flag ? `--${setting.flag}` : undefined, setting.env[0]].filter(Boolean).join(', ');
    return `  ${names}\n      ${setting.description}`;
  });
  process.stdout.write(
    [
      `${definition.title} MCP server ${definition.version}: ${definition.description}`,
      '',
      `npx -y ${definition.packageName} [COMMAND] [SETTINGS] [--profile NAME]`,
      '',
      ...commandTexts.map(([name, text]) => `  ${name.padEnd(32)} ${text}`),
      '',
      'Settings: flags beat environment, environment beats the profile. Each variable also has a NAME_FILE form.',
      ...settings,
      '',
    ].join('\n'),
  );
  return 0;
};
