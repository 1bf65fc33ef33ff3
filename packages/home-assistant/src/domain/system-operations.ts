import type { Approval } from '@switchyard-mcp/core';
import type { ConfigCheck } from './insight-operations.ts';

/** How a restart went, as seen from outside. */
export interface RestartOutcome {
  /** The connection was lost and came back: Core really ended. */
  readonly wentDown: boolean;
  /** Core says RUNNING again. */
  readonly running: boolean;
  /** Its last word when it is connected and not running yet: STARTING, NOT_RUNNING… */
  readonly state?: string;
  readonly tookMs: number;
}

export interface Backup {
  readonly backupId: string;
  readonly name: string;
  readonly atMs: number;
  /** Of the largest copy. */
  readonly sizeBytes: number;
  readonly withDatabase: boolean;
  readonly encrypted: boolean;
  /** Where copies lie. */
  readonly agents: readonly string[];
  readonly failedAgents: readonly string[];
}

export interface BackupList {
  readonly backups: readonly Backup[];
  /** "idle", or what is going on: create_backup, restore_backup… */
  readonly state: string;
  readonly nextAutomatic?: string;
  /** Places that could not be read, with the reason. */
  readonly agentErrors: readonly string[];
}

export interface BackupOutcome {
  readonly state: 'completed' | 'failed' | 'running';
  readonly jobId: string;
  readonly stage?: string;
  readonly reason?: string;
  /** As read back. */
  readonly backup?: Backup;
  /** The backup was made, and the list could not be read. */
  readonly isListUnread?: boolean;
  /** Whose settings were used: the person's own for automatic backups, or all of this home, kept here. */
  readonly settings: 'automatic' | 'local';
}

export interface User {
  readonly name: string;
  readonly username?: string;
  readonly isOwner: boolean;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
  readonly localOnly: boolean;
  /** Made by Home Assistant itself. */
  readonly isSystem: boolean;
}

/** A sign-in of this token's user. Home Assistant never tells the token itself. */
export interface SignIn {
  readonly name: string;
  readonly type: string;
  readonly createdAt: string;
  readonly lastUsedAt?: string;
  readonly expiresAt?: string;
  readonly isCurrent: boolean;
}

/** An app ("add-on" until 2026.2), run by the Supervisor. */
export interface App {
  readonly slug: string;
  readonly name: string;
  /** started, stopped, error…; absent when it is not installed. */
  readonly state?: string;
  readonly version?: string;
  readonly latest?: string;
  readonly description?: string;
}

/** What became of an act on an app. */
export interface AppOutcome {
  /** As it is afterwards; undefined when it is gone. */
  readonly app: App | undefined;
  /** False: it was done, and could not be read back. */
  readonly isReadBack: boolean;
}

export const appActs = ['start', 'stop', 'restart', 'update', 'install', 'uninstall'] as const;
export type AppAct = (typeof appActs)[number];

/** Progress of something long; `total` is absent when nobody knows. */
export type OnProgress = (done: number, total: number | undefined, what: string) => void;

export interface LongOptions {
  readonly signal: AbortSignal;
  /** How long to watch; what is not over then goes on by itself. */
  readonly waitMs: number;
  readonly onProgress?: OnProgress;
}

/** Home Assistant as a program. Reads need an administrator's token, writes the level "admin" too. */
export interface SystemOperations {
  /** Takes seconds on a large configuration. */
  checkConfig(signal: AbortSignal): Promise<ConfigCheck>;
  /** Sends the restart once and watches until Core is back. */
  restart(approval: Approval, options: LongOptions): Promise<RestartOutcome>;
  backups(signal: AbortSignal): Promise<BackupList>;
  createBackup(name: string, approval: Approval, options: LongOptions): Promise<BackupOutcome>;
  users(signal: AbortSignal): Promise<readonly User[]>;
  signIns(signal: AbortSignal): Promise<readonly SignIn[]>;
  releaseNotes(entityId: string, signal: AbortSignal): Promise<string | undefined>;

  /** Installed apps, or all that could be. @throws ToolError unsupported where there is no Supervisor. */
  apps(which: 'installed' | 'store', signal: AbortSignal): Promise<readonly App[]>;
  appLogs(slug: string, signal: AbortSignal): Promise<string>;
  actOnApp(
    act: AppAct,
    slug: string,
    options: { readonly approval: Approval; readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<AppOutcome>;

  /** Visible entities that the assistant may see. */
  exposed(assistant: string, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Calls back on events of these types until the returned function is called. Failing to subscribe is told by the next read. */
  onEvents(types: readonly string[], listener: (data: Readonly<Record<string, unknown>>) => void): () => void;
}
