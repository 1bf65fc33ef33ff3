import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import { withFileLock } from '../files/file-lock.ts';
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts';
import { unwritable } from '../files/writable.ts';
import type { Secrets } from '../security/redactor.ts';
import type { CredentialStore } from './credential-store.ts';
import type { KeyHeader, KeyProvider } from './key-providers.ts';

export interface FileStoreOptions {
  readonly path: string;
  readonly serverName: string;
  readonly profile: string;
  /** Remembers every value that is stored or read, so that it can never leave. */
  readonly secrets: Secrets;
  /** "plain" writes values unencrypted, in a file of mode 0600. */
  readonly key: KeyProvider | 'plain';
  /** What becomes of a file that is not encrypted although `key` is a key: it stays so, or the next write seals it. Without, it is refused. */
  readonly plainFile?: 'keep' | 'seal';
}

/** The file alone: what reads it must not show a value. */
type CredentialFile = Omit<FileStoreOptions, 'secrets'>;

type Values = Record<string, string>;

interface Sealed {
  readonly format: 'switchyard-credentials';
  readonly version: 1;
  readonly key: KeyHeader;
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

interface Plain {
  readonly format: 'switchyard-credentials';
  readonly version: 1;
  readonly key: { readonly kind: 'plain' };
  readonly values: Values;
}

const maxBytes = 4 * 1024 * 1024;

const unreadable = (path: string, why: string, next: string): ToolError =>
  refuse('auth_required', `The stored credentials in ${path} could not be read. They were left as they are.`, {
    why,
    next: [next, `To start over: move ${path} away and run login again.`],
  });

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((entry) => typeof entry === 'string');

const parseFile = (path: string, text: string): Sealed | Plain => {
  let value: Partial<Sealed & { values: unknown }>;
  try {
    value = JSON.parse(text) ?? {};
  } catch {
    throw unreadable(path, 'The file is damaged: it is not JSON.', 'Restore it from a backup.');
  }
  if (value.format !== 'switchyard-credentials')
    throw unreadable(path, 'It is not a credential file of ours.', 'Restore it from a backup.');
  if (value.version !== 1) throw unreadable(path, 'A newer release wrote it.', 'Update this package.');
  const kind: unknown = value.key?.kind;
  const sealed = [value.iv, value.tag, value.data, value.key?.id].every((part) => typeof part === 'string');
  if (kind === 'plain' ? isValues(value.values) : sealed) return value as Sealed | Plain;
  throw unreadable(path, 'The file is damaged: parts of it are missing.', 'Restore it from a backup.');
};

const kindHints: Readonly<Record<string, string>> = {
  keychain: 'Unset SWITCHYARD_KEY_FILE and SWITCHYARD_PASSPHRASE to use the keychain.',
  passphrase: 'Set SWITCHYARD_PASSPHRASE_FILE to a file with its passphrase.',
  'key-file': 'Set SWITCHYARD_KEY_FILE to its key file.',
  plain: 'Run login again to encrypt it.',
};

const keptAs: Readonly<Record<string, string>> = {
  keychain: 'encrypted with a key in the keychain',
  passphrase: 'encrypted with a passphrase',
  'key-file': 'encrypted with a key file',
  plain: 'stored unencrypted',
};
const setTo: Readonly<Record<string, string>> = {
  keychain: 'use the keychain',
  passphrase: 'use a passphrase',
  'key-file': 'use a key file',
  plain: 'store them unencrypted',
};

/** Everything in the header is bound to the data, so that no part can be swapped between files. */
const boundData = (options: CredentialFile, key: KeyHeader): Buffer => {
  const kdf = key.kdf ? [key.kdf.name, key.kdf.n, key.kdf.r, key.kdf.p, key.kdf.salt] : [];
  return Buffer.from(JSON.stringify(['switchyard-credentials', 1, options.serverName, options.profile, key.kind, key.id, ...kdf]));
};

const unseal = async (options: CredentialFile, sealed: Sealed, provider: KeyProvider): Promise<Values> => {
  const { key, header } = await provider.keyFor(sealed.key);
  if (header.id !== sealed.key.id) {
    const which = { keychain: 'keychain entry', passphrase: 'passphrase', 'key-file': 'key file' }[provider.kind];
    throw unreadable(
      options.path,
      `They were encrypted with another key than this ${which} gives.`,
      `Use the ${which} they were written with.`,
    );
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(boundData(options, sealed.key));
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    const text = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
    const values: unknown = JSON.parse(text);
    if (isValues(values)) return values;
  } catch {
    // Told below, without the cause: what is in the file is not for error texts.
  }
  throw unreadable(options.path, 'The file was changed since it was written, or belongs to another profile.', 'Restore it from a backup.');
};

const seal = async (options: CredentialFile, values: Values, provider: KeyProvider, earlier: KeyHeader | undefined): Promise<Sealed> => {
  const { key, header } = await provider.keyFor(earlier);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  cipher.setAAD(boundData(options, header));
  const data = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
  const part = (bytes: Buffer): string => bytes.toString('base64');
  return { format: 'switchyard-credentials', version: 1, key: header, iv: part(iv), tag: part(cipher.getAuthTag()), data: part(data) };
};

interface Loaded {
  readonly values: Values;
  readonly header?: KeyHeader;
  /** They were not encrypted, and stay so. */
  readonly staysPlain?: boolean;
}

const load = async (options: CredentialFile): Promise<Loaded> => {
  const file = await readPrivateFile(options.path, { maxBytes });
  if (file === undefined) return { values: {} };
  const content = parseFile(options.path, file.data.toString('utf8'));
  const expected = options.key === 'plain' ? 'plain' : options.key.kind;
  if (content.key.kind === 'plain' && 'values' in content && options.plainFile)
    return { values: { ...content.values }, staysPlain: options.plainFile === 'keep' };
  if (content.key.kind !== expected) {
    throw unreadable(
      options.path,
      `Credentials are ${keptAs[content.key.kind] ?? 'stored in another way'}, but this server is set to ${setTo[expected]}.`,
      kindHints[content.key.kind] ?? 'Update this package.',
    );
  }
  if ('values' in content) return { values: { ...content.values } };
  if (options.key === 'plain') return { values: {} };
  return { values: await unseal(options, content, options.key), header: content.key };
};

const save = async (options: CredentialFile, { values, header, staysPlain }: Loaded): Promise<void> => {
  const content: Sealed | Plain =
    options.key === 'plain' || staysPlain
      ? { format: 'switchyard-credentials', version: 1, key: { kind: 'plain' }, values }
      : await seal(options, values, options.key, header);
  await writePrivateFile(options.path, `${JSON.stringify(content, null, 2)}\n`);
};

/** Which kind of key keeps the file, and its id; undefined when there is no file. */
export const keyOfFile = async (path: string): Promise<{ readonly kind: string; readonly id?: string } | undefined> => {
  const file = await readPrivateFile(path, { maxBytes });
  return file && parseFile(path, file.data.toString('utf8')).key;
};

/**
 * Seals a store with another key. The new file is read back with it before it takes the old one's place, so that at every moment one
 * of the two keys opens what is there. An emptied store is sealed too, or nothing could be put into it any more. False when there is no file.
 */
export const resealStore = (options: CredentialFile, key: KeyProvider): Promise<boolean> =>
  withFileLock(
    `${options.path}.lock`,
    async () => {
      if ((await keyOfFile(options.path)) === undefined) return false;
      const { values } = await load(options);
      const next = { ...options, path: `${options.path}.next`, key };
      try {
        await save(next, { values });
        const written = await load(next);
        if (!isDeepStrictEqual(written.values, values))
          throw unreadable(next.path, 'It reads otherwise than it was written.', 'Look after the disk.');
        await rename(next.path, options.path);
      } finally {
        await rm(next.path, { force: true });
      }
      return true;
    },
    { what: `the credentials of profile ${options.profile}` },
  );

/** Is what lies there unencrypted? */
const isPlainFile = (path: string): boolean => {
  try {
    return parseFile(path, readFileSync(path, 'utf8')).key.kind === 'plain';
  } catch {
    return false;
  }
};

const describeKey = ({ key, path }: CredentialFile): string => {
  if (key === 'plain' || isPlainFile(path)) return 'not encrypted, readable by this user only';
  return { keychain: 'key in the keychain', passphrase: 'key from a passphrase', 'key-file': 'key in a key file' }[key.kind];
};

/** A store in one file. A file that cannot be read is never replaced: every write reads it first. */
export const createFileStore = (options: FileStoreOptions): CredentialStore => {
  const { path, secrets } = options;
  const change = <T>(act: (values: Values) => T): Promise<T> =>
    withFileLock(
      `${path}.lock`,
      async () => {
        const loaded = await load(options);
        const result = act(loaded.values);
        await save(options, loaded);
        return result;
      },
      { what: `the credentials of profile ${options.profile}` },
    ).catch((error: unknown) =>
      Promise.reject(unwritable(`The credentials in ${path} could not be written. They are what they were before.`, error)),
    );
  return {
    secrets,
    get describe() {
      return `${path}, ${describeKey(options)}`;
    },
    get: async (name) => {
      const { values } = await load(options);
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value !== undefined) secrets.keep(value);
      return value;
    },
    set: (name, value) => {
      secrets.keep(value);
      return change((values) => {
        Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
      });
    },
    delete: async (name) => {
      if (!Object.hasOwn((await load(options)).values, name)) return false;
      return change((values) => delete values[name]);
    },
    list: async () => Object.keys((await load(options)).values).sort(),
    lockPath: (name) => `${path}.${createHash('sha256').update(name).digest('hex').slice(0, 12)}.refresh.lock`,
  };
};
