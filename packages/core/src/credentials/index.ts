export type { CredentialStore } from './credential-store.ts';
export { createFileStore, type FileStoreOptions } from './encrypted-file-store.ts';
export { fileKey, type KeyProvider } from './key-providers.ts';
export { type OpenStoreOptions, openCredentialStore } from './open-credential-store.ts';
export { InvalidGrantError, type RefreshOptions, readTokens, refreshTokens, type StoredTokens, saveTokens } from './refresh-lock.ts';
