import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { directories, type Environment } from '../config/directories.ts';
import { isToolError, refuse, type ToolError } from '../errors/tool-error.ts';
import { errorCodeOf } from '../files/system-error.ts';
import type { Secrets } from '../security/redactor.ts';
import { keyOfFile, resealStore } from './encrypted-file-store.ts';
import { type KeychainAccess, type KeyProvider, keychainKey, keyId, osKeychain, storeKey, withKeychainLock } from './key-providers.ts';
import { credentialPath, namedKey } from './open-credential-store.ts';

export interface RotateOptions {
  readonly serverName: string;
  readonly profile: string;
  readonly env: Environment;
  readonly secrets: Secrets;
  /** Stands in for the OS keychain. */
  readonly keychain?: KeychainAccess;
}

export interface Rotation {
  /** Files that the new key opens, each read back with it. */
  readonly resealed: readonly string[];
  /** Files that could not be sealed anew, with the cause; the old key is kept for them. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
  /** What is true of the old key now, and what the person must do, in one sentence. */
  readonly oldKey: string;
}

interface StoreFile {
  readonly path: string;
  readonly serverName: string;
  readonly profile: string;
}

const entriesOf = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error))) return [];
    throw error;
  }
};

/** Every credential file of this user: the keychain's key is one for all of them. */
const allStores = async (state: string): Promise<readonly StoreFile[]> => {
  const found: StoreFile[] = [];
  for (const serverName of await entriesOf(state))
    for (const file of await entriesOf(join(state, serverName)))
      if (file.endsWith('.cred')) found.push({ path: join(state, serverName, file), serverName, profile: file.slice(0, -'.cred'.length) });
  return found;
};

const whyOf = (error: unknown): string =>
  isToolError(error) ? `${error.fields.what} ${error.fields.why ?? ''}`.trim() : 'It could not be written.';

/** Seals with the key in force whatever the old one still opens; the old one goes when nothing needs it. */
const finish = async (state: string, keychain: KeychainAccess, key: Buffer): Promise<Rotation> => {
  const header = { kind: 'keychain', id: keyId(key) } as const;
  const next: KeyProvider = { kind: 'keychain', keyFor: async () => ({ key, header }) };
  const resealed: string[] = [];
  const left: { path: string; why: string }[] = [];
  for (const store of await allStores(state)) {
    try {
      const sealed = await keyOfFile(store.path);
      if (sealed?.kind !== 'keychain') continue;
      const there = sealed.id === header.id || (await resealStore({ ...store, key: keychainKey(state, keychain) }, next));
      if (there) resealed.push(store.path);
    } catch (error) {
      left.push({ path: store.path, why: whyOf(error) });
    }
  }
  if (left.length > 0)
    return {
      resealed,
      left,
      oldKey: 'The old key stays in the keychain until they are sealed anew: mend them, then run auth rotate again.',
    };
  await keychain.remove('data-key-old');
  return { resealed, left, oldKey: 'The old key is gone from the keychain.' };
};

const rotateKeychain = (state: string, keychain: KeychainAccess): Promise<Rotation> =>
  withKeychainLock(state, async () => {
    const key = await keychain.read('data-key');
    if (!key) throw nothing('There is no key in the keychain yet.');
    // A rotation that was interrupted is finished with the key it made. Without one, both entries hold the old key: it begins anew.
    const old = await keychain.read('data-key-old');
    if (old && !old.equals(key)) return finish(state, keychain, key);
    await storeKey(keychain, 'data-key-old', key);
    return finish(state, keychain, await storeKey(keychain, 'data-key', randomBytes(32)));
  });

const nothing = (why: string): ToolError => refuse('not_found', 'There is no key to rotate.', { why, next: ['Run login first.'] });

const rotateNamed = async ({ serverName, profile, env, secrets }: RotateOptions, key: KeyProvider): Promise<Rotation> => {
  const next = namedKey(env, 'SWITCHYARD_NEW', { secrets });
  if (!next)
    throw refuse('invalid_input', 'The new key is missing.', {
      why: `Credentials are kept by ${key.kind === 'key-file' ? 'a key file' : 'a passphrase'} that you chose, so you choose the next one too.`,
      next: ['Set SWITCHYARD_NEW_KEY_FILE or SWITCHYARD_NEW_PASSPHRASE_FILE and run auth rotate again.'],
    });
  const path = credentialPath(serverName, profile, env);
  if (!(await resealStore({ path, serverName, profile, key }, next))) throw nothing(`Profile "${profile}" holds no secret.`);
  const name = next.kind === 'key-file' ? 'SWITCHYARD_KEY_FILE' : 'SWITCHYARD_PASSPHRASE_FILE';
  return { resealed: [path], left: [], oldKey: `From now on set ${name} to the new one; the old one opens this file no more.` };
};

/**
 * Gives stored credentials a new key. With the keychain that is a new random one for all of this user's stores, with a key file or a
 * passphrase the one that SWITCHYARD_NEW_… names, for this profile. No old key goes before what it sealed was read with the new one.
 */
export const rotateKey = (options: RotateOptions): Promise<Rotation> => {
  const named = namedKey(options.env, 'SWITCHYARD', { secrets: options.secrets });
  return named ? rotateNamed(options, named) : rotateKeychain(directories(options.env).state, options.keychain ?? osKeychain);
};
