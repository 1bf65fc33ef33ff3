import { dirname, join } from 'node:path';
import { directories, type Environment, fileNameOf } from '../config/directories.ts';
import { fileTrouble, readSecretFile } from '../config/references.ts';
import { isUnset } from '../config/schema-kind.ts';
import { refuse } from '../errors/tool-error.ts';
import { checkFolder } from '../files/writable.ts';
import type { Secrets } from '../security/redactor.ts';
import type { CredentialStore } from './credential-store.ts';
import { createFileStore, keyOfFile } from './encrypted-file-store.ts';
import { fileKey, type KeychainAccess, type KeyProvider, keychainKey, osKeychain, passphraseKey } from './key-providers.ts';

export interface OpenStoreOptions {
  readonly serverName: string;
  readonly profile: string;
  readonly env?: Environment;
  /** Remembers every value that is stored or read, so that it can never leave. */
  readonly secrets: Secrets;
  /**
   * True keeps values unencrypted in a 0600 file, only when a person asked for exactly that; false encrypts a file that was not.
   * Without it a file stays as it is, and a new one is encrypted.
   */
  readonly plain?: boolean;
  /** Told of a key or passphrase file that other users of this machine can read. */
  readonly warn?: (message: string) => void;
  /** Stands in for the OS keychain. */
  readonly keychain?: KeychainAccess;
}

/** An environment variable that says something. */
const setIn = (env: Environment, name: string): string | undefined => {
  const value = env[name];
  return value === undefined || isUnset(value) ? undefined : value;
};

/** What reading a key needs besides its place. */
export interface KeyReading {
  readonly secrets: Secrets;
  /** Called for a key or passphrase file that other users of this machine can read. */
  readonly warn?: ((message: string) => void) | undefined;
}

const passphraseFrom = async (env: Environment, name: string, { secrets, warn }: KeyReading): Promise<string> => {
  const direct = setIn(env, name);
  const path = setIn(env, `${name}_FILE`);
  let text = direct ?? '';
  try {
    if (direct === undefined && path !== undefined) text = await readSecretFile(path, warn);
  } catch (error) {
    const why = `${name}_FILE: ${fileTrouble(error)}.`;
    throw refuse('auth_required', 'The passphrase could not be read.', { why, next: ['Correct the path.'] });
  }
  if (text === '') {
    throw refuse('auth_required', 'The passphrase is empty.', { next: ['Put a passphrase into the file.'] });
  }
  secrets.keep(text);
  return text;
};

/** A key that the environment names, as a key file or a passphrase. `SWITCHYARD` names the one in force, `SWITCHYARD_NEW` the next. */
export const namedKey = (env: Environment, prefix: 'SWITCHYARD' | 'SWITCHYARD_NEW', reading: KeyReading): KeyProvider | undefined => {
  const keyFile = setIn(env, `${prefix}_KEY_FILE`);
  if (keyFile !== undefined) return fileKey(keyFile, reading.warn);
  const passphrase = `${prefix}_PASSPHRASE`;
  return (setIn(env, passphrase) ?? setIn(env, `${passphrase}_FILE`))
    ? passphraseKey(() => passphraseFrom(env, passphrase, reading))
    : undefined;
};

/** Path of the credential file, `<state>/<server>/<profile>.cred`. */
export const credentialPath = (serverName: string, profile: string, env: Environment = process.env): string =>
  join(directories(env).state, fileNameOf('server', serverName), `${fileNameOf('profile', profile)}.cred`);

/** The store of one server and profile. Touches neither disk nor keychain until it is asked something. */
export const openCredentialStore = (options: OpenStoreOptions): CredentialStore => {
  const { serverName, profile, env = process.env, secrets, plain, keychain, warn } = options;
  const path = credentialPath(serverName, profile, env);
  return createFileStore({
    path,
    serverName,
    profile,
    secrets,
    plainFile: plain === undefined ? 'keep' : 'seal',
    key: plain ? 'plain' : (namedKey(env, 'SWITCHYARD', { secrets, warn }) ?? keychainKey(directories(env).state, keychain)),
  });
};

/** Finds, before a person is asked anything, what would keep a store from being written. Makes folders, and no file or key. */
export const checkCredentialStore = async (options: OpenStoreOptions): Promise<void> => {
  const { serverName, profile, env = process.env, secrets, plain, keychain = osKeychain } = options;
  const path = credentialPath(serverName, profile, env);
  await checkFolder(dirname(path), 'SWITCHYARD_STATE_DIR');
  await openCredentialStore(options).list();
  if (plain || ((await keyOfFile(path))?.kind ?? 'plain') !== 'plain') return;
  const named = namedKey(env, 'SWITCHYARD', { secrets });
  // A new key is made when there is something to seal.
  await (named ? named.keyFor(undefined) : keychain.read('data-key'));
};
