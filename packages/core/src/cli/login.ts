import { loadSettings } from '../config/load-settings.ts';
import { profilePath, writeProfile } from '../config/profile-file.ts';
import type { SettingsOf, SettingsSchema } from '../config/setting.ts';
import { openCredentialStore, rotateKey } from '../credentials/index.ts';
import { ToolError } from '../errors/tool-error.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable } from '../server/define-server.ts';
import { cliRuntime } from '../server/runtime-storage.ts';
import { ask } from './ask.ts';
import type { CommandContext } from './run-cli.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const flags = { plain: 'boolean' } as const;

/** The store of the named profile. Only login may name one that is not there yet. */
const storeOf = async <S extends SettingsSchema, Operations extends Closable>(
  { definition, argv, env }: CommandContext<S, Operations>,
  mayBeNew = false,
) => {
  const options = { serverName: definition.name, argv, env, otherFlags: flags };
  const { profile, problems, rest, values } = await loadSettings(allSettings(definition), options);
  const wrong = problems.find(({ setting }) => setting === 'profile');
  if (wrong && !mayBeNew)
    throw new ToolError({
      code: 'not_found',
      what: `${wrong.where}: ${wrong.problem}`,
      next: ['name one that is there.'],
      sideEffects: 'none',
    });
  const store = openCredentialStore({ serverName: definition.name, profile, env, plain: argv.includes('--plain') });
  return { profile, rest, values, store };
};

/** Asks, checks against the system, then keeps secrets in the store and the rest in the profile. */
export const login = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { definition, env } = context;
  if (!definition.login) {
    say(`${definition.title} has nothing to log in to; set its settings in the environment.`);
    return 1;
  }
  const { profile, values, store } = await storeOf(context, true);
  const base = cliRuntime(definition, profile, env);
  // What a server stores by itself, such as tokens, goes where `--plain` or the keychain says too.
  const runtime = { ...base, storage: { ...base.storage, credentials: async () => store } };
  const answers = (await definition.login(ask, { settings: values as Partial<SettingsOf<S>>, runtime })) as Record<string, unknown>;
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(answers)) {
    if (value === undefined) continue;
    if (definition.settings[key]?.secret) await store.set(key, String(value));
    else plain[key] = value;
  }
  await writeProfile(profilePath(definition.name, profile, env), plain);
  say(`✔ Saved as profile "${profile}": ${store.describe}`);
  say(`Next: npx -y ${definition.packageName} install claude-code`);
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
  const { definition, env } = context;
  const { profile } = await storeOf(context);
  const { resealed, left, oldKey } = await rotateKey({ serverName: definition.name, profile, env });
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
  const { store } = await storeOf({ ...context, argv });
  for (const name of await store.list()) process.stdout.write(`${name}\n`);
  say(store.describe);
  return 0;
};
