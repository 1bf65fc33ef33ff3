import { chmod, mkdir, mkdtemp, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { Redactor } from '../security/redactor.ts';
import { directories, fileNameOf } from './directories.ts';
import { type LoadOptions, loadSettings } from './load-settings.ts';
import { changeProfile, profilePath, readProfile } from './profile-file.ts';
import { createReferenceResolver, isReference } from './references.ts';
import { defineSettings } from './setting.ts';

const schema = defineSettings({
  url: {
    schema: z.url(),
    title: 'Address',
    description: 'Where it is.',
    env: ['HA_URL', 'HASS_URL'],
    flag: 'url',
    example: 'http://ha.local:8123',
  },
  token: { schema: z.string().min(8), title: 'Token', description: 'A token.', env: ['HA_TOKEN', 'HASS_TOKEN'], secret: true },
  level: {
    schema: z.enum(['read_only', 'control']).default('control'),
    title: 'Level',
    description: 'Level.',
    env: ['HA_LEVEL'],
    flag: 'level',
  },
  insecure: { schema: z.boolean().optional(), title: 'Insecure', description: 'No TLS.', env: ['HA_INSECURE'], flag: 'insecure' },
  areas: { schema: z.array(z.string()).default([]), title: 'Areas', description: 'Areas.', env: ['HA_AREAS'], flag: 'areas' },
  port: { schema: z.number().int().max(65535).optional(), title: 'Port', description: 'Port.', env: ['HA_PORT'], flag: 'port' },
});

const secrets = new Redactor();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sy-config-'));
});

const load = (argv: readonly string[] = [], env: Record<string, string> = {}, more: Partial<LoadOptions> = {}) =>
  loadSettings(schema, {
    serverName: 'home',
    argv,
    secrets,
    env: { SWITCHYARD_CONFIG_DIR: folder, SWITCHYARD_STATE_DIR: folder, ...env },
    ...more,
  });
const saveProfile = (values: Record<string, unknown>, name = 'default') =>
  changeProfile(profilePath('home', name, { SWITCHYARD_CONFIG_DIR: folder }), values);

test('flags beat environment, environment beats the profile, the profile beats the default', async () => {
  await saveProfile({ url: 'http://profile', level: 'read_only', port: 3 });
  const { values, sources, problems } = await load(['--url=http://flag'], { HA_URL: 'http://env', HASS_URL: 'http://alias', HA_PORT: '4' });
  expect(problems).toEqual([]);
  expect(values).toMatchObject({ url: 'http://flag', port: 4, level: 'read_only', areas: [] });
  expect(sources.url).toEqual({ from: 'flag', name: '--url' });
  expect(sources.port).toEqual({ from: 'environment', name: 'HA_PORT' });
  expect(sources.level.from).toBe('profile');
  expect(sources.areas).toEqual({ from: 'default' });
  expect(sources.token).toEqual({ from: 'unset' });
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are the placeholders that hosts leave in.
test('blank values and placeholders a host left in are unset, without an error', async () => {
  const env = { HA_URL: '${user_config.url}', HASS_URL: 'http://alias', HA_TOKEN: '  ', HA_TOKEN_FILE: '${TOKEN_FILE}', HA_LEVEL: '' };
  const { values, problems } = await load(['--port', '${user_config.port}'], env);
  expect(problems).toEqual([]);
  expect(values).toMatchObject({ url: 'http://alias', level: 'control', port: undefined, token: undefined });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.

test('text becomes booleans, numbers and lists; flags of booleans are bare or negated; the rest is left for commands', async () => {
  const first = await load(
    ['call', 'ha_search', '--insecure', 'query=x', '--areas', 'hall,kitchen', '--areas=bath', '--json', '--', '--url'],
    {},
    { otherFlags: { json: 'boolean' } },
  );
  expect(first.problems).toEqual([]);
  expect(first.values).toMatchObject({ insecure: true, areas: ['hall', 'kitchen', 'bath'] });
  expect(first.rest).toEqual(['call', 'ha_search', 'query=x', '--json', '--url']);
  const second = await load(['--no-insecure'], { HA_AREAS: ' a , ,b', HA_INSECURE: 'yes' });
  expect(second.values).toMatchObject({ insecure: false, areas: ['a', 'b'] });
});

test.each([
  ['no', false],
  ['OFF', false],
  ['0', false],
  ['true', true],
])('a %s after a switch is its value, another word is not', async (word, value) => {
  const { values, rest } = await load(['--insecure', word, 'extra']);
  expect([values.insecure, rest]).toEqual([value, ['extra']]);
  expect((await load(['--insecure', 'query=no'])).values.insecure).toBe(true);
});

test('all problems come at once, in plain words, with near misses and without the values of secrets', async () => {
  const env = { HA_TOKEN: 'short7!', HA_LEVEL: 'contrl', HA_PORT: '99999', HA_INSECURE: 'maybe' };
  const { problems, values } = await load(['--urll', 'nowhere', '--url', 'not an address'], env);
  const text = problems.map((problem) => `${problem.where} ${problem.problem}`);
  expect(text).toEqual([
    '--urll is not a flag; did you mean --url?',
    '--url must be a full address such as https://host:port (got not an address)',
    'HA_TOKEN must be at least 8 characters long',
    'HA_LEVEL must be one of read_only, control; did you mean control? (got contrl)',
    'HA_INSECURE must be true or false (got maybe)',
    'HA_PORT must be at most 65535 (got 99999)',
  ]);
  expect(JSON.stringify(problems)).not.toContain('short7');
  expect(values.url).toBeUndefined();
});

test('a wrong entry of a list is named by what it says', async () => {
  const rooms = defineSettings({
    rooms: { schema: z.array(z.enum(['hall', 'bath'])), title: 'Rooms', description: 'Rooms.', env: ['HA_ROOMS'], flag: 'rooms' },
  });
  const options = { serverName: 'home', argv: ['--rooms', 'hall, ,bth'], secrets, env: { SWITCHYARD_CONFIG_DIR: folder } };
  expect((await loadSettings(rooms, options)).problems[0]?.problem).toBe(
    '"bth" must be one of hall, bath; did you mean bath? (got hall, ,bth)',
  );
});

test('a secret on the command line is refused and registered, never used', async () => {
  const keep = vi.spyOn(secrets, 'keep');
  const { problems, values, rest } = await load(['--token', 'cli-secret-1']);
  expect(problems[0]?.problem).toContain('HA_TOKEN_FILE');
  expect(JSON.stringify({ problems, values, rest })).not.toContain('cli-secret-1');
  expect(keep).toHaveBeenCalledWith('cli-secret-1');
});

test('NAME_FILE is read, its secret registered; a missing file is a problem', async () => {
  const keep = vi.spyOn(secrets, 'keep');
  await writeFile(join(folder, 'token'), 'file-secret-1\n', { mode: 0o600 });
  const good = await load([], { HA_TOKEN_FILE: join(folder, 'token') });
  expect(good.values.token).toBe('file-secret-1');
  expect(good.sources.token).toEqual({ from: 'environment', name: 'HA_TOKEN_FILE' });
  expect(keep).toHaveBeenCalledWith('file-secret-1');
  const bad = await load([], { HA_TOKEN_FILE: join(folder, 'none') });
  expect(bad.problems).toEqual([
    { setting: 'token', where: 'HA_TOKEN_FILE', problem: 'names a file that cannot be used: the file does not exist' },
  ]);
});

test('a misspelt profile is a problem with the one that was meant, not an empty profile', async () => {
  await saveProfile({ url: 'http://cabin' }, 'cabin');
  await mkdir(join(folder, 'home'), { recursive: true });
  await writeFile(join(folder, 'home', 'lodge.cred'), '{}');
  const env = { SWITCHYARD_STATE_DIR: folder };
  expect((await load(['--profile', 'cabn'], env)).problems).toEqual([
    { setting: 'profile', where: '--profile', problem: 'there is no profile "cabn"; did you mean cabin?' },
  ]);
  expect((await load([], { ...env, SWITCHYARD_PROFILE: 'office' })).problems).toEqual([
    { setting: 'profile', where: 'SWITCHYARD_PROFILE', problem: 'there is no profile "office"; the profiles are cabin, lodge' },
  ]);
  for (const name of ['cabin', 'lodge', 'default']) expect((await load(['--profile', name], env)).problems).toEqual([]);
});

test('the store is asked only for secrets that nothing else sets', async () => {
  await saveProfile({}, 'work');
  const asked: string[] = [];
  const storeLookup = async (key: string, profile: string) => {
    asked.push(`${profile}/${key}`);
    return 'stored-secret';
  };
  expect((await load(['--profile', 'work'], {}, { storeLookup })).values.token).toBe('stored-secret');
  expect(asked).toEqual(['work/token']);
  expect((await load([], { HASS_TOKEN: 'env-secret-1' }, { storeLookup })).values.token).toBe('env-secret-1');
  expect(asked).toHaveLength(1);
});

test('a profile with unknown keys, a wrong version or bad JSON says what and where', async () => {
  await saveProfile({ ulr: 'http://x' });
  const path = profilePath('home', 'default', { SWITCHYARD_CONFIG_DIR: folder });
  expect((await load()).problems).toEqual([{ setting: 'ulr', where: path, problem: '"ulr" is not a setting; did you mean url?' }]);
  await writeFile(path, '{"version":1,"level":["a","b"]}');
  expect((await load()).problems[0]?.problem).toMatch(/^"level" must be one of .*\(got \["a","b"\]\)$/);
  await writeFile(path, '{"version":2}');
  expect((await load()).problems[0]?.problem).toContain('newer release');
  await writeFile(path, '{"version":1,');
  expect((await load()).problems[0]?.problem).toContain('not valid JSON');
  expect((await load(['--profile', '../../etc'])).problems[0]?.problem).toContain('cannot be used');
});

test('profiles are written 0600 and atomically; a secret in an exposed one is refused', async () => {
  await saveProfile({ token: 'profile-secret' });
  const path = profilePath('home', 'default', { SWITCHYARD_CONFIG_DIR: folder });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, token: 'profile-secret' });
  expect((await load()).values.token).toBe('profile-secret');
  await chmod(path, 0o644);
  const exposed = await load();
  expect(exposed.values.token).toBeUndefined();
  expect(exposed.problems[0]?.problem).toContain('chmod 600');
  await symlink(path, join(folder, 'home', 'link.json'));
  await expect(readProfile(join(folder, 'home', 'link.json'), schema)).rejects.toThrow('was not used');
});

test('references are followed for the winning value only', async () => {
  const { values, problems } = await load([], { HA_TOKEN: 'env:REAL', REAL: 'referenced-1', HASS_TOKEN: 'op://never/read/me' });
  expect([values.token, problems]).toEqual(['referenced-1', []]);
  const missing = await load([], { HA_TOKEN: 'env:MISSING' });
  expect(missing.problems[0]).toMatchObject({ setting: 'token', where: 'HA_TOKEN' });
  expect(missing.problems[0]?.problem).toContain('MISSING is not set');
});

test.each([
  ['store:p', 'profile/key'],
  ['keychain:ab', 'service/account'],
  ['file:tok-and-more', '/absolute/path'],
  ['op:vault/item', '//vault/item/field'],
  ['env:', 'NAME'],
  ['Store:work/token', 'profile/key'],
])('%s is no reference and is not taken as the secret either', async (raw, form) => {
  const { values, problems } = await load([], { HA_TOKEN: raw }, { defer: ['token'] });
  expect(values.token).toBeUndefined();
  expect(problems).toEqual([expect.objectContaining({ setting: 'token', where: 'HA_TOKEN' })]);
  expect(secrets.redact(problems[0]?.problem ?? '')).toMatch(new RegExp(`begins like a reference and is none; .*colon comes ${form}$`));
});

test('what was stored is the secret itself, even when it begins like a reference', async () => {
  for (const secret of ['store:pass-phrase', 'store:pass/phrase'])
    expect((await load([], {}, { storeLookup: async () => secret })).values.token).toBe(secret);
});

test('each kind of reference resolves lazily and once', async () => {
  const op = join(folder, 'op');
  await writeFile(op, '#!/bin/sh\n[ "$1" = read ] || exit 2\nprintf "from-op %s" "$3"\n', { mode: 0o700 });
  await mkdir(join(folder, 'dir'));
  await writeFile(join(folder, 'big'), 'x'.repeat(70_000), { mode: 0o600 });
  await writeFile(join(folder, 'open'), 'open-secret', { mode: 0o644 });
  const warn = vi.fn();
  const storeLookup = vi.fn(async (key: string, profile: string) => `${profile}:${key}`);
  const resolver = createReferenceResolver({
    env: process.env,
    secrets,
    opCommand: op,
    storeLookup,
    keychain: async (s, a) => `${s}+${a}`,
    warn,
  });
  expect(storeLookup).not.toHaveBeenCalled();
  expect(await resolver.resolve('op://v/i/f; rm x')).toBe('from-op op://v/i/f; rm x');
  expect(await resolver.resolve('store:work/token')).toBe('work:token');
  await resolver.resolve('store:work/token');
  expect(storeLookup).toHaveBeenCalledTimes(1);
  expect(await resolver.resolve('keychain:svc/acc')).toBe('svc+acc');
  expect(await resolver.resolve(`file:${join(folder, 'open')}`)).toBe('open-secret');
  expect(warn).toHaveBeenCalledTimes(1);
  await expect(resolver.resolve(`file:${join(folder, 'big')}`)).rejects.toMatchObject({
    fields: { why: expect.stringContaining('64 KB') },
  });
  await expect(resolver.resolve(`file:${join(folder, 'dir')}`)).rejects.toMatchObject({ fields: { code: 'auth_required' } });
});

test("1Password's program may be missing, refuse, or hang", async () => {
  const why = async (script: string | undefined, timeoutMs = 60_000) => {
    const op = join(folder, `op-${Math.random()}`);
    if (script) await writeFile(op, script, { mode: 0o700 });
    const resolver = createReferenceResolver({ env: process.env, secrets, opCommand: op, timeoutMs });
    return resolver.resolve('op://a/b/c').catch((error) => error.fields.why);
  };
  expect(await why(undefined)).toContain('could not be started');
  expect(await why('#!/bin/sh\necho secret-on-stderr >&2; exit 1\n')).toBe("1Password's op refused it.");
  expect(await why('#!/bin/sh\nexec sleep 20\n', 200)).toContain('did not answer');
});

test('ordinary values are not mistaken for references', () => {
  for (const text of ['http://x', 'C:\\x', 'eyJhbGciOi', 'env:', 'file:relative', 'store:x']) expect(isReference(text)).toBe(false);
});

test('directories follow each system and the overrides', () => {
  expect(directories({ XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative' }, { platform: 'linux', home: '/h' })).toEqual({
    config: '/c/switchyard',
    state: '/h/.local/state/switchyard',
    cache: '/h/.cache/switchyard',
  });
  expect(directories({}, { platform: 'darwin', home: '/h' }).config).toBe('/h/Library/Application Support/switchyard');
  expect(directories({ APPDATA: 'C:\\R' }, { platform: 'win32', home: 'C:\\h' }).config).toBe('C:\\R\\switchyard');
  expect(directories({ SWITCHYARD_STATE_DIR: '/s' }, { platform: 'linux', home: '/h' }).state).toBe('/s');
  expect(() => fileNameOf('profile', '../x')).toThrow('cannot be used');
});
