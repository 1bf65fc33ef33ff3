import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { memoryKeychain } from './fixtures/memory-keychain.ts';
import type { KeychainAccess } from './key-providers.ts';
import { credentialPath, openCredentialStore } from './open-credential-store.ts';
import { rotateKey } from './rotate-key.ts';

const secrets = new Redactor();
let state = '';
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'sy-rotate-'));
});
const env = (more: Record<string, string> = {}) => ({ SWITCHYARD_STATE_DIR: state, ...more });
const open = (serverName: string, keychain: KeychainAccess, more?: Record<string, string>) =>
  openCredentialStore({ serverName, profile: 'default', env: env(more), secrets, keychain });
const rotate = (keychain: KeychainAccess, more?: Record<string, string>) =>
  rotateKey({ serverName: 'home', profile: 'default', env: env(more), secrets, keychain });
const pathOf = (serverName: string) => credentialPath(serverName, 'default', env());
const keyIdOf = async (serverName: string): Promise<string> => JSON.parse(await readFile(pathOf(serverName), 'utf8')).key.id;

test('keychain: every store of the user gets the new key, and the old one goes', async () => {
  const keychain = memoryKeychain();
  await open('home', keychain).set('token', 'one');
  await open('vivint', keychain).set('token', 'two');
  const before = [await keyIdOf('home'), keychain.entries.get('data-key')];
  expect(await rotate(keychain)).toMatchObject({ resealed: [pathOf('home'), pathOf('vivint')], left: [] });
  expect([await open('home', keychain).get('token'), await open('vivint', keychain).get('token')]).toEqual(['one', 'two']);
  expect([...keychain.entries.keys()]).toEqual(['data-key']);
  expect([await keyIdOf('home'), keychain.entries.get('data-key')]).not.toEqual(before);
  expect(await keyIdOf('vivint')).toBe(await keyIdOf('home'));
  expect(await readdir(dirname(pathOf('home')))).toEqual(['default.cred']);
});

test('an emptied store gets the new key as well, so that a login can fill it again', async () => {
  const keychain = memoryKeychain();
  const [old, next] = [join(state, 'old.key'), join(state, 'next.key')];
  await writeFile(old, Buffer.alloc(32, 1), { mode: 0o600 });
  await writeFile(next, Buffer.alloc(32, 2), { mode: 0o600 });
  const kinds = [
    { before: {}, during: {}, after: {} },
    {
      before: { SWITCHYARD_KEY_FILE: old },
      during: { SWITCHYARD_KEY_FILE: old, SWITCHYARD_NEW_KEY_FILE: next },
      after: { SWITCHYARD_KEY_FILE: next },
    },
  ];
  for (const { before, during, after } of kinds) {
    await rm(pathOf('home'), { force: true });
    await open('home', keychain, before).set('token', 'one');
    await open('home', keychain, before).delete('token');
    const sealedWith = await keyIdOf('home');
    expect(await rotate(keychain, during)).toMatchObject({ resealed: [pathOf('home')], left: [] });
    expect(await keyIdOf('home')).not.toBe(sealedWith);
    await open('home', keychain, after).set('token', 'two');
    expect(await open('home', keychain, after).get('token')).toBe('two');
  }
});

test('keychain: a store that cannot be read keeps the old key, which stays until it is mended', async () => {
  const keychain = memoryKeychain();
  await open('home', keychain).set('token', 'one');
  await open('vivint', keychain).set('token', 'two');
  const whole = await readFile(pathOf('vivint'), 'utf8');
  await writeFile(pathOf('vivint'), whole.replace(/"tag": "./, '"tag": "!'));
  const first = await rotate(keychain);
  expect(first).toMatchObject({ resealed: [pathOf('home')], left: [{ path: pathOf('vivint') }], oldKey: expect.stringContaining('stays') });
  await writeFile(pathOf('vivint'), whole);
  expect(await open('vivint', keychain).get('token')).toBe('two');
  const inForce = keychain.entries.get('data-key');
  expect(await rotate(keychain)).toMatchObject({ resealed: [pathOf('home'), pathOf('vivint')], left: [] });
  expect([...keychain.entries]).toEqual([['data-key', inForce]]);
});

test('keychain: interrupted at any step, everything can still be read and the next rotation finishes', async () => {
  for (let step = 1; step <= 6; step += 1) {
    state = await mkdtemp(join(tmpdir(), 'sy-rotate-'));
    const keychain = memoryKeychain();
    await open('home', keychain).set('token', `step ${step}`);
    const first = keychain.entries.get('data-key');
    let count = 0;
    const dying =
      <Args extends readonly unknown[], T>(act: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        count += 1;
        if (count >= step) throw new Error('interrupted');
        return act(...args);
      };
    const failing: KeychainAccess = { read: dying(keychain.read), write: dying(keychain.write), remove: dying(keychain.remove) };
    await rotate(failing).catch(() => undefined);
    expect(await open('home', keychain).get('token')).toBe(`step ${step}`);
    expect((await rotate(keychain)).left).toEqual([]);
    expect(await open('home', keychain).get('token')).toBe(`step ${step}`);
    expect([...keychain.entries.keys()]).toEqual(['data-key']);
    expect(keychain.entries.get('data-key')).not.toEqual(first);
  }
});

test('a key file: the next one is named by the person; the old one opens nothing more, and is left alone', async () => {
  const keychain = memoryKeychain();
  const [old, next] = [join(state, 'old.key'), join(state, 'next.key')];
  await writeFile(old, Buffer.alloc(32, 1), { mode: 0o600 });
  await open('home', keychain, { SWITCHYARD_KEY_FILE: old }).set('token', 'one');
  await expect(rotate(keychain, { SWITCHYARD_KEY_FILE: old })).rejects.toMatchObject({
    fields: { next: [expect.stringContaining('SWITCHYARD_NEW_KEY_FILE')] },
  });
  const both = { SWITCHYARD_KEY_FILE: old, SWITCHYARD_NEW_KEY_FILE: next };
  await expect(rotate(keychain, both)).rejects.toMatchObject({ fields: { why: 'It does not exist.' } });
  expect(await open('home', keychain, { SWITCHYARD_KEY_FILE: old }).get('token')).toBe('one');
  await writeFile(next, Buffer.alloc(32, 2), { mode: 0o600 });
  expect((await rotate(keychain, both)).oldKey).toContain('SWITCHYARD_KEY_FILE');
  expect(await open('home', keychain, { SWITCHYARD_KEY_FILE: next }).get('token')).toBe('one');
  await expect(open('home', keychain, { SWITCHYARD_KEY_FILE: old }).get('token')).rejects.toThrow('could not be read');
  expect(await readFile(old)).toEqual(Buffer.alloc(32, 1));
});

test('without anything stored there is no key to rotate', async () => {
  await expect(rotate(memoryKeychain())).rejects.toMatchObject({ fields: { code: 'not_found', sideEffects: 'none' } });
});
