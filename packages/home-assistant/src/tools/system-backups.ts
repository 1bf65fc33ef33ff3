import { refuse, requestMs, type ToolContext, ToolError, table } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import type { Backup } from '../domain/system-operations.ts';
import type { SystemArgs } from './system-args.ts';
import { backupColumns } from './system-output.ts';

type Context = ToolContext<HomeOperations>;
type Reply = Promise<Record<string, unknown>>;

const mostRows = 40;

const sizeWords = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} KB`;
const timeWords = (atMs: number): string => (atMs > 0 ? `${new Date(atMs).toISOString().slice(0, 16)}Z` : '');

const row = (backup: Backup): readonly unknown[] => [
  backup.backupId,
  timeWords(backup.atMs),
  sizeWords(backup.sizeBytes),
  backup.name,
  backup.agents.join(', '),
  [
    backup.withDatabase ? '' : 'without history',
    backup.encrypted ? 'encrypted' : '',
    backup.failedAgents.length > 0 ? `failed at ${backup.failedAgents.join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('; '),
];

/** Backups, newest first, or one; and whether one is being made. */
export const listBackups = async (args: SystemArgs, { operations, signal }: Context): Reply => {
  const { backups, state, nextAutomatic, agentErrors } = await operations.system.backups(signal);
  const wanted = args.id === undefined ? backups : backups.filter((backup) => backup.backupId === args.id);
  if (args.id !== undefined && wanted.length === 0 && state === 'idle')
    throw refuse('not_found', `There is no backup ${args.id.slice(0, 60)}, and none is being made.`, {
      next: ['ha_system op="backups" without id lists all.'],
    });
  const sorted = [...wanted].sort((a, b) => b.atMs - a.atMs);
  return {
    total: sorted.length,
    ...(state === 'idle' ? {} : { now: state }),
    ...(nextAutomatic === undefined ? {} : { next_automatic: nextAutomatic }),
    ...(agentErrors.length > 0 ? { unreadable: agentErrors } : {}),
    ...table(backupColumns, sorted.slice(0, mostRows).map(row)),
  };
};

/** Makes a backup and watches it; what outlasts the call goes on. */
export const createBackup = async (args: SystemArgs, context: Context): Reply => {
  const { operations, signal, confirm, progress } = context;
  const name = args.id?.trim() || `Made on ${new Date(operations.clock.now()).toISOString().slice(0, 16).replace('T', ' ')}`;
  operations.requireAskable('admin', 'Making a backup');
  const { state } = await operations.system.backups(signal);
  if (state !== 'idle')
    throw refuse('conflict', `The backup manager is busy (${state.slice(0, 40)}).`, {
      next: ['ha_system op="backups" tells when it is idle.'],
      retryable: true,
    });
  const approval = await confirm({
    summary: 'Make a backup of Home Assistant',
    will: [['back up', 'configuration and history', 'with the settings of automatic backups where there are any, else on this machine']],
    state,
  });
  const outcome = await operations.system.createBackup(name, approval, { signal, waitMs: requestMs(context), onProgress: progress });
  if (outcome.state === 'failed')
    throw new ToolError({
      code: 'upstream_error',
      what: 'The backup failed.',
      why: (outcome.reason ?? 'no reason given').slice(0, 200),
      next: ['Free space or mend the place it goes to, then try again.'],
      sideEffects: 'unknown',
    });
  if (outcome.state === 'running')
    return {
      state: 'running',
      id: outcome.jobId,
      stage: outcome.stage,
      next: `ha_system op="backups" id="${outcome.jobId}" tells when it is there`,
    };
  if (!outcome.backup) {
    const seen = outcome.isListUnread ? 'the list could not be read' : 'the list does not show it';
    return { state: 'unverified', id: outcome.jobId, note: `Home Assistant says completed, but ${seen}` };
  }
  return { state: 'completed', verified: true, settings: outcome.settings, ...table(backupColumns, [row(outcome.backup)]) };
};
