export type { CredentialStore } from './credential-store.ts';
export { createFileStore, type FileStoreOptions } from './encrypted-file-store.ts';
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
export { InvalidGrantError, type RefreshOptions, readTokens, refreshTokens, type StoredTokens, saveTokens } from './refresh-lock.ts';
export { type RotateOptions, type Rotation, rotateKey } from './rotate-key.ts';
