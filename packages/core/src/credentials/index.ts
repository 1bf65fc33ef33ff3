export type { CredentialStore } from './credential-store.ts';
export { createFileStore, type FileStoreOptions } from './encrypted-file-store.ts';
export { acquireLock, type HeldLock, type LockOptions, withFileLock } from './file-lock.ts';
export {
  fileKey,
  type KeychainAccess,
  type KeyEntry,
  type KeyHeader,
  type KeyProvider,
  keychainKey,
  passphraseKey,
} from './key-providers.ts';
export { readKeychain } from './keychain.ts';
export { checkCredentialStore, credentialPath, type OpenStoreOptions, openCredentialStore } from './open-credential-store.ts';
export { ensurePrivateFolder, readPrivateFile, writePrivateFile } from './private-file.ts';
export { InvalidGrantError, type RefreshOptions, readTokens, refreshTokens, type StoredTokens, saveTokens } from './refresh-lock.ts';
export { type RotateOptions, type Rotation, rotateKey } from './rotate-key.ts';
export { checkFolder, unwritable } from './writable.ts';
