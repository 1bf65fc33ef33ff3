import { chmod, mkdtemp, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { createFileStore } from './encrypted-file-store.ts';
import { memoryKeychain } from './fixtures/memory-keychain.ts';
import { type KeychainAccess, keychainKey } from './key-providers.ts';
import { keychainError } from './keychain.ts';
import { credentialPath, openCredentialStore } from './open-credential-store.ts';

let state = '';
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'sy-cred-'));
});

const secrets = new Redactor();
const open = (profile: string, keychain: KeychainAccess, env: Record<string, string> = {}, plain = false) =>
  openCredentialStore({ serverName: 'home', profile, env: { SWITCHYARD_STATE_DIR: state, ...env }, secrets, keychain, plain });
const pathOf = (profile: string) => credentialPath('home', profile, { SWITCHYARD_STATE_DIR: state });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({}),
    (error) => error.fields,
  );

test('values come back, encrypted at rest, private, with names only in the list', async () => {
  const keep = vi.spyOn(secrets, 'keep');
  const store = open('default', memoryKeychain());
  expect(await store.get('token')).toBeUndefined();
  await store.set('token', 'canary-secret-1');
  await store.set('__proto__', 'odd-name');
  expect(await store.get('token')).toBe('canary-secret-1');
  expect(await store.get('toString')).toBeUndefined();
  expect(await store.list()).toEqual(['__proto__', 'token']);
  expect(keep).toHaveBeenCalledWith('canary-secret-1');
  const text = await readFile(pathOf('default'), 'utf8');
  expect(text).not.toContain('canary');
  expect((await stat(pathOf('default'))).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(pathOf('default')))).mode & 0o777).toBe(0o700);
  expect(await readdir(dirname(pathOf('default')))).toEqual(['default.cred']);
  expect([await store.delete('token'), await store.delete('token')]).toEqual([true, false]);
  expect(await store.list()).toEqual(['__proto__']);
});

test('a tampered, truncated, moved or foreign file is an error that says how to mend it, and is never replaced', async () => {
  const store = open('default', memoryKeychain());
  await store.set('token', 'canary-secret-2');
  const path = pathOf('default');
  const good = await readFile(path, 'utf8');
  const flipped = good.replace(/"data": "(.)/, (_, first: string) => `"data": "${first === 'A' ? 'B' : 'A'}`);
  for (const bad of [
    flipped,
    good.slice(0, 40),
    '{}',
    '',
    good.replace('"version": 1', '"version": 9'),
    good.replace(/"tag": "[^"]+"/, '"tag": "AAAA"'),
  ]) {
    await writeFile(path, bad);
    for (const act of [() => store.get('token'), () => store.set('other', 'x'), () => store.list()]) {
      const fields = await failure(act());
      expect(fields).toMatchObject({ code: 'auth_required', what: expect.stringContaining('left as they are') });
      expect(fields.next.at(-1)).toContain('run login again');
    }
    expect(await readFile(path, 'utf8')).toBe(bad);
  }
});

test('a file of one profile does not open as another', async () => {
  const keychain = memoryKeychain();
  await open('one', keychain).set('token', 'x');
  await rename(pathOf('one'), pathOf('two'));
  expect(await failure(open('two', keychain).get('token'))).toMatchObject({ why: expect.stringContaining('another profile') });
});

test('another key, a lost key and another kind of key are told apart', async () => {
  const keychain = memoryKeychain();
  const store = open('default', keychain);
  await store.set('token', 'x');
  keychain.entries.set('data-key', Buffer.alloc(32, 7));
  expect(await failure(store.get('token'))).toMatchObject({ why: expect.stringContaining('another key') });
  keychain.entries.clear();
  expect(await failure(store.set('token', 'y'))).toMatchObject({ what: expect.stringContaining('no longer in the keychain') });
  expect(keychain.writes).toBe(1);
  expect(await failure(open('default', keychain, {}, true).get('token'))).toMatchObject({
    why: 'Credentials are encrypted with a key in the keychain, but this server is set to store them unencrypted.',
  });
});

test('a symlink and a file others can read are refused', async () => {
  const store = open('default', memoryKeychain());
  await store.set('token', 'x');
  await chmod(pathOf('default'), 0o640);
  expect(await failure(store.get('token'))).toMatchObject({ next: [expect.stringContaining('chmod 600')] });
  await chmod(pathOf('default'), 0o600);
  await rename(pathOf('default'), join(state, 'elsewhere'));
  await symlink(join(state, 'elsewhere'), pathOf('default'));
  expect(await failure(store.get('token'))).toMatchObject({ why: 'It is a symbolic link.' });
});

test('many first starts at once make one key', async () => {
  const keychain = memoryKeychain();
  const stores = ['a', 'b', 'c', 'd'].map((profile) => open(profile, keychain));
  await Promise.all(stores.map((store) => store.set('token', 'x')));
  expect(keychain.writes).toBe(1);
  expect(await Promise.all(stores.map((store) => store.get('token')))).toEqual(['x', 'x', 'x', 'x']);
});

test('writes of many at once are all kept', async () => {
  const store = createFileStore({
    path: join(state, 'x.cred'),
    serverName: 's',
    profile: 'x',
    secrets,
    key: keychainKey(state, memoryKeychain()),
  });
  await Promise.all(Array.from({ length: 12 }, (_, index) => store.set(`n${index}`, `v${index}`)));
  expect(await store.list()).toHaveLength(12);
});

test('a passphrase, from a file too; a wrong one is said to be wrong', async () => {
  const file = join(state, 'pass');
  await writeFile(file, 'correct horse\n', { mode: 0o600 });
  const keychain = memoryKeychain();
  await open('default', keychain, { SWITCHYARD_PASSPHRASE: 'correct horse' }).set('token', 'pp');
  expect(await open('default', keychain, { SWITCHYARD_PASSPHRASE_FILE: file }).get('token')).toBe('pp');
  expect(await failure(open('default', keychain, { SWITCHYARD_PASSPHRASE: 'wrong' }).get('token'))).toMatchObject({
    why: expect.stringContaining('passphrase'),
  });
  const forged = (await readFile(pathOf('default'), 'utf8')).replace('"n": 131072', '"n": 1073741824');
  await writeFile(pathOf('default'), forged);
  expect(await failure(open('default', keychain, { SWITCHYARD_PASSPHRASE_FILE: file }).get('token'))).toMatchObject({
    what: expect.stringContaining('out of bounds'),
  });
});

test('a key file in base64; a missing or bad one says how to make it', async () => {
  const file = join(state, 'key');
  const keychain = memoryKeychain();
  expect(await failure(open('default', keychain, { SWITCHYARD_KEY_FILE: file }).set('t', 'x'))).toMatchObject({
    next: [expect.stringContaining('openssl rand')],
  });
  await writeFile(file, `${Buffer.alloc(32, 3).toString('base64')}\n`, { mode: 0o600 });
  await open('default', keychain, { SWITCHYARD_KEY_FILE: file }).set('t', 'kf');
  expect(await open('default', keychain, { SWITCHYARD_KEY_FILE: file }).get('t')).toBe('kf');
  await writeFile(file, 'short');
  expect(await failure(open('default', keychain, { SWITCHYARD_KEY_FILE: file }).get('t'))).toMatchObject({
    why: expect.stringContaining('32 bytes'),
  });
});

test.skipIf(process.platform === 'win32')('a key or passphrase file that others can read is told of, and used', async () => {
  const file = join(state, 'mounted');
  await writeFile(file, `${Buffer.alloc(32, 3).toString('base64')}\n`, { mode: 0o444 });
  for (const name of ['SWITCHYARD_KEY_FILE', 'SWITCHYARD_PASSPHRASE_FILE']) {
    const warned: string[] = [];
    const warn = (message: string): void => void warned.push(message);
    const store = openCredentialStore({
      serverName: 's',
      profile: name,
      env: { SWITCHYARD_STATE_DIR: state, [name]: file },
      secrets,
      warn,
    });
    await store.set('t', 'x');
    expect(await store.get('t')).toBe('x');
    expect(warned[0]).toBe(`${file} can be read by other users of this machine; fix: chmod 600 ${file}`);
  }
});

test('plain storage only when asked for; sealed by the next login without it', async () => {
  const store = open('default', memoryKeychain(), {}, true);
  await store.set('token', 'plain-value');
  expect(await store.get('token')).toBe('plain-value');
  expect(store.describe).toContain('not encrypted');
  expect((await stat(pathOf('default'))).mode & 0o777).toBe(0o600);
  const sealing = open('default', memoryKeychain());
  expect(await sealing.get('token')).toBe('plain-value');
  await sealing.set('other', 'x');
  expect(await readFile(pathOf('default'), 'utf8')).not.toContain('plain-value');
  expect(sealing.describe).toContain('key in the keychain');
});

test('hints of the keychain name the cause', () => {
  const why = (text: string) => keychainError(new Error(text)).fields.why;
  expect(why('DBus error: … set your DBUS_SESSION_BUS_ADDRESS')).toContain('DBUS_SESSION_BUS_ADDRESS');
  expect(why('Cannot find native binding')).toContain('native part');
  expect(why("Cannot find module '@napi-rs/keyring-linux-x64-gnu'")).toContain('native part');
  expect(why("Cannot find module '@napi-rs/keyring'")).toContain('not installed beside this program');
  const { next = [] } = keychainError(new Error("Cannot find package '@napi-rs/keyring' imported from x")).fields;
  expect(next[0]).toContain('npm install --include=optional');
  expect(next.join(' ')).toContain('--plain');
  expect(next.filter((step) => /^or /i.test(step))).toEqual([]);
  expect(why("Couldn't access platform storage: AccessDenied")).toContain('locked');
  expect(why('something else')).toContain('could not be reached');
});
