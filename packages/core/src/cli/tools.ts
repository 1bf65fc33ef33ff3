import type { SettingsSchema } from '../config/setting.ts';
import { definitionsOf } from '../generate/definitions.ts';
import { firstSentence } from '../generate/first-sentence.ts';
import type { Closable } from '../server/define-server.ts';
import type { CommandContext } from './command-context.ts';
import { refuseStrays } from './stray-words.ts';

/** Four characters are about one token of English and JSON; `pnpm tokens` in the repo counts exactly. */
const estimate = (tool: unknown): number => Math.round(JSON.stringify(tool).length / 4);

/** Prints the tools: a table for people, or their definitions. */
export const tools = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
}: CommandContext<S, Operations>): Promise<number> => {
  // It lists all there is: a level or a list of toolsets would change nothing.
  refuseStrays(argv.filter((word) => word !== '--json'));
  const definitions = definitionsOf(definition);
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(definitions, null, 2)}\n`);
    return 0;
  }
  let total = 0;
  for (const { name, description, inputSchema, level, effect } of definitions.tools) {
    const tokens = estimate({ name, description, inputSchema });
    total += tokens;
    process.stdout.write(
      `${name.padEnd(28)} ${effect.padEnd(8)} ${level.padEnd(10)} ~${String(tokens).padStart(4)} tokens  ${firstSentence(description)}\n`,
    );
  }
  process.stdout.write(`${definitions.tools.length} tools, about ${total} tokens (an estimate)\n`);
  return 0;
};
