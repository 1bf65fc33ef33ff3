import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { toyServer } from '../server/fixtures/toy-server.ts';
import { auth, login, logout } from './login.ts';

const secret = 'canary-token-51c2';
let home = '';
let env: Record<string, string> = {};
let said = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sy-login-'));
  for (const [name, byte] of [
    ['old.key', 1],
    ['new.key', 2],
  ] as const)
    await writeFile(join(home, name), Buffer.alloc(32, byte), { mode: 0o600 });
  env = {
    SWITCHYARD_CONFIG_DIR: join(home, 'config'),
    SWITCHYARD_STATE_DIR: join(home, 'state'),
    SWITCHYARD_KEY_FILE: join(home, 'old.key'),
  };
  said = '';
  const write = (text: unknown): boolean => Boolean((said += String(text)));
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
  vi.spyOn(process.stderr, 'write').mockImplementation(write);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(home, { recursive: true, force: true });
});

const definition = { ...toyServer, login: async () => ({ url: 'http://lamp.example:81', token: secret }) };
const context = (...argv: readonly string[]) => ({ definition, argv, env, secrets: new Redactor() });

test('login keeps the secret sealed and the rest in a profile; list names it, logout forgets it', async () => {
  expect(await login(context('--profile', 'cabin'))).toBe(0);
  const [profile, store] = [join(home, 'config/toy/cabin.json'), join(home, 'state/toy/cabin.cred')];
  expect(said).toContain('Next: npx -y @switchyard-mcp/toy install claude-code --profile cabin\n');
  expect(JSON.parse(await readFile(profile, 'utf8'))).toEqual({ version: 1, url: 'http://lamp.example:81' });
  expect(await readFile(store, 'utf8')).not.toContain(secret);
  expect(await auth(context('list', '--profile', 'cabin'))).toBe(0);
  expect(said).toContain('token\n');
  expect(await logout(context('--profile', 'cabin'))).toBe(0);
  expect(said).toContain('Forgot token of profile "cabin"');
  expect(await logout(context('--profile', 'cabin'))).toBe(0);
  expect(said).toContain('holds no secret');
  expect(said).not.toContain(secret);
});

test('a login keeps what else the profile holds, and no older secret stands above the new one', async () => {
  await login(context());
  const path = join(home, 'config/toy/default.json');
  const kept = { $schema: './x.json', level: 'read', audit: 'on', toolsets: ['lamp'] };
  await writeFile(path, JSON.stringify({ version: 1, ...kept, url: 'http://old.example', token: 'canary-older' }), { mode: 0o600 });
  expect(await login(context())).toBe(0);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, ...kept, url: 'http://lamp.example:81' });
});

test('after login --plain the other commands find the secret', async () => {
  expect(await login(context('--plain'))).toBe(0);
  expect(await auth(context('list'))).toBe(0);
  expect(said).toMatch(/token\n.*not encrypted/s);
  expect(await logout(context())).toBe(0);
  expect(said).toContain('Forgot token');
});

test('a login that fails leaves nothing', async () => {
  const broken = { ...definition, login: () => Promise.reject(new Error('refused')) };
  await expect(login({ ...context(), definition: broken })).rejects.toThrow('refused');
  await expect(readFile(join(home, 'config/toy/default.json'))).rejects.toThrow('ENOENT');
  await expect(readFile(join(home, 'state/toy/default.cred'))).rejects.toThrow('ENOENT');
});

test('only login may name a profile that is not there; the others name the one that was meant', async () => {
  await login(context('--profile', 'cabin'));
  for (const act of [() => logout(context('--profile', 'cabn')), () => auth(context('list', '--profile', 'cabn'))])
    await expect(act()).rejects.toMatchObject({ fields: { code: 'not_found', what: expect.stringContaining('did you mean cabin?') } });
});

test.each([
  ['a name no profile can have', ['--profile', 'my cabin'], 'profile name cannot be used'],
  ['a misspelt flag', ['--profle', 'cabin'], 'did you mean --profile?'],
  ['a shortened flag', ['--prof', 'cabin'], '--prof'],
  ['a flag without its value', ['--profile'], 'needs a value'],
  ['an empty name', ['--profile', ''], 'needs a value'],
  ['a secret on the command line', ['--token', secret], 'TOY_TOKEN'],
  ['a flag of one dash', ['-p', 'cabin'], '--profile'],
  ['a name without its flag', ['cabin'], '--profile'],
  ['a secret behind a misspelt flag', ['--tokn', secret], '--tokn'],
  ['a value for a setting that it cannot have', ['--url', 'nowhere'], '--url'],
])('%s stops every command before the default profile is touched', async (_case, words, told) => {
  await login(context());
  await login(context('--profile', 'cabin'));
  const asked = vi.fn(definition.login);
  for (const act of [
    () => login({ ...context(...words), definition: { ...definition, login: asked } }),
    () => logout(context(...words)),
    () => auth(context('list', ...words)),
    () => auth(context('rotate', ...words)),
  ]) {
    const error: unknown = await act().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fields: { sideEffects: 'none', what: expect.stringContaining(told) } });
    expect(JSON.stringify(error)).not.toContain(secret);
  }
  expect(asked).not.toHaveBeenCalled();
  said = '';
  expect(await auth(context('list'))).toBe(0);
  expect(said).toContain('token\n');
});

test('a profile file that is damaged is not written over by a login', async () => {
  await login(context('--profile', 'cabin'));
  await writeFile(join(home, 'config/toy/cabin.json'), '{"url":');
  await expect(login(context('--profile', 'cabin'))).rejects.toMatchObject({ fields: { what: expect.stringContaining('not valid JSON') } });
  expect(await readFile(join(home, 'config/toy/cabin.json'), 'utf8')).toBe('{"url":');
});

test('a bad value in the environment stops no login: it is what a login mends', async () => {
  env['TOY_URL'] = 'nowhere';
  expect(await login(context('--plain'))).toBe(0);
});

test('auth rotate seals with the new key and says what to set from now on', async () => {
  await login(context());
  env['SWITCHYARD_NEW_KEY_FILE'] = join(home, 'new.key');
  expect(await auth(context('rotate'))).toBe(0);
  expect(said).toMatch(/default\.cred has the new key\.\n.*SWITCHYARD_KEY_FILE/s);
  env = { ...env, SWITCHYARD_KEY_FILE: join(home, 'new.key') };
  expect(await auth(context('list'))).toBe(0);
  expect(said).not.toContain(secret);
});

test('auth alone says what it can do', async () => {
  expect(await auth(context())).toBe(2);
  expect(said).toContain('auth rotate');
});

test.runIf(process.platform === 'linux')('what cannot be kept is found before anything is asked, and names the folder', async () => {
  const asked = vi.fn(definition.login);
  const again = () => login({ ...context('--plain'), definition: { ...definition, login: asked } });
  // Nobody, root included, can make a folder there, and a recursive mkdir of Node would try for ever.
  const nowhere = '/proc/switchyard-none';
  for (const name of ['STATE', 'CONFIG']) {
    const usual = { ...env };
    env = { ...env, [`SWITCHYARD_${name}_DIR`]: nowhere };
    await expect(again()).rejects.toMatchObject({
      fields: {
        what: expect.stringContaining(join(nowhere, 'toy')),
        next: [expect.any(String), expect.stringContaining(`SWITCHYARD_${name}_DIR`)],
      },
    });
    env = usual;
  }
  env = { ...env, SWITCHYARD_KEY_FILE: join(home, 'no.key') };
  await expect(login({ ...context(), definition: { ...definition, login: asked } })).rejects.toMatchObject({
    fields: { what: expect.stringContaining('no.key') },
  });
  expect(asked).not.toHaveBeenCalled();
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder that this user may not write is named', async () => {
  await mkdir(join(home, 'state'));
  await chmod(join(home, 'state'), 0o500);
  await expect(login(context())).rejects.toMatchObject({ fields: { why: expect.stringContaining('EACCES') } });
});

test('auth list says when nothing is stored, and names no file that is not there', async () => {
  await login(context());
  await logout(context());
  said = '';
  expect(await auth(context('list'))).toBe(0);
  expect(said).toBe('Nothing is stored for profile "default".\n');
});

test('settings given as flags are kept in the profile, and said', async () => {
  expect(await login(context('--level', 'read', '--toolsets', 'lamp', '--read-only', '--url', 'http://typed.example'))).toBe(0);
  expect(JSON.parse(await readFile(join(home, 'config/toy/default.json'), 'utf8'))).toEqual({
    version: 1,
    level: 'read',
    toolsets: ['lamp'],
    readOnly: true,
    // What the login itself found to be right stands above what was typed.
    url: 'http://lamp.example:81',
  });
  expect(said).toContain('with level, toolsets, readOnly:');
  said = '';
  expect(await login(context())).toBe(0);
  expect(said).toContain('Saved as profile "default": ');
});
