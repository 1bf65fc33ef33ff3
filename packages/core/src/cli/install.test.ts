import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { toyServer } from '../server/fixtures/toy-server.ts';
import { install, printConfig } from './install.ts';

let home = '';
let env: Record<string, string> = {};
let out = '';
let errors = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sy-install-'));
  env = { XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') };
  out = '';
  errors = '';
  vi.stubEnv('HOME', home);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((errors += String(text))));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

const context = (argv: readonly string[], definition: typeof toyServer = toyServer) => ({ definition, argv, env, secrets: new Redactor() });
const cursor = (): string => join(home, '.cursor', 'mcp.json');
const write = async (text: string): Promise<void> => {
  await mkdir(join(cursor(), '..'), { recursive: true });
  await writeFile(cursor(), text);
};

test('what was built and not installed is started by its own path', async () => {
  const bin = '/srv/my clone/dist/bin.js';
  await printConfig(context(['cursor', 'demo'], { ...toyServer, bin }));
  expect(JSON.parse(out)).toEqual({ mcpServers: { toy: { command: 'node', args: [bin, 'demo'] } } });
});

test('where secrets and profiles lie goes into the entry; a passphrase does not', async () => {
  env = { ...env, SWITCHYARD_KEY_FILE: '/keys/one', SWITCHYARD_STATE_DIR: join(home, 'kept'), SWITCHYARD_PASSPHRASE: 'canary-phrase' };
  await printConfig(context(['vscode']));
  expect(JSON.parse(out)).toMatchObject({
    servers: { toy: { env: { SWITCHYARD_KEY_FILE: '/keys/one', SWITCHYARD_STATE_DIR: join(home, 'kept') } } },
  });
  expect(errors).toContain('SWITCHYARD_PASSPHRASE_FILE');
  expect(out + errors).not.toContain('canary-phrase');
  out = '';
  await printConfig(context(['vscode', 'demo']));
  expect(JSON.parse(out)).not.toHaveProperty('servers.toy.env');
});

test.each([
  [['--level', 'nope'], '--level'],
  [['--profile', 'cabin'], 'there is no profile "cabin"'],
  [['kitchen'], '"kitchen" belongs to no flag'],
  [['demo', 'serve'], '"serve" belongs to no flag'],
])('%j is refused before anything is written', async (words, told) => {
  for (const command of [install, printConfig])
    await expect(command(context(['cursor', ...words]))).rejects.toMatchObject({ fields: { why: expect.stringContaining(told) } });
  expect(await readdir(home)).toEqual([]);
});

test('the client comes first, and that is said', async () => {
  await expect(printConfig(context(['--url', 'http://a', 'cursor']))).rejects.toMatchObject({
    fields: { what: expect.stringContaining('comes first') },
  });
});

test('an entry of something else is not taken unasked; asked and agreed, none of it stays', async () => {
  const text = JSON.stringify({ mcpServers: { toy: { command: 'python', args: ['their.py'], env: { THEIRS: 'x' } } } });
  await write(text);
  await expect(install(context(['cursor']))).rejects.toMatchObject({
    fields: { code: 'conflict', what: expect.stringContaining('"toy"') },
  });
  expect(await readFile(cursor(), 'utf8')).toBe(text);
  expect(await readdir(join(home, '.cursor'))).toEqual(['mcp.json']);
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as never);
  stdin.write('y\r');
  expect(await install(context(['cursor']))).toBe(0);
  expect(JSON.parse(await readFile(cursor(), 'utf8'))).toEqual({
    mcpServers: { toy: { command: 'npx', args: ['-y', '@switchyard-mcp/toy@1.2.3'] } },
  });
});

test('an entry from another version or another clone is ours', async () => {
  for (const entry of [
    { command: 'npx', args: ['-y', '@switchyard-mcp/toy'] },
    { command: 'node', args: ['/old/packages/toy/dist/bin.js'] },
  ]) {
    await write(JSON.stringify({ mcpServers: { toy: { ...entry, env: { MINE: 'x' } } } }));
    expect(await install(context(['cursor']))).toBe(0);
    expect(JSON.parse(await readFile(cursor(), 'utf8'))).toEqual({
      mcpServers: { toy: { command: 'npx', args: ['-y', '@switchyard-mcp/toy@1.2.3'], env: { MINE: 'x' } } },
    });
  }
});

test('a byte order mark is no damage and stays; a second run writes nothing', async () => {
  await write('\ufeff{\n    "theme": 1\n}\n');
  await install(context(['cursor']));
  const written = await readFile(cursor(), 'utf8');
  expect(written.startsWith('\ufeff{\n    "theme"')).toBe(true);
  const files = await readdir(join(home, '.cursor'));
  await install(context(['cursor']));
  expect(errors).toContain('says so already');
  expect(await readdir(join(home, '.cursor'))).toEqual(files);
  expect(await readFile(cursor(), 'utf8')).toBe(written);
});

test.skipIf(process.platform === 'win32')('a config that cannot be written is named', async () => {
  await writeFile(join(home, '.cursor'), 'a file where the folder belongs');
  await expect(install(context(['cursor']))).rejects.toMatchObject({
    fields: { what: expect.stringContaining(cursor()), why: expect.stringContaining('not a folder') },
  });
});

test.skipIf(process.platform === 'win32')('what Claude Code said is told, and how to put the new entry in place of the old', async () => {
  const program = join(home, 'claude');
  vi.stubEnv('PATH', `${home}${delimiter}${process.env['PATH'] ?? ''}`);
  await writeFile(program, '#!/bin/sh\necho "MCP server toy already exists in local config" >&2\nexit 1\n');
  await chmod(program, 0o755);
  env['SWITCHYARD_KEY_FILE'] = '/keys/one';
  expect(await install(context(['claude-code']))).toBe(1);
  expect(errors).toContain('already exists in local config');
  expect(errors).toContain('claude mcp remove toy\n');
  expect(errors).toContain('claude mcp add toy -e SWITCHYARD_KEY_FILE=/keys/one -- npx -y @switchyard-mcp/toy@1.2.3');
  await writeFile(program, '#!/bin/sh\nexit 0\n');
  errors = '';
  expect(await install(context(['claude-code']))).toBe(0);
  expect(errors).toMatch(/^✔ claude mcp add/);
});
