import type { AsyncEntry } from '@napi-rs/keyring';
import { refuse, type ToolError } from '../errors/tool-error.ts';

type Keyring = typeof import('@napi-rs/keyring');

let loading: Promise<Keyring> | undefined;

const load = (): Promise<Keyring> => {
  // A missing native binding throws at import; nobody who does not use the keychain should pay for that.
  loading ??= import('@napi-rs/keyring').then((module) => {
    if (typeof module.AsyncEntry !== 'function') throw new Error('Cannot find native binding');
    return module;
  });
  return loading;
};

const others = [
  'Set SWITCHYARD_KEY_FILE to a key file, or SWITCHYARD_PASSPHRASE_FILE to a file with a passphrase.',
  'Log in with --plain: secrets are then not encrypted, in a file that only you can read.',
];
const withOptional = 'npm install --include=optional (in a clone: npx -y pnpm@12.21.0 install)';

const hintOf = (text: string): readonly [string, string] => {
  // The package itself and its part for one platform are two; a bundle or an odd install may lack either.
  if (/Cannot find (module|package) ['"]@napi-rs\/keyring['"]/i.test(text))
    return ['The package @napi-rs/keyring, which reaches it, is not installed beside this program.', `Run: ${withOptional}`];
  if (/native binding|Cannot find (module|package)|MODULE_NOT_FOUND/i.test(text))
    return ['Its native part is not installed for this platform.', `Run: ${withOptional}`];
  if (/DBUS_SESSION_BUS_ADDRESS/i.test(text)) {
    return [
      'No D-Bus session reaches this process: the machine has no desktop, or the client does not pass DBUS_SESSION_BUS_ADDRESS on.',
      "Add DBUS_SESSION_BUS_ADDRESS to the client's env block.",
    ];
  }
  if (/dbus|zbus|ServiceUnknown|org\.freedesktop\.secrets/i.test(text)) {
    return ['No secret service (GNOME Keyring, KWallet, KeePassXC) runs in this session.', 'Start one.'];
  }
  if (/locked|AccessDenied|denied|UserCanceled|cancel/i.test(text))
    return ['It is locked, or access was refused.', 'Unlock it and allow access.'];
  if (/1783|stub received bad data|too long|TooLong/i.test(text)) return ['The value is too large for it.', 'Store a shorter value.'];
  return ['It could not be reached.', 'Check that it works in this session.'];
};

/** Says which of the known causes made the keychain fail, and how to mend it. */
export const keychainError = (error: unknown): ToolError => {
  const [why, next] = hintOf(error instanceof Error ? error.message : String(error));
  return refuse('auth_required', 'The keychain of this machine was not usable.', { why, next: [next, ...others], cause: error });
};

const withEntry = async <T>(service: string, account: string, act: (entry: AsyncEntry) => Promise<T>): Promise<T> => {
  try {
    const { AsyncEntry } = await load();
    // Without the pin, Linux falls back to the kernel's keyring in silence, and that is lost at reboot.
    return await act(new AsyncEntry(service, account, { linux: { store: 'secret-service' } }));
  } catch (error) {
    throw keychainError(error);
  }
};

/** Bytes of an entry, undefined when there is none. Throws a ToolError when the keychain cannot be read. */
export const readKeychainBytes = (service: string, account: string): Promise<Buffer | undefined> =>
  withEntry(service, account, async (entry) => {
    const bytes = await entry.getSecret();
    return bytes ? Buffer.from(bytes) : undefined;
  });

export const writeKeychainBytes = (service: string, account: string, value: Uint8Array): Promise<void> =>
  withEntry(service, account, (entry) => entry.setSecret(value));

/** Removes an entry; one that is not there is removed already. */
export const removeFromKeychain = (service: string, account: string): Promise<void> =>
  withEntry(service, account, async (entry) => {
    await entry.deleteCredential();
  });

/** Text of an entry, undefined when there is none. */
export const readKeychain = (service: string, account: string): Promise<string | undefined> =>
  withEntry(service, account, async (entry) => {
    const text = await entry.getPassword();
    // getPassword says null for "unreadable" too; getSecret throws then.
    if (text === null) await entry.getSecret();
    return text ?? undefined;
  });
