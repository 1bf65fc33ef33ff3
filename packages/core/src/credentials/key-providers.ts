import { createHash, randomBytes, scrypt } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readableByOthers } from '../config/references.ts';
import { refuse } from '../errors/tool-error.ts';
import { withFileLock } from '../files/file-lock.ts';
import { errorCodeOf } from '../files/system-error.ts';
import { readKeychainBytes, removeFromKeychain, writeKeychainBytes } from './keychain.ts';

export interface KdfParameters {
  readonly name: 'scrypt';
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** base64 */
  readonly salt: string;
}

/** What a credential file says about the key that opens it. Never the key. */
export interface KeyHeader {
  readonly kind: 'keychain' | 'passphrase' | 'key-file';
  /** First 8 hex digits of the key's SHA-256: tells a wrong key from a damaged file. */
  readonly id: string;
  readonly kdf?: KdfParameters;
}

export interface KeyProvider {
  readonly kind: KeyHeader['kind'];
  /** The key for a file with this header, or for a new file when there is none yet. */
  keyFor(header: KeyHeader | undefined): Promise<{ readonly key: Buffer; readonly header: KeyHeader }>;
}

export const keyId = (key: Uint8Array): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

/** The key in force, and the one before it while a rotation is not finished. */
export type KeyEntry = 'data-key' | 'data-key-old';

export interface KeychainAccess {
  read(entry: KeyEntry): Promise<Buffer | undefined>;
  write(entry: KeyEntry, key: Buffer): Promise<void>;
  remove(entry: KeyEntry): Promise<void>;
}

export const osKeychain: KeychainAccess = {
  read: (entry) => readKeychainBytes('switchyard', entry),
  write: (entry, key) => writeKeychainBytes('switchyard', entry, key),
  remove: (entry) => removeFromKeychain('switchyard', entry),
};

/** Holds the only place where keys in the keychain are made or changed. */
export const withKeychainLock = <T>(stateFolder: string, act: () => Promise<T>): Promise<T> =>
  withFileLock(join(stateFolder, 'data-key.lock'), act, { what: 'the key in the keychain' });

/** Puts a key into the keychain and makes sure that it is there. */
export const storeKey = async (keychain: KeychainAccess, entry: KeyEntry, key: Buffer): Promise<Buffer> => {
  await keychain.write(entry, key);
  const stored = await keychain.read(entry);
  if (stored?.equals(key)) return stored;
  throw refuse('auth_required', 'The keychain did not keep a new key.', {
    why: 'It took the key but does not give it back.',
    next: ['Set SWITCHYARD_KEY_FILE to a key file instead.'],
  });
};

/** One random key per user in the OS keychain. `stateFolder` holds the lock that keeps two first starts from making two keys. */
export const keychainKey = (stateFolder: string, keychain: KeychainAccess = osKeychain): KeyProvider => {
  const create = (): Promise<Buffer> =>
    withKeychainLock(stateFolder, async () => (await keychain.read('data-key')) ?? storeKey(keychain, 'data-key', randomBytes(32)));
  const wanted = async (header: KeyHeader | undefined): Promise<Buffer | undefined> => {
    const key = await keychain.read('data-key');
    if (!header || (key && keyId(key) === header.id)) return key;
    const old = await keychain.read('data-key-old');
    return old && keyId(old) === header.id ? old : key;
  };
  return {
    kind: 'keychain',
    keyFor: async (header) => {
      const key = (await wanted(header)) ?? (header ? undefined : await create());
      if (key === undefined) {
        throw refuse('auth_required', 'The key of the stored credentials is no longer in the keychain.', {
          why: 'It was removed, or this is another user or another keychain.',
          next: ['Restore the keychain entry "switchyard", or remove the credential file and run login again.'],
        });
      }
      if (key.length !== 32)
        throw refuse('auth_required', 'The key in the keychain is damaged.', {
          why: 'It is not 32 bytes long.',
          next: ['Remove the keychain entry "switchyard" and run login again.'],
        });
      return { key, header: { kind: 'keychain', id: keyId(key) } };
    },
  };
};

/** scrypt cost of new files: 128 MiB and about 0.4 s. */
const cost = { n: 2 ** 17, r: 8, p: 1 } as const;

const derive = (passphrase: string, kdf: KdfParameters): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // Node's own limit of 32 MiB refuses even N=2^15.
    const maxmem = 256 * kdf.n * kdf.r;
    scrypt(passphrase.normalize('NFC'), Buffer.from(kdf.salt, 'base64'), 32, { N: kdf.n, r: kdf.r, p: kdf.p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

// The file names its own cost; without bounds a forged one could take all memory.
const acceptable = ({ name, n, r, p, salt }: KdfParameters): boolean =>
  name === 'scrypt' &&
  [2 ** 15, 2 ** 16, 2 ** 17, 2 ** 18].includes(n) &&
  r === 8 &&
  p >= 1 &&
  p <= 4 &&
  Buffer.from(salt, 'base64').length >= 16;

/** A key made from a passphrase. The passphrase is asked for once, at first need. */
export const passphraseKey = (passphrase: () => Promise<string>): KeyProvider => {
  const derived = new Map<string, Promise<Buffer>>();
  return {
    kind: 'passphrase',
    keyFor: async (header) => {
      const kdf = header?.kdf ?? { name: 'scrypt', ...cost, salt: randomBytes(16).toString('base64') };
      if (!acceptable(kdf))
        throw refuse('auth_required', 'The credential file asks for a key derivation out of bounds.', {
          why: 'It was damaged or forged.',
          next: ['Restore it from a backup.'],
        });
      const name = JSON.stringify(kdf);
      const making = derived.get(name) ?? passphrase().then((text) => derive(text, kdf));
      derived.set(name, making);
      making.catch(() => derived.delete(name));
      const key = await making;
      return { key, header: { kind: 'passphrase', id: keyId(key), kdf } };
    },
  };
};

const makeKeyFile = (path: string): string => `Make one: (umask 077; openssl rand -base64 32 > ${path})`;

const decodeKey = (data: Buffer): Buffer | undefined => {
  if (data.length === 32) return data;
  const text = data.toString('utf8').trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  const decoded = Buffer.from(text, 'base64');
  return /^[A-Za-z0-9+/]{43}=?$/.test(text) && decoded.length === 32 ? decoded : undefined;
};

const readKeyFile = async (path: string, warn?: (message: string) => void): Promise<Buffer> => {
  try {
    // Mounted secrets are symlinks, so they are followed here.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { mode, size } = await file.stat();
      // Containers mount secrets readable by all, so it is said, as of every other file with a secret, and not refused.
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) warn?.(readableByOthers(path));
      return size > 4096 ? Buffer.alloc(0) : await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === '') throw error;
    throw refuse('auth_required', `The key file ${path} could not be read.`, {
      why: code === 'ENOENT' ? 'It does not exist.' : `The system said ${code}.`,
      next: [makeKeyFile(path)],
    });
  }
};

/** A key of 32 bytes in a file: raw, hex or base64. */
export const fileKey = (path: string, warn?: (message: string) => void): KeyProvider => ({
  kind: 'key-file',
  keyFor: async () => {
    const key = decodeKey(await readKeyFile(path, warn));
    if (key) return { key, header: { kind: 'key-file', id: keyId(key) } };
    throw refuse('auth_required', `The key file ${path} holds no key.`, {
      why: 'It must be 32 bytes: raw, hex or base64.',
      next: [makeKeyFile(path)],
    });
  },
});
