import { type OtherFlags, parseFlags } from '../config/parse-flags.ts';
import type { SettingsSchema } from '../config/setting.ts';
import { refuse } from '../errors/tool-error.ts';

/** A long or mixed word may be a secret that was typed here, so it is not repeated. */
const shown = (word: string): string => (/^-{0,2}[a-z][a-z-]{0,23}$/i.test(word) ? `argument "${word}"` : 'argument');

/** A word that no command and no flag takes was meant to do something: it is refused, never dropped. @throws ToolError naming it. */
export const refuseStrays = (words: readonly string[]): void => {
  const [first] = words;
  if (first === undefined) return;
  throw refuse('invalid_input', `Unexpected ${shown(first)}.`, {
    next: ['Write a value as --flag=value; --help lists commands and flags.'],
  });
};

/** The same for a command that takes flags only. Flags that are its own are not strays. */
export const refuseStrayWords = (schema: SettingsSchema, argv: readonly string[], otherFlags: OtherFlags = {}): void =>
  refuseStrays(
    parseFlags(schema, argv, otherFlags).rest.filter((word) => !(word.startsWith('--') && Object.hasOwn(otherFlags, word.slice(2)))),
  );
