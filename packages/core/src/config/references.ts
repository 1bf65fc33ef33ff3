import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import type { Secrets } from '../security/redactor.ts';
import type { Environment } from './directories.ts';

export interface ReferenceSources {
  readonly env: Environment;
  /** Remembers what is read, so that it can never leave. */
  readonly secrets: Secrets;
  /** Reads `store:profile/key`. */
  readonly storeLookup?: (key: string, profile: string) => Promise<string | undefined>;
  /** Reads `keychain:service/account`; the OS keychain by default. */
  readonly keychain?: (service: string, account: string) => Promise<string | undefined>;
  /** The 1Password program, "op" by default. */
  readonly opCommand?: string;
  readonly timeoutMs?: number;
  readonly warn?: (message: string) => void;
}

const maxBytes = 64 * 1024;

/** True for `env:NAME`, `file:/path`, `keychain:service/account`, `op://vault/item/field` and `store:profile/key`. */
export const isReference = (value: string): boolean =>
  /^(env:[A-Za-z_]\w*|file:\/.+|file:[A-Za-z]:[\\/].+|keychain:[^/\s]+\/\S+|op:\/\/\S.*|store:[^/\s]+\/\S+)$/.test(value);

const forms: Readonly<Record<string, string>> = {
  env: 'NAME',
  file: '/absolute/path',
  keychain: 'service/account',
  op: '//vault/item/field',
  store: 'profile/key',
};

/**
 * What is wrong with a value that begins like a reference and is none: taken as it stands, it would be sent as a secret. The words do not
 * repeat the value's beginning, which the redactor would hide.
 */
export const malformedReference = (value: string): string | undefined => {
  const scheme = /^\s*([a-z]+):/i.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined || !Object.hasOwn(forms, scheme) || isReference(value)) return undefined;
  return `begins like a reference and is none; after "${scheme}" and a colon comes ${forms[scheme]}`;
};

const failed = (reference: string, why: string, next: string): ToolError =>
  refuse('auth_required', `The reference ${reference} gave no value.`, { why, next: [next] });

/** The one rule for files with a secret that others can read: warn. */
export const readableByOthers = (path: string): string => `${path} can be read by other users of this machine; fix: chmod 600 ${path}`;

/** Reads a small text file for a secret; a last line end is not part of it. */
export const readSecretFile = async (path: string, warn?: (message: string) => void): Promise<string> => {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new Error('it is not a regular file');
    if (facts.size > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024} KB`);
    if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) {
      warn?.(readableByOthers(path));
    }
    return (await file.readFile('utf8')).replace(/\r?\n$/, '');
  } finally {
    await file.close();
  }
};

/** Why a file could not be read, in words without its content. */
export const fileTrouble = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read the file';
  if (code === 'EISDIR') return 'it is a directory';
  return error instanceof Error && code === undefined ? error.message : `the file could not be read (${String(code)})`;
};

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const readFileReference = async (reference: string, sources: ReferenceSources): Promise<string> => {
  const path = reference.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
  try {
    return await readSecretFile(path, sources.warn);
  } catch (error) {
    throw failed(reference, `${capital(fileTrouble(error))}.`, 'Correct the path or the file.');
  }
};

const readOnePassword = (reference: string, sources: ReferenceSources): Promise<string> =>
  new Promise((resolve, reject) => {
    const command = sources.opCommand ?? 'op';
    const timeoutMs = sources.timeoutMs ?? 15_000;
    const child = spawn(command, ['read', '--no-newline', reference], {
      shell: false,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
      env: { ...sources.env },
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (why: string, next: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(failed(reference, why, next));
    };
    const timer = setTimeout(
      () => stop(`1Password's op did not answer within ${timeoutMs / 1000} s.`, 'Unlock 1Password, or run op signin, and try again.'),
      timeoutMs,
    );
    child.on('error', () => stop("1Password's op could not be started.", 'Install the 1Password CLI and put op on the PATH.'));
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) stop('The value is larger than 64 KB.', 'Point the reference at a single field.');
      else chunks.push(chunk);
    });
    child.on('close', (code) => {
      if (code !== 0)
        return stop("1Password's op refused it.", `Try: op read "${reference}". A service account needs OP_SERVICE_ACCOUNT_TOKEN.`);
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });

const pair = (reference: string): readonly [string, string] => {
  const text = reference.slice(reference.indexOf(':') + 1);
  const slash = text.indexOf('/');
  return [text.slice(0, slash), text.slice(slash + 1)];
};

const osKeychain = async (service: string, account: string): Promise<string | undefined> => {
  const { readKeychain } = await import('../credentials/keychain.ts');
  return readKeychain(service, account);
};

const read = async (reference: string, sources: ReferenceSources): Promise<string> => {
  if (reference.startsWith('op://')) return readOnePassword(reference, sources);
  if (reference.startsWith('file:')) return readFileReference(reference, sources);
  if (reference.startsWith('env:')) {
    const name = reference.slice('env:'.length);
    const value = sources.env[name];
    if (value) return value;
    throw failed(
      reference,
      `${name} is not set in this process; clients pass on only what their config lists.`,
      `Add ${name} to the client's env block.`,
    );
  }
  const [first, second] = pair(reference);
  if (reference.startsWith('keychain:')) {
    const value = await (sources.keychain ?? osKeychain)(first, second);
    if (value) return value;
    throw failed(reference, 'The keychain has no such entry.', 'Correct the reference or add the entry.');
  }
  const value = await sources.storeLookup?.(second, first);
  if (value) return value;
  throw failed(reference, 'The credential store has no such entry.', 'Run login for that profile.');
};

export interface ReferenceResolver {
  /** Reads what a reference points at, at the first call for it; later calls get the same value. Throws a ToolError. */
  resolve(reference: string): Promise<string>;
}

/** Nothing is read until `resolve` is called. Values are kept in memory only, and never leave through our outputs. */
export const createReferenceResolver = (sources: ReferenceSources): ReferenceResolver => {
  const known = new Map<string, Promise<string>>();
  return {
    resolve: (reference) => {
      const earlier = known.get(reference);
      if (earlier) return earlier;
      const reading = read(reference, sources).then((value) => {
        if (value === '') throw failed(reference, 'It is empty.', 'Store a value there.');
        sources.secrets.keep(value);
        return value;
      });
      known.set(reference, reading);
      // A failure may be mended while we run (an unlocked vault), so it is not remembered.
      reading.catch(() => known.delete(reference));
      return reading;
    },
  };
};
