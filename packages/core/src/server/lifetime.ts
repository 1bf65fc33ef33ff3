import type { Log } from '../runtime/log.ts';

/** Clients send SIGTERM two seconds after closing stdin; we are gone before. */
const hardExitMs = 1400;
const parentCheckMs = 500;

/**
 * Ends the process when its client is gone: stdin closed, stdout broken, a signal, or the parent's death (a killed parent
 * sends no signal, and a wrapper such as npx can hold the pipe open). Open sockets and timers do not keep it.
 */
export const tieToClient = (shutDown: () => Promise<void>, log: Pick<Log, 'error'>): void => {
  let ending = false;
  const end = (code: number): void => {
    if (ending) return;
    ending = true;
    // What went wrong before, and was set as the process's code, is not undone by a usual end.
    const leave = (): never => process.exit(code === 0 ? process.exitCode : code);
    setTimeout(leave, hardExitMs);
    // Whatever shutting down does, the process ends.
    void shutDown()
      .catch(() => undefined)
      .finally(leave);
  };
  const broken = (error: NodeJS.ErrnoException): void => {
    if (['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EOF'].includes(error.code ?? '')) end(0);
  };
  process.stdin
    .once('end', () => end(0))
    .once('close', () => end(0))
    .once('error', () => end(0));
  process.stdout.on('error', broken).once('close', () => end(0));
  process.stderr.on('error', () => undefined);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(0), parentCheckMs).unref();
  const fatal = (error: unknown): void => {
    if (!ending) log.error(`fatal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    end(1);
  };
  process.on('uncaughtException', fatal).on('unhandledRejection', fatal);
};
