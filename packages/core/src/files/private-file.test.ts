import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPrivateFile, readPrivateFile, readPrivateJson, writePrivateFile } from './private-file.ts';
import { ensurePrivateFolder, makePrivateFolderSync } from './private-folder.ts';
import { errorCodeOf } from './system-error.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sy-private-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const windows = process.platform === 'win32';
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'none', errorCodeOf);

test('a written file replaces the old one as a whole, and leaves nothing beside it', async () => {
  const path = join(folder, 'deep', 'er', 'file');
  await writePrivateFile(path, 'one');
  await writePrivateFile(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'deep', 'er'))).toEqual(['file']);
});

test('a new file takes no name that is taken', async () => {
  const path = join(folder, 'file');
  await createPrivateFile(path, 'one');
  expect(await codeOf(createPrivateFile(path, 'two'))).toBe('EEXIST');
  expect(await readFile(path, 'utf8')).toBe('one');
});

test('JSON: damaged is as good as none; a file that others can read is not used', async () => {
  const path = join(folder, 'file');
  const read = () => readPrivateJson(path, { maxBytes: 100 });
  expect(await read()).toBeUndefined();
  await writePrivateFile(path, '{"a":1}');
  expect(await read()).toEqual({ a: 1 });
  await writePrivateFile(path, '{"a":');
  expect(await read()).toBeUndefined();
  if (windows) return;
  await chmod(path, 0o644);
  await expect(read()).rejects.toThrow('was not used');
});

test('a file that is too large or no regular file is refused', async () => {
  await writeFile(join(folder, 'large'), 'x'.repeat(11), { mode: 0o600 });
  await expect(readPrivateFile(join(folder, 'large'), { maxBytes: 10 })).rejects.toThrow('was not used');
  await expect(readPrivateFile(folder, { maxBytes: 10 })).rejects.toThrow('was not used');
  if (windows) return;
  await symlink(join(folder, 'large'), join(folder, 'link'));
  await expect(readPrivateFile(join(folder, 'link'), { maxBytes: 100 })).rejects.toThrow('was not used');
});

test.skipIf(windows)('folders are made for their owner; one that others can enter is closed to them', async () => {
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  await ensurePrivateFolder(join(folder, 'a', 'b'));
  makePrivateFolderSync(join(folder, 'c', 'd'));
  for (const name of ['a', 'a/b', 'c', 'c/d']) expect(await modeOf(join(folder, name))).toBe(0o700);
  await chmod(join(folder, 'a'), 0o755);
  makePrivateFolderSync(join(folder, 'a'));
  expect(await modeOf(join(folder, 'a'))).toBe(0o755);
  await ensurePrivateFolder(join(folder, 'a'));
  expect(await modeOf(join(folder, 'a'))).toBe(0o700);
});

test('a file in the place of a folder is an error', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(await codeOf(ensurePrivateFolder(join(folder, 'file')))).toBe('EEXIST');
  expect(() => makePrivateFolderSync(join(folder, 'file'))).toThrow('EEXIST');
  expect(() => makePrivateFolderSync(join(folder, 'file', 'deeper'))).toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('a folder that nobody can make is an error, not a wait without end', async () => {
  expect(await codeOf(ensurePrivateFolder('/proc/switchyard-none/deep'))).toBe('ENOENT');
  expect(() => makePrivateFolderSync('/proc/switchyard-none/deep')).toThrow('ENOENT');
});
