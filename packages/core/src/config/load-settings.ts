import { isToolError } from '../errors/tool-error.ts';
import type { Secrets } from '../security/redactor.ts';
import type { Environment } from './directories.ts';
import { type OtherFlags, type ParsedFlags, parseFlags } from './parse-flags.ts';
import { plainIssues } from './plain-issues.ts';
import { missingProfile, type Profile, profilePath, readProfile } from './profile-file.ts';
import {
  createReferenceResolver,
  fileTrouble,
  isReference,
  malformedReference,
  type ReferenceResolver,
  readSecretFile,
} from './references.ts';
import { coerce, isUnset } from './schema-kind.ts';
import type { LoadedSettings, Setting, SettingProblem, SettingSource, SettingsOf, SettingsSchema } from './setting.ts';

export interface LoadOptions {
  readonly serverName: string;
  /** Arguments without node and script. */
  readonly argv: readonly string[];
  readonly env: Environment;
  /** Remembers every secret that is read, so that it can never leave. */
  readonly secrets: Secrets;
  /** Asked only for secrets that nothing else sets, and for `store:profile/key`. */
  readonly storeLookup?: (setting: string, profile: string) => Promise<string | undefined>;
  /** The profile when no `--profile` flag names one; then SWITCHYARD_PROFILE, then "default". */
  readonly profile?: string;
  /** Flags of commands, left in `rest` as they are. */
  readonly otherFlags?: OtherFlags;
  /** Reads references; made from `env` and `storeLookup` when not given. */
  readonly references?: ReferenceResolver;
  /** Settings whose references are left for later: following one may ask a vault, and take seconds. */
  readonly defer?: readonly string[];
  /** Told of things that are risky but not wrong, such as a secret file others can read. */
  readonly warn?: (message: string) => void;
}

interface Found {
  readonly from: SettingSource;
  /** The variable, flag or file it came from. */
  readonly name: string;
  readonly raw: unknown;
}

interface Loading {
  readonly options: LoadOptions;
  readonly flags: ParsedFlags;
  readonly profile: string;
  readonly file: Profile;
  readonly references: ReferenceResolver;
  readonly problems: SettingProblem[];
  readonly deferred: string[];
}

const clean = (value: unknown): unknown => {
  if (value === null || isUnset(value)) return undefined;
  if (!Array.isArray(value)) return value;
  const set = value.filter((entry) => !isUnset(entry));
  return set.length === 0 && value.length > 0 ? undefined : set;
};

const fromFlag = (key: string, setting: Setting, { flags }: Loading): Found | undefined => {
  const given = clean(flags.values.get(key));
  if (given === undefined) return undefined;
  const raw = Array.isArray(given) ? given.join(',') : given;
  return { from: 'flag', name: `--${setting.flag}`, raw };
};

const fromFileVariable = async (key: string, name: string, path: string, loading: Loading): Promise<Found | undefined> => {
  try {
    const raw = await readSecretFile(path, loading.options.warn);
    return isUnset(raw) ? undefined : { from: 'environment', name, raw };
  } catch (error) {
    loading.problems.push({ setting: key, where: name, problem: `names a file that cannot be used: ${fileTrouble(error)}` });
    return undefined;
  }
};

const fromEnvironment = async (key: string, setting: Setting, loading: Loading): Promise<Found | undefined> => {
  const { env } = loading.options;
  // Of two names that hold the same secret, the loser must not leak either.
  if (setting.secret) for (const name of setting.env) keep(env[name], loading.options.secrets);
  for (const name of setting.env) {
    const raw = env[name];
    if (raw !== undefined && !isUnset(raw)) return { from: 'environment', name, raw };
    const path = env[`${name}_FILE`];
    if (path === undefined || isUnset(path)) continue;
    const found = await fromFileVariable(key, `${name}_FILE`, path.trim(), loading);
    if (found) return found;
  }
  return undefined;
};

const fromProfile = (key: string, setting: Setting, { options, file, problems }: Loading): Found | undefined => {
  const raw = clean(Object.hasOwn(file.values, key) ? file.values[key] : undefined);
  if (raw === undefined) return undefined;
  if (setting.secret && file.exposed && !(typeof raw === 'string' && isReference(raw))) {
    keep(raw, options.secrets);
    problems.push({
      setting: key,
      where: file.path,
      problem: `"${key}" is a secret in a file others can read; fix: chmod 600 ${file.path}`,
    });
    return undefined;
  }
  return { from: 'profile', name: file.path, raw };
};

const fromStore = async (key: string, setting: Setting, { options, profile, problems }: Loading): Promise<Found | undefined> => {
  if (!setting.secret || options.storeLookup === undefined) return undefined;
  try {
    const raw = await options.storeLookup(key, profile);
    return raw === undefined || isUnset(raw) ? undefined : { from: 'store', name: `profile ${profile}`, raw };
  } catch (error) {
    problems.push({ setting: key, where: 'credential store', ...problemAndFix(error) });
    return undefined;
  }
};

const keep = (value: unknown, secrets: Secrets): void => {
  if (typeof value === 'string' && !isUnset(value) && !isReference(value)) secrets.keep(value);
};

const trouble = (error: unknown): string => {
  if (!isToolError(error)) return 'could not be read';
  const { what, why, next } = error.fields;
  return [what, why, next?.[0]].filter(Boolean).join(' ');
};

/** The cure apart from the problem: told in one breath, a long problem would hide it. */
const problemAndFix = (error: unknown): Pick<SettingProblem, 'problem' | 'fix'> => {
  if (!isToolError(error)) return { problem: 'could not be read' };
  const { what, why, next } = error.fields;
  return { problem: [what, why].filter(Boolean).join(' '), ...(next?.[0] ? { fix: next[0] } : {}) };
};

/** `file:` stands for a file's content in secrets only: elsewhere it may be meant as an address. */
const refersElsewhere = (raw: unknown, setting: Setting): raw is string =>
  typeof raw === 'string' && isReference(raw) && (setting.secret === true || !raw.startsWith('file:'));

const malformed = (raw: unknown, setting: Setting): string | undefined => {
  if (typeof raw !== 'string') return undefined;
  return setting.secret || !/^\s*file:/i.test(raw) ? malformedReference(raw) : undefined;
};

/** A flag or variable is named by where it came from; a profile holds many keys. */
const named = (key: string, { from }: Found, problem: string): string => (from === 'profile' ? `"${key}" ${problem}` : problem);

const follow = async (key: string, found: Found, setting: Setting, loading: Loading): Promise<unknown> => {
  // What a person stored by login is the secret itself, whatever it looks like.
  if (found.from === 'store') return found.raw;
  const problem = malformed(found.raw, setting);
  if (problem !== undefined) {
    loading.problems.push({ setting: key, where: found.name, problem: named(key, found, problem) });
    return undefined;
  }
  if (!refersElsewhere(found.raw, setting)) return found.raw;
  if (loading.options.defer?.includes(key)) {
    loading.deferred.push(key);
    return undefined;
  }
  try {
    return await loading.references.resolve(found.raw);
  } catch (error) {
    loading.problems.push({ setting: key, where: found.name, ...problemAndFix(error) });
    return undefined;
  }
};

const parse = async (setting: Setting, raw: unknown): Promise<{ readonly value?: unknown; readonly problem?: string }> => {
  try {
    const result = await setting.schema.safeParseAsync(coerce(setting.schema, raw));
    return result.success ? { value: result.data } : { problem: plainIssues(result.error.issues, raw, setting) };
  } catch {
    return { problem: 'is not valid' };
  }
};

const loadOne = async (
  key: string,
  setting: Setting,
  loading: Loading,
): Promise<{ value: unknown; from: SettingSource; name?: string }> => {
  const found =
    fromFlag(key, setting, loading) ??
    (await fromEnvironment(key, setting, loading)) ??
    fromProfile(key, setting, loading) ??
    (await fromStore(key, setting, loading));
  if (found === undefined) {
    const { value } = await parse(setting, undefined);
    return { value, from: value === undefined ? 'unset' : 'default' };
  }
  const raw = await follow(key, found, setting, loading);
  if (raw === undefined) return { value: undefined, from: found.from, name: found.name };
  if (setting.secret) keep(raw, loading.options.secrets);
  const { value, problem } = await parse(setting, raw);
  if (problem) loading.problems.push({ setting: key, where: found.name, problem: named(key, found, problem) });
  return { value, from: found.from, name: found.name };
};

const begin = async (schema: SettingsSchema, options: LoadOptions): Promise<Loading> => {
  const { env, secrets, storeLookup, warn } = options;
  const flags = parseFlags(schema, options.argv, options.otherFlags);
  for (const secret of flags.exposed) keep(secret, secrets);
  const given = [
    ['--profile', flags.profile ?? options.profile],
    ['SWITCHYARD_PROFILE', env.SWITCHYARD_PROFILE],
  ] as const;
  const [where, named] = given.find(([, name]) => name !== undefined && !isUnset(name)) ?? ['--profile', undefined];
  const problems = [...flags.problems];
  let profile = named ?? 'default';
  let file: Profile = { path: '', values: {}, problems: [], exposed: false };
  try {
    file = await readProfile(profilePath(options.serverName, profile, env), schema);
    problems.push(...file.problems);
    const missing = named === undefined || named === 'default' ? undefined : await missingProfile(named, options.serverName, env);
    if (missing) problems.push({ setting: 'profile', where, problem: missing });
  } catch (error) {
    problems.push({ setting: 'profile', where, problem: trouble(error) });
    if (file.path === '' && !/^[\w.-]+$/.test(profile)) profile = 'default';
  }
  const references =
    options.references ?? createReferenceResolver({ env, secrets, ...(storeLookup ? { storeLookup } : {}), ...(warn ? { warn } : {}) });
  return { options, flags, profile, file, references, problems, deferred: [] };
};

/**
 * Reads every setting: flag, environment (each name, then NAME_FILE), profile file, credential store (secrets only), default.
 * Never throws for a bad value: all problems are returned together, and a setting with a problem is undefined.
 */
export const loadSettings = async <S extends SettingsSchema>(schema: S, options: LoadOptions): Promise<LoadedSettings<S>> => {
  const loading = await begin(schema, options);
  const values: Record<string, unknown> = {};
  const sources: Record<string, { from: SettingSource; name?: string }> = {};
  for (const [key, setting] of Object.entries(schema)) {
    const { value, from, name } = await loadOne(key, setting, loading);
    values[key] = value;
    sources[key] = { from, ...(name === undefined ? {} : { name }) };
  }
  return {
    values: values as SettingsOf<S>,
    sources: sources as LoadedSettings<S>['sources'],
    problems: loading.problems,
    deferred: loading.deferred,
    profile: loading.profile,
    rest: loading.flags.rest,
  };
};
