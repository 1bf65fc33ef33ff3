import { realpathSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { homedir } from 'node:os';
import type { Environment } from '../config/directories.ts';
import type { LoadedSettings, Setting, SettingsSchema } from '../config/setting.ts';
import { escapeRegExp } from '../server/resource-match.ts';

export interface Own {
  readonly text: string;
  readonly name: string;
}

/** What of a value tells who or where this installation is: addresses, files and secrets as a whole, names one by one. */
const ownParts = ({ secret, personal }: Setting, value: string): readonly string[] => {
  const url = /^[a-z]+:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
  if (url) return [value, value.replace(/\/+$/, ''), url.hostname];
  if (personal) return value.split(',').map((item) => item.trim());
  return secret || /[/\\@]/.test(value) ? [value] : [];
};

/** Only what somebody set: a usual value is nobody's own, and words such as "ask" stand in any sentence. */
const ownTexts = (settings: SettingsSchema, { values, sources }: LoadedSettings<SettingsSchema>): readonly Own[] =>
  Object.entries(settings)
    .flatMap(([key, setting]) => {
      const value = values[key];
      if (typeof value !== 'string' || sources[key]?.from === 'default') return [];
      return ownParts(setting, value)
        .filter((text) => text.length > 2)
        .map((text) => ({ text, name: `[${key}]` }));
    })
    .sort((one, other) => other.text.length - one.text.length);

/**
 * A whole word or more, not a part of one. Hosts are shown in small letters by some and as typed by others, and some file systems do
 * not tell the cases apart.
 */
const anyCase = (text: string): RegExp => {
  const [before, after] = [
    /^[\p{L}\p{N}]/u.test(text) ? '(?<![\\p{L}\\p{N}])' : '',
    /[\p{L}\p{N}]$/u.test(text) ? '(?![\\p{L}\\p{N}])' : '',
  ];
  return new RegExp(`${before}${escapeRegExp(text)}${after}`, 'giu');
};

/** The folders that tell where things lie: the home folder as it is named and as it really is, and what the environment puts elsewhere. */
const folders = (env: Environment): readonly Own[] => {
  const home = homedir();
  let real = home;
  try {
    real = realpathSync(home);
  } catch {
    // A home folder that is not there has no other name.
  }
  const elsewhere = ['CONFIG', 'STATE', 'CACHE'].map((kind) => ({
    text: env[`SWITCHYARD_${kind}_DIR`] ?? '',
    name: `[${kind.toLowerCase()} folder]`,
  }));
  return [...elsewhere, { text: home, name: '~' }, { text: real, name: '~' }]
    .map(({ text, name }) => ({ text: text.replace(/[/\\]+$/, ''), name }))
    .filter(({ text }) => text.length > 1)
    .sort((one, other) => other.text.length - one.text.length);
};

/** `--redacted`: a report that may be shown to strangers, without addresses, names of hosts or of the home folder. */
export const hidePrivate =
  (own: readonly Own[]) =>
  (text: string, names: readonly string[] = []): string => {
    let shown = text;
    const named = names.filter((name) => name.trim() !== '').map((name) => ({ text: name, name: '[name]' }));
    for (const { text: value, name } of [...named, ...own]) shown = shown.replace(anyCase(value), () => name);
    return shown
      .replace(/\bhttps?:\/\/[^\s/"'[\]]+/gi, '[address]')
      .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[ip]')
      .replace(/(?:[0-9a-f]*:){2,}[0-9a-f:.]*/gi, (part) => (isIPv6(part) ? '[ip]' : part))
      .replace(/\b[\w-]+(?:\.[\w-]+)*\.(?:local|lan|home|internal|home\.arpa)\b/gi, '[host]');
  };

/** What of this installation is hidden: its own settings, and where its files lie. */
export const privateTexts = (settings: SettingsSchema, loaded: LoadedSettings<SettingsSchema>, env: Environment): readonly Own[] => [
  ...ownTexts(settings, loaded),
  ...folders(env),
];
