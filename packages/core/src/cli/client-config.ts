import { chmod, copyFile, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ToolError } from '../errors/tool-error.ts';
import { unwritable } from '../files/writable.ts';
import { isRecord } from '../json/read.ts';
import type { Client } from './clients.ts';

export interface ClientConfig {
  readonly file: string;
  /** The text of the file, "" when there is none. */
  readonly text: string;
  readonly value: Record<string, unknown>;
}

/** Some editors on Windows put it first; JSON does not know it. */
const byteOrderMark = '\ufeff';

/** The config as it is. @throws ToolError when it is not what we could add to without loss. */
const parseConfig = (file: string, text: string, { key, name }: Client): Record<string, unknown> => {
  const leftAlone = (why: string): ToolError =>
    new ToolError({
      code: 'unsupported',
      what: `${file} ${why}, so it was left alone.`,
      next: [`Add by hand what print-config ${name} prints.`],
    });
  const json = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  if (json.trim() === '') return {};
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch {
    throw leftAlone('is not plain JSON');
  }
  if (!isRecord(config) || (config[key] !== undefined && !isRecord(config[key]))) throw leftAlone('has another shape than expected');
  return config;
};

/** Reads a client's config; one that is not there is an empty one. */
export const readConfig = async (path: string, client: Client): Promise<ClientConfig> => {
  // A config that is a link to somewhere else stays one.
  const file = await realpath(path).catch(() => path);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw unwritable(`${file} could not be read.`, error);
  });
  return { file, text, value: parseConfig(file, text, client) };
};

/** Lines that differ, as a person reads them: "-" gone, "+" new. */
export const diff = (before: string, after: string): string => {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ].join('\n');
};

const indentOf = (text: string): string => /^\ufeff?\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  ';

/** Configs hold secrets of other servers: the new file and the backup are as private as the old one was. */
const writeWithBackup = async (file: string, before: string, after: string): Promise<string | undefined> => {
  await mkdir(dirname(file), { recursive: true });
  const mode = ((await stat(file).catch(() => undefined))?.mode ?? 0o600) & 0o777;
  const backup = before === '' ? undefined : `${file}.bak-${Date.now()}`;
  if (backup !== undefined) {
    await copyFile(file, backup);
    await chmod(backup, mode);
  }
  const fresh = `${file}.new-${process.pid}`;
  await writeFile(fresh, after, { mode, flag: 'wx' });
  await rename(fresh, file);
  return backup;
};

/** Writes a client's config in the form it had; resolves to the path of the backup, when there was something to keep. */
export const writeConfig = async ({ file, text }: ClientConfig, value: Record<string, unknown>): Promise<string | undefined> => {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  try {
    return await writeWithBackup(file, text, `${mark}${JSON.stringify(value, null, indentOf(text))}\n`);
  } catch (error) {
    throw unwritable(`${file} could not be written; it is what it was before.`, error);
  }
};
