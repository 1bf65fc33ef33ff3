import { join } from 'node:path';
import type { Server, Transport } from '@modelcontextprotocol/server';
import { type StdioServerHandle, StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { directories } from '../config/directories.ts';
import type { SettingsSchema } from '../config/setting.ts';
import type { Log, LogLine } from '../runtime/log.ts';
import { pruneAuditFiles } from '../security/audit-files.ts';
import { type AuditLog, openAuditLog } from '../security/audit-log.ts';
import { tellBadFrames } from './bad-frames.ts';
import { createServerFactory, type ServerFactory } from './create-server.ts';
import type { Closable, ServerDefinition } from './define-server.ts';
import { tieToClient } from './lifetime.ts';
import { tapListens } from './listen-tap.ts';
import { type PrepareOptions, prepareServer } from './prepare.ts';
import { guardStdout } from './stdout-guard.ts';

/** Bounded, so that a loop of errors cannot fill a client's log. */
const mostLogLines = 2000;

/** Writes log lines to stderr: "[home-assistant] warn 1a2b3c4d: message", with the id of the call if one was running. */
export const stderrLog = (name: string): ((line: LogLine) => void) => {
  let lines = 0;
  return ({ level, callId, message }) => {
    lines += 1;
    if (lines <= mostLogLines) process.stderr.write(`[${name}] ${level}${callId === undefined ? '' : ` ${callId}`}: ${message}\n`);
  };
};

/** Opened at the first write, so that a read-only day leaves no file. What is old goes then. */
export const lazyAudit = (folder: string): AuditLog => {
  let log: AuditLog | undefined;
  return {
    file: folder,
    append: (entry) => {
      if (log === undefined) {
        pruneAuditFiles(folder);
        log = openAuditLog(folder);
      }
      log.append(entry);
    },
    close: () => log?.close(),
  };
};

/** The trail's folder of a server. */
export const auditFolder = (name: string, env: PrepareOptions['env']): string => join(directories(env).state, name, 'audit');

/** Serves one connection in the era its client opens with. */
export const serveConnection = (
  factory: ServerFactory,
  { wire, log }: { readonly wire: Transport; readonly log: Log },
): StdioServerHandle => {
  let server: Server | undefined;
  const changed = (uri: string) => (): void => void server?.sendResourceUpdated({ uri }).catch(() => undefined);
  const create = (): Server => {
    server = factory.create();
    return server;
  };
  const transport = tapListens(wire, { watch: (uri) => factory.watch(uri, changed(uri)) });
  return serveStdio(create, { transport, onerror: tellBadFrames({ wire, log }) });
};

/** Serves one client over stdin and stdout until it goes away. */
export const runStdio = async <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  options: Omit<PrepareOptions, 'writeLog'> & { readonly onEnd?: () => Promise<void> },
): Promise<void> => {
  const frames = guardStdout();
  const prepared = await prepareServer(definition, { ...options, writeLog: stderrLog(definition.name) });
  const { runtime } = prepared;
  const audit = prepared.audit ? lazyAudit(auditFolder(definition.name, options.env)) : undefined;
  const factory = createServerFactory(definition, {
    level: prepared.level,
    toolsets: prepared.toolsets,
    startedWith: prepared.startedWith,
    switchedOn: prepared.switchedOn,
    deadlineMs: prepared.deadlineMs,
    audit,
    connect: prepared.connect,
    runtime,
  });
  const handle = serveConnection(factory, { wire: new StdioServerTransport(process.stdin, frames), log: runtime.log });
  tieToClient(async () => {
    audit?.close();
    await Promise.all([handle.close(), factory.close(), options.onEnd?.()]);
  }, runtime.log);
};
