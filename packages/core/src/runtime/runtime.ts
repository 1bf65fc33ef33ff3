import type { CredentialStore } from '../credentials/credential-store.ts';
import { Redactor, type Secrets } from '../security/redactor.ts';
import { cleanText } from '../security/untrusted-text.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type ApprovalIssuer, type Approvals, createApprovals } from './approvals.ts';
import { type CallLog, createLog, type Log, type LogLevel, type LogLine } from './log.ts';
import { createWrites, type Writes, type WriteTracker } from './writes.ts';

/** Where one profile of a server keeps things between runs. */
export interface RuntimeStorage {
  readonly profile: string;
  /** Folder of this server's own files; made when first written to. */
  readonly stateFolder: string;
  /** The profile's credential store. Opening it may wake a keychain, so it is opened when it is asked for. */
  credentials(): Promise<CredentialStore>;
}

/**
 * What core hands to a server: everything that has state, so that nothing is global to the process. Two loaded copies of core work
 * together as long as they share this object.
 */
export interface Runtime {
  /** The level in force, one of the definition's. */
  readonly level: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Secrets that must never leave: what is kept here is hidden in every reply, error and log line. */
  readonly secrets: Secrets;
  readonly approvals: Approvals;
  readonly writes: Writes;
  /** The command line that starts this server's CLI, for error texts: "npx -y @switchyard-mcp/home-assistant". */
  readonly command: string;
  /** Absent where there is no profile, as in a program that gives the settings itself. */
  readonly storage?: RuntimeStorage;
}

/** The runtime as the call path sees it. */
export interface HostRuntime extends Runtime {
  readonly log: CallLog;
  readonly approvals: ApprovalIssuer;
  readonly writes: WriteTracker;
}

export interface RuntimeOptions {
  readonly level?: string | undefined;
  readonly command?: string | undefined;
  readonly storage?: RuntimeStorage | undefined;
  readonly clock?: Clock | undefined;
  /** Secrets that were kept before there was a runtime, as while settings are read. */
  readonly secrets?: Secrets | undefined;
  /** Where log lines go; nowhere by default. */
  readonly writeLog?: ((line: LogLine) => void) | undefined;
  readonly logLevel?: LogLevel | undefined;
}

/** Makes the one runtime of a served connection or process. */
export const createRuntime = (options: RuntimeOptions = {}): HostRuntime => {
  const secrets = options.secrets ?? new Redactor();
  return {
    level: options.level ?? '',
    log: createLog({
      level: options.logLevel,
      write: options.writeLog ?? (() => undefined),
      redact: (text) => secrets.redact(cleanText(text, Number.POSITIVE_INFINITY)),
    }),
    clock: options.clock ?? systemClock,
    secrets,
    approvals: createApprovals(),
    writes: createWrites(),
    command: options.command ?? '',
    ...(options.storage === undefined ? {} : { storage: options.storage }),
  };
};
