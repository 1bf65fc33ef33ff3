import type { SettingsSchema } from '../config/setting.ts';
import type { Closable } from '../server/define-server.ts';
import { runStdio } from '../server/serve-stdio.ts';
import type { CommandContext } from './run-cli.ts';

/** Says what this process is when a person, not a client, started it. */
const greet = (title: string, what: string): void => {
  if (process.stdin.isTTY)
    process.stderr.write(
      `${title} MCP server, ${what}. It speaks MCP on stdin and stdout; put it into a client with "install", or end it with Ctrl-C.\n`,
    );
};

/** Serves the configured system over stdio. */
export const serve = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<undefined> => {
  greet(definition.title, `version ${definition.version}`);
  await runStdio(definition, { argv, env });
};

/** Serves the embedded simulated system over stdio. */
export const demo = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<number | undefined> => {
  if (!definition.demo) {
    process.stderr.write(`${definition.title} has no simulated system.\n`);
    return 1;
  }
  greet(definition.title, 'on a simulated system');
  const system = await definition.demo();
  await runStdio(definition, { argv, env, overrides: system.settings, onEnd: () => system.close() });
  return undefined;
};
