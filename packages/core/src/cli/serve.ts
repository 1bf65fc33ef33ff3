import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingsSchema } from '../config/setting.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable } from '../server/define-server.ts';
import { runStdio } from '../server/serve-stdio.ts';
import type { AnyTool } from '../tool/define-tool.ts';
import { keepInputSchemas } from '../tool/tool-schema.ts';
import type { CommandContext } from './command-context.ts';
import { demoEnvironment } from './demo-environment.ts';
import { refuseStrayWords } from './stray-words.ts';

/** The build computed the tools' schemas and put them beside the program; where it did not, they are computed now. */
const takeBuiltSchemas = <Operations>(tools: readonly AnyTool<Operations>[], folder: string | undefined): void => {
  if (folder === undefined) return;
  try {
    keepInputSchemas(tools, JSON.parse(readFileSync(join(folder, 'tool-schemas.json'), 'utf8')));
  } catch {
    // Not a built program, or a damaged one: computing costs a few milliseconds.
  }
};

/** Says what this process is when a person, not a client, started it. */
const greet = (title: string, what: string, install: string): void => {
  if (process.stdin.isTTY)
    process.stderr.write(
      `${title} MCP server, ${what}. It speaks MCP on stdin and stdout; put it into a client with "${install}", or end it with Ctrl-C.\n`,
    );
};

/** Serves the configured system over stdio. */
export const serve = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
  secrets,
  folder,
}: CommandContext<S, Operations>): Promise<undefined> => {
  refuseStrayWords(allSettings(definition), argv);
  greet(definition.title, `version ${definition.version}`, 'install CLIENT');
  takeBuiltSchemas(definition.tools, folder);
  await runStdio(definition, { argv, env, secrets });
};

/** Serves the embedded simulated system over stdio. */
export const demo = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env: ownEnv,
  secrets,
  folder,
}: CommandContext<S, Operations>): Promise<number | undefined> => {
  if (!definition.demo) {
    process.stderr.write(`${definition.title} has no simulated system.\n`);
    return 1;
  }
  refuseStrayWords(allSettings(definition), argv);
  // Without the word, a client would start the person's own system.
  greet(definition.title, 'on a simulated system', 'install CLIENT demo');
  takeBuiltSchemas(definition.tools, folder);
  const env = demoEnvironment(ownEnv);
  const system = await definition.demo();
  await runStdio(definition, { argv, env, secrets, overrides: system.settings, onEnd: () => system.close() });
  return undefined;
};
