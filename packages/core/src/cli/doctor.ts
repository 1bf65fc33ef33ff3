import { isIPv6 } from 'node:net';
import { homedir } from 'node:os';
import { loadSettings } from '../config/load-settings.ts';
import type { LoadedSettings, Setting, SettingsOf, SettingsSchema } from '../config/setting.ts';
import { renderError } from '../errors/render-error.ts';
import { mapText } from '../security/redactor.ts';
import { safeText } from '../security/safe-text.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable, DoctorCheck } from '../server/define-server.ts';
import { secretFromStore } from '../server/prepare.ts';
import { escapeRegExp } from '../server/resource-match.ts';
import { cliRuntime } from '../server/runtime-storage.ts';
import type { CommandContext } from './run-cli.ts';
import { refuseStrayWords } from './stray-words.ts';

const otherFlags = { json: 'boolean', redacted: 'boolean' } as const;
const marks = { ok: '✔', problem: '✘', skipped: '–' } as const;
const limitMs = 30_000;
const longestText = 600;

interface Own {
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

/** `--redacted`: a report that may be shown to strangers, without addresses, names of hosts or of the home folder. */
const hidePrivate =
  (own: readonly Own[]) =>
  (text: string): string => {
    let shown = text;
    for (const { text: value, name } of [...own, { text: homedir(), name: '~' }]) shown = shown.replace(anyCase(value), () => name);
    return shown
      .replace(/\bhttps?:\/\/[^\s/"'[\]]+/gi, '[address]')
      .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[ip]')
      .replace(/(?:[0-9a-f]*:){2,}[0-9a-f:.]*/gi, (part) => (isIPv6(part) ? '[ip]' : part))
      .replace(/\b[\w-]+(?:\.[\w-]+)*\.(?:local|lan|home|internal|home\.arpa)\b/gi, '[host]');
  };

/** Runtime and settings first, then the server's own live checks. Exit code 1 when one is a problem. */
export const doctor = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<number> => {
  refuseStrayWords(allSettings(definition), argv, otherFlags);
  const checks: DoctorCheck[] = [];
  const asJson = argv.includes('--json');
  let hide = (text: string): string => text;
  const add = (check: DoctorCheck): void => {
    const words = (text: string): string => safeText(text, longestText, hide);
    const clean = {
      ...check,
      seen: words(check.seen),
      ...(check.mend === undefined ? {} : { mend: words(check.mend) }),
      ...(check.detail === undefined ? {} : { detail: mapText(check.detail, words) as Record<string, unknown> }),
    };
    checks.push(clean);
    if (asJson) return;
    process.stderr.write(` ${marks[check.status]} ${check.id.padEnd(11)} ${clean.seen}\n`);
    if (clean.status === 'problem' && clean.mend) process.stderr.write(`   mend: ${clean.mend}\n`);
  };
  add({ id: 'runtime', status: 'ok', seen: `Node ${process.versions.node} on ${process.platform}` });
  // What is to be hidden is known when the settings are; until then nothing about them is shown.
  const warnings: string[] = [];
  const loaded = await loadSettings(allSettings(definition), {
    serverName: definition.name,
    argv,
    env,
    otherFlags,
    storeLookup: secretFromStore(definition.name, env),
    warn: (message) => warnings.push(message),
  });
  if (argv.includes('--redacted')) hide = hidePrivate(ownTexts(definition.settings, loaded));
  const sources = Object.entries(loaded.sources).filter(([, source]) => source.from !== 'default' && source.from !== 'unset');
  const wrong = [...warnings, ...loaded.problems.map(({ where, problem }) => `${where}: ${problem}`)];
  const from = sources.map(([key, source]) => `${key} from ${source.name ?? source.from}`).join(', ') || 'nothing set';
  add({
    id: 'config',
    status: wrong.length > 0 ? 'problem' : 'ok',
    seen: [...wrong, `profile ${loaded.profile}; ${from}`].join('; '),
    ...(wrong.length > 0 ? { mend: 'correct it there.' } : {}),
  });
  for (const [key, setting] of Object.entries(definition.settings)) {
    // One that is set and wrong was named above.
    if (!setting.required || loaded.sources[key]?.from !== 'unset') continue;
    add({
      id: key,
      status: 'problem',
      seen: `${setting.title} is not set`,
      mend: `run npx -y ${definition.packageName} login, or set ${setting.env[0]}. Clients pass few variables on: put it into the client's own env block.`,
    });
  }
  if (definition.doctor && !checks.some(({ status }) => status === 'problem'))
    try {
      const runtime = cliRuntime(definition, loaded.profile, env);
      for await (const check of definition.doctor(loaded.values as SettingsOf<S>, AbortSignal.timeout(limitMs), runtime)) add(check);
    } catch (error) {
      const { text } = renderError(error, { log: () => undefined, writes: false });
      add({ id: 'checks', status: 'problem', seen: `The checks stopped: ${text}` });
    }
  const problems = checks.filter(({ status }) => status === 'problem').length;
  if (asJson) process.stdout.write(`${JSON.stringify({ checks, problems }, null, 2)}\n`);
  else process.stderr.write(problems === 0 ? 'No problem.\n' : `${problems} problem${problems === 1 ? '' : 's'}.\n`);
  return problems === 0 ? 0 : 1;
};
