import type { StoredTokens } from '../credentials/refresh-lock.ts';
import { withoutSideEffects } from './login-errors.ts';
import type { SessionOptions } from './session-options.ts';
import { isLoginLost, TokenSource } from './token-source.ts';

/** What is known of a login without asking the system. */
export interface SessionStatus {
  readonly state: 'unknown' | 'live' | 'expired' | 'login needed';
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
  /** Refreshes since the login. */
  readonly refreshes?: number;
  /** Why a login is needed. */
  readonly why?: string;
  /** Why the login is in memory only, when the credential store did not take it. */
  readonly notStored?: string;
}

/** The login of one profile: one at a time among all processes, refreshed before it ends, and never tried again and again. */
export interface Session<T> {
  /** Tokens and their generation; `refused` is a generation that the system did not take. */
  tokens(refused?: number): Promise<StoredTokens<T>>;
  status(): SessionStatus;
}

/** Makes the session of one profile; nothing is read or sent before tokens are asked for. */
export const createSession = <T>(options: SessionOptions<T>): Session<T> => {
  const source = new TokenSource(options);
  /** Opening the store for every request would cost more than the request. */
  let current: StoredTokens<T> | undefined;
  const flights = new Map<number | undefined, Promise<StoredTokens<T>>>();
  const obtain = async (refused: number | undefined): Promise<StoredTokens<T>> => {
    try {
      current = await source.get(refused);
      return current;
    } catch (error) {
      // Refused and not replaced: it is not tried on the system again.
      if (refused !== undefined && isLoginLost(error)) current = undefined;
      throw withoutSideEffects(error);
    }
  };
  return {
    tokens: (refused) => {
      if (current !== undefined && refused === undefined && source.isLive(current.tokens)) return Promise.resolve(current);
      const flight = flights.get(refused) ?? obtain(refused).finally(() => flights.delete(refused));
      flights.set(refused, flight);
      return flight;
    },
    status: () => {
      const { loss, notStored } = source;
      const stored = notStored === undefined ? {} : { notStored };
      if (loss !== undefined) return { state: 'login needed', why: loss, ...stored };
      if (current === undefined) return { state: 'unknown', ...stored };
      const expiresAt = options.expiresAt(current.tokens);
      const known = { refreshes: current.generation - 1, ...(expiresAt === undefined ? {} : { expiresAt }), ...stored };
      return { state: source.isLive(current.tokens) ? 'live' : 'expired', ...known };
    },
  };
};
