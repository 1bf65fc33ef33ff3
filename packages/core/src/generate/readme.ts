import type { Setting, SettingsSchema } from '../config/setting.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import { definitionsOf } from './definitions.ts';
import { firstSentence } from './first-sentence.ts';

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((line) => `| ${line.map(cell).join(' | ')} |`).join('\n');

const asks = { never: '', depends: 'when it is security-relevant', always: 'always' } as const;

/** The README's table of tools. */
export const toolsTable = <S extends SettingsSchema, Operations extends Closable>(definition: ServerDefinition<S, Operations>): string =>
  rows(
    ['tool', 'what', 'level', 'effect', 'asks first'],
    definitionsOf(definition).tools.map((tool) => [
      `\`${tool.name}\``,
      firstSentence(tool.description),
      // Of a tool with several operations, from the weakest to the strongest.
      tool.ops
        ? [...new Set(definition.levels.filter((level) => Object.values(tool.ops ?? {}).some((op) => op.level === level)))].join(', ')
        : tool.level,
      tool.ops ? [...new Set(Object.values(tool.ops).map((op) => op.effect))].join(', ') : tool.effect,
      asks[tool.confirm as keyof typeof asks],
    ]),
  );

/** What holds when nobody sets it. */
const usual = ({ schema }: Setting): string => {
  const { data } = schema.safeParse(undefined);
  return data === undefined ? '' : `\`${[data].flat().map(String).join(',')}\``;
};

/** The README's table of settings. */
export const settingsTable = <S extends SettingsSchema, Operations extends Closable>(definition: ServerDefinition<S, Operations>): string =>
  rows(
    ['environment', 'flag', 'default', 'what'],
    Object.values(allSettings(definition)).map((setting) => [
      `\`${setting.env[0]}\`${
        setting.env.length > 1
          ? ` (also ${setting.env
              .slice(1)
              .map((name) => `\`${name}\``)
              .join(', ')})`
          : ''
      }`,
      setting.flag ? `\`--${setting.flag}\`` : 'none: secrets stay out of the command line',
      usual(setting),
      `${setting.required ? '**Required.** ' : ''}${setting.description}`,
    ]),
  );

/** Replaces what stands between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`. Throws when the markers are not there. */
export const replaceBetweenMarkers = (markdown: string, name: string, text: string): string => {
  const [open, close] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
  const [from, to] = [markdown.indexOf(open), markdown.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`no markers ${open} … ${close}`);
  return `${markdown.slice(0, from + open.length)}\n${text}\n${markdown.slice(to)}`;
};
