import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nearMisses } from '../errors/near-miss.ts';
import { ToolError } from '../errors/tool-error.ts';
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts';
import { directories, type Environment, fileNameOf } from './directories.ts';
import type { SettingProblem, SettingsSchema } from './setting.ts';

/** Version of the profile file's form. */
export const profileVersion = 1;
const maxProfileBytes = 256 * 1024;

export interface Profile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly SettingProblem[];
  /** Other users of this machine can read it. */
  readonly exposed: boolean;
}

/** `<config>/<server>/<profile>.json` */
export const profilePath = (serverName: string, profile: string, env: Environment = process.env): string =>
  join(directories(env).config, fileNameOf('server', serverName), `${fileNameOf('profile', profile)}.json`);

const namesIn = async (folder: string, ending: string): Promise<readonly string[]> => {
  const files = await readdir(folder).catch(() => []);
  return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
};

/** Profiles that a person has made: with a file of settings, with stored credentials, or with both. */
const profileNames = async (serverName: string, env: Environment = process.env): Promise<readonly string[]> => {
  const { config, state } = directories(env);
  const server = fileNameOf('server', serverName);
  const names = [...(await namesIn(join(config, server), '.json')), ...(await namesIn(join(state, server), '.cred'))];
  return [...new Set(names)].sort();
};

/** A name that no profile has is a slip of the pen: an empty profile would serve with other rights than the person meant. */
export const missingProfile = async (name: string, serverName: string, env: Environment): Promise<string | undefined> => {
  const names = await profileNames(serverName, env);
  if (names.includes(name)) return undefined;
  const near = nearMisses(name, names, 1)[0];
  const there = names.length > 0 ? `the profiles are ${names.slice(0, 20).join(', ')}` : 'there is no profile yet; login makes one';
  return `there is no profile "${name.slice(0, 64)}"${near ? `; did you mean ${near}?` : `; ${there}`}`;
};

const parse = (text: string): Readonly<Record<string, unknown>> | string => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
    return 'must be a JSON object';
  } catch (error) {
    const at = error instanceof Error ? /line \d+ column \d+|position \d+/.exec(error.message)?.[0] : undefined;
    return `is not valid JSON${at ? ` (at ${at})` : ''}`;
  }
};

const versionProblem = (version: unknown): string | undefined => {
  if (version === profileVersion) return undefined;
  if (version === undefined) return `lacks "version": ${profileVersion}`;
  return typeof version === 'number' && version > profileVersion
    ? `has version ${version}, written by a newer release; update this package`
    : `must have "version": ${profileVersion}`;
};

/** Reads a profile; a file that is not there is an empty one. Unknown keys are problems, with the name that was meant. */
export const readProfile = async (path: string, schema: SettingsSchema): Promise<Profile> => {
  const file = await readPrivateFile(path, { maxBytes: maxProfileBytes, allowExposed: true });
  if (file === undefined) return { path, values: {}, problems: [], exposed: false };
  const bad = (setting: string, problem: string): SettingProblem => ({ setting, where: path, problem });
  const parsed = parse(file.data.toString('utf8'));
  if (typeof parsed === 'string') return { path, values: {}, problems: [bad('profile', parsed)], exposed: file.exposed };
  const { version, $schema: _, ...values } = parsed;
  const problems: SettingProblem[] = [];
  const wrong = versionProblem(version);
  if (wrong) problems.push(bad('version', wrong));
  const names = Object.keys(schema);
  for (const key of Object.keys(values)) {
    if (names.includes(key)) continue;
    const near = nearMisses(key, names, 1)[0];
    const shown = key.slice(0, 64);
    problems.push(bad(shown, `"${shown}" is not a setting${near ? `; did you mean ${near}?` : `; the settings are ${names.join(', ')}`}`));
  }
  return { path, values, problems, exposed: file.exposed };
};

/** Sets some values of a profile and keeps the others; undefined removes one. Atomic, and readable by its owner only. */
export const changeProfile = async (path: string, changes: Readonly<Record<string, unknown>>): Promise<void> => {
  const file = await readPrivateFile(path, { maxBytes: maxProfileBytes, allowExposed: true });
  const old = file === undefined ? {} : parse(file.data.toString('utf8'));
  if (typeof old === 'string')
    throw new ToolError({ code: 'invalid_input', what: `${path} ${old}; it was left as it is.`, next: ['Correct it, or move it away.'] });
  await writePrivateFile(path, `${JSON.stringify({ version: profileVersion, ...old, ...changes }, null, 2)}\n`);
};
