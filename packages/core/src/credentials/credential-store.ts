import type { Secrets } from '../security/redactor.ts';

/** Secrets of one server and profile. Errors are ToolErrors that say how to mend the store; none holds a value. */
export interface CredentialStore {
  /** Where and how, for a person: "…/default.cred, key in the keychain". */
  readonly describe: string;
  /** What passes here is remembered there: whoever takes a stored value apart keeps the parts there too. */
  readonly secrets: Secrets;
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  /** True when there was something to delete. */
  delete(name: string): Promise<boolean>;
  /** Names only, sorted. */
  list(): Promise<readonly string[]>;
  /** Path of a lock that callers may hold across several calls, for this entry. */
  lockPath(name: string): string;
}
