import { dirname } from 'node:path';
import { loadSettings } from '../config/load-settings.ts';
import { parseFlags } from '../config/parse-flags.ts';
import { changeProfile, missingProfile, profilePath } from '../config/profile-file.ts';
import { coerce, isUnset } from '../config/schema-kind.ts';
import type { SettingProblem, SettingsOf, SettingsSchema } from '../config/setting.ts';
import { checkCredentialStore, openCredentialStore } from '../credentials/open-credential-store.ts';
import { rotateKey } from '../credentials/rotate-key.ts';
import { refuse } from '../errors/tool-error.ts';
import { checkFolder } from '../files/writable.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable } from '../server/define-server.ts';
import { cliRuntime } from '../server/runtime-storage.ts';
import { startLine } from '../server/start-command.ts';
import { ask } from './ask.ts';
import type { CommandContext } from './command-context.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const flags = { plain: 'boolean' } as const;

interface Unclear {
  /** Words that belong to no flag. They are not repeated: one may be a secret. */
  readonly words: readonly string[];
  readonly problems: readonly SettingProblem[];
  readonly missing: string | undefined;
}

/** Where words or profile are unclear, secrets of another profile than the one that was meant would be kept or forgotten. */
const refuseUnclear = ({ words, problems, missing }: Unclear): void => {
  const wrong = problems.map(({ where, problem }) => `${where}: ${problem}`);
  if (words.length > 0) wrong.push('a word belongs to no flag; a profile is named by --profile');
  if (wrong.length === 0) return;
  const onlyMissing = words.length === 0 && problems.every(({ problem }) => problem === missing);
  throw refuse(onlyMissing ? 'not_found' : 'invalid_input', wrong.join('; '), {
    next: [onlyMissing ? 'Name one that is there.' : 'Correct it, then run the command again.'],
  });
};

/** The store of the named profile. Only login may name one that is not there yet. */
const storeOf = async <S extends SettingsSchema, Operations extends Closable>(
  { definition, argv, env, secrets }: CommandContext<S, Operations>,
  mayBeNew = false,
) => {
  const options = { serverName: definition.name, argv, env, secrets, otherFlags: flags };
  const { profile, problems, rest, values } = await loadSettings(allSettings(definition), options);
  const missing = await missingProfile(profile, definition.name, env);
  const typed = parseFlags(allSettings(definition), argv, flags).profile;
  // An empty variable of a shell names no profile, and was not meant to name the default one.
  const empty = typed !== undefined && isUnset(typed) ? [{ setting: 'profile', where: '--profile', problem: 'needs a value' }] : [];
  refuseUnclear({
    words: rest.filter((word) => word !== '--plain'),
    // A bad value elsewhere is no reason: a login mends it, and forgetting secrets does not need it.
    problems: [...empty, ...problems].filter(
      ({ setting, where, problem }) => (where.startsWith('--') || setting === 'profile') && !(mayBeNew && problem === missing),
    ),
    missing,
  });
  // A login decides how secrets are kept; the other commands take them as they are.
  const plain = argv.includes('--plain') || (mayBeNew ? false : undefined);
  const kept = { serverName: definition.name, profile, env, secrets, ...(plain === undefined ? {} : { plain }) };
  return { profile, values, kept, store: openCredentialStore(kept) };
};

/** Settings that were given as flags: a person who names a level at login means it for good. A secret among them was refused before. */
const givenAsFlags = (schema: SettingsSchema, argv: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    [...parseFlags(schema, argv, flags).values].flatMap(([key, raw]) => {
      const setting = schema[key];
      return setting ? [[key, coerce(setting.schema, typeof raw === 'object' ? raw.join(',') : raw)]] : [];
    }),
  );

/** Asks, checks against the system, then keeps secrets in the store and the rest in the profile. */
export const login = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { definition, env, secrets } = context;
  if (!definition.login) {
    say(`${definition.title} has nothing to log in to; set its settings in the environment.`);
    return 1;
  }
  const { profile, values, kept, store } = await storeOf(context, true);
  // A person who has typed a password should not learn then that it cannot be kept.
  await checkFolder(dirname(profilePath(definition.name, profile, env)), 'SWITCHYARD_CONFIG_DIR');
  await checkCredentialStore(kept);
  const base = cliRuntime(definition, { profile, env, secrets });
  // What a server stores by itself, such as tokens, goes where `--plain` or the keychain says too.
  const runtime = { ...base, storage: { ...base.storage, credentials: async () => store } };
  const answers = (await definition.login(ask, { settings: values as Partial<SettingsOf<S>>, runtime })) as Record<string, unknown>;
  // What else a person set there stays: levels and lists hold on. A secret that lies there would stand above the new one in the store.
  const given = givenAsFlags(allSettings(definition), context.argv);
  const changes: Record<string, unknown> = { ...given };
  for (const [key, value] of Object.entries(answers)) {
    if (value === undefined) continue;
    const secret = definition.settings[key]?.secret === true;
    if (secret) await store.set(key, String(value));
    changes[key] = secret ? undefined : value;
  }
  await changeProfile(profilePath(definition.name, profile, env), changes);
  const also = Object.keys(given).filter((key) => !Object.hasOwn(answers, key));
  say(`✔ Saved as profile "${profile}"${also.length > 0 ? ` with ${also.join(', ')}` : ''}: ${store.describe}`);
  const words = profile === 'default' ? [] : ['--profile', profile];
  say(`Next: ${startLine(definition, 'install', 'claude-code', ...words)}`);
  return 0;
};

/** Forgets every stored secret of the profile. */
export const logout = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { profile, store } = await storeOf(context);
  const names = await store.list();
  for (const name of names) await store.delete(name);
  say(names.length > 0 ? `✔ Forgot ${names.join(', ')} of profile "${profile}".` : `Profile "${profile}" holds no secret.`);
  return 0;
};

const rotate = async <S extends SettingsSchema, Operations extends Closable>(context: CommandContext<S, Operations>): Promise<number> => {
  const { definition, env, secrets } = context;
  const { profile } = await storeOf(context);
  const { resealed, left, oldKey } = await rotateKey({ serverName: definition.name, profile, env, secrets });
  for (const path of resealed) say(`✔ ${path} has the new key.`);
  for (const { path, why } of left) say(`✘ ${path} keeps the old key. ${why}`);
  say(oldKey);
  return left.length > 0 ? 1 : 0;
};

/** `auth list`: names of what is stored. `auth rotate`: a new key for it. */
export const auth = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const [act, ...argv] = context.argv;
  if (act === 'rotate') return rotate({ ...context, argv });
  if (act !== 'list') {
    say('auth list: names of stored secrets. auth rotate: a new key for them. To change a secret, run login again.');
    return 2;
  }
  const { profile, store } = await storeOf({ ...context, argv });
  const names = await store.list();
  for (const name of names) process.stdout.write(`${name}\n`);
  say(names.length > 0 ? store.describe : `Nothing is stored for profile "${profile}".`);
  return 0;
};
