import { AsyncLocalStorage } from 'node:async_hooks';

/** Quietest last. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What servers log with. Every line is redacted, and carries the id of the call during which it was logged. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** One line, redacted. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  /** Id of the call during which it was logged; the audit log has the same one. */
  readonly callId?: string;
}

/** A log that knows which call is running. */
export interface CallLog extends Log {
  /** Runs a call. What is logged from within it, until it ends, carries its id. */
  inCall<T>(callId: string, run: () => Promise<T>): Promise<T>;
}

export interface LogOptions {
  /** Lines below this level are dropped; "info" by default. */
  readonly level?: LogLevel | undefined;
  readonly write: (line: LogLine) => void;
  /** Applied to every message before it is written. */
  readonly redact: (text: string) => string;
}

interface RunningCall {
  readonly callId: string;
  /** A connection that a call opened outlives it, and must not speak in its name. */
  ended: boolean;
}

export const createLog = ({ level: lowest = 'info', write, redact }: LogOptions): CallLog => {
  const calls = new AsyncLocalStorage<RunningCall>();
  const at =
    (level: LogLevel) =>
    (message: string): void => {
      if (logLevels.indexOf(level) < logLevels.indexOf(lowest)) return;
      const running = calls.getStore();
      const callId = running === undefined || running.ended ? {} : { callId: running.callId };
      write({ level, message: redact(message), ...callId });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    inCall: async (callId, run) => {
      const call: RunningCall = { callId, ended: false };
      try {
        return await calls.run(call, run);
      } finally {
        call.ended = true;
      }
    },
  };
};
