import type { Log } from '../runtime/log.ts';
import type { RuntimeStorage } from '../runtime/runtime.ts';
import type { Clock } from '../time/clock.ts';
import type { HoldOff } from './hold-off.ts';
import type { LoginNames } from './login-errors.ts';
import type { TokenImport } from './token-import.ts';

export interface SessionOptions<T> extends LoginNames {
  readonly clock: Pick<Clock, 'now'>;
  /** Where the tokens are stored; in memory without. */
  readonly storage: RuntimeStorage | undefined;
  /** Whether, and how long, no login is tried. */
  readonly holdOff: HoldOff;
  readonly log: Pick<Log, 'warn'>;
  /** When these tokens end, in epoch milliseconds; undefined when only the system knows. */
  readonly expiresAt: (tokens: T) => number | undefined;
  /** Asks for new tokens; undefined when the old ones are no longer good for that. Without it, what has ended needs a login. */
  readonly refresh?: (tokens: T) => Promise<T | undefined>;
  /** Logs in once, with what the settings hold. Calls `sent` before a password leaves this machine. Without it, a person must. */
  readonly login?: ((sent: () => void) => Promise<T>) | undefined;
  /** Reason for a missing `login`, for its error: "No password is set to log in again.". */
  readonly whyNoLogin?: string | undefined;
  /** Tokens of another program, taken over once; `refused` says that they were not accepted. */
  readonly imports?: { readonly from: TokenImport<T>; readonly refused: string } | undefined;
}
