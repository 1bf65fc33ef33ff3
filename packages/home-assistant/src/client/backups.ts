import { type Clock, orAborted, readBack, refuse, within } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { Backup, BackupList, BackupOutcome, LongOptions, SystemOperations } from '../domain/system-operations.ts';
import type { Facet } from './facet.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

const toBackup = (raw: Raw): Backup | undefined => {
  const backupId = textOf(raw, 'backup_id');
  if (backupId === undefined) return undefined;
  const agents = toRecord(raw['agents']);
  const copies = recordsIn(Object.values(agents));
  return {
    backupId,
    name: textOf(raw, 'name') ?? '',
    atMs: Date.parse(textOf(raw, 'date') ?? '') || 0,
    sizeBytes: Math.max(0, ...copies.map((copy) => (typeof copy['size'] === 'number' ? copy['size'] : 0))),
    withDatabase: raw['database_included'] === true,
    encrypted: copies.length > 0 && copies.every((copy) => copy['protected'] === true),
    agents: Object.keys(agents),
    failedAgents: textsOf(raw, 'failed_agent_ids'),
  };
};

/** The list as Home Assistant has it now. */
const readBackups = async (socket: HomeSocket, signal: AbortSignal): Promise<BackupList> => {
  const answer = await socket.command({ type: 'backup/info' }, { signal, doing: 'Reading the backups', timeoutMs: 30_000 });
  const raw = toRecord(answer);
  const next = textOf(raw, 'next_automatic_backup');
  const errors = toRecord(raw['agent_errors']);
  return {
    backups: recordsIn(raw['backups']).flatMap((item) => toBackup(item) ?? []),
    state: textOf(raw, 'state') ?? 'unknown',
    ...(next === undefined ? {} : { nextAutomatic: next }),
    agentErrors: Object.entries(errors).map(([agent, reason]) => `${agent}: ${String(reason).slice(0, 120)}`),
  };
};

/** The person's own settings where there are any; else everything, kept on this machine. */
const orderOf = async (
  socket: HomeSocket,
  name: string,
  signal: AbortSignal,
): Promise<{ message: Raw & { type: string }; settings: BackupOutcome['settings'] }> => {
  const doing = 'Reading the settings of backups';
  const config = await socket.command({ type: 'backup/config/info' }, { signal, doing });
  if (isRecord(config) && isRecord(config['config']) && config['config']['automatic_backups_configured'] === true)
    return { message: { type: 'backup/generate_with_automatic_settings' }, settings: 'automatic' };
  const info = await socket.command({ type: 'backup/agents/info' }, { signal, doing });
  const ids = recordsIn(isRecord(info) ? info['agents'] : []).flatMap((agent) => textOf(agent, 'agent_id') ?? []);
  const here = ids.filter((id) => id.endsWith('.local'));
  if (here.length === 0)
    throw refuse('unsupported', 'There is no local place for backups, and no settings for automatic ones.', {
      next: [`A person sets up automatic backups in Home Assistant first; places known: ${ids.join(', ') || 'none'}.`],
    });
  const message = {
    type: 'backup/generate',
    agent_ids: here,
    name,
    include_homeassistant: true,
    include_database: true,
    // Core without a Supervisor refuses both.
    include_all_addons: here.some((id) => id.startsWith('hassio.')),
    include_folders: [],
  };
  return { message, settings: 'local' };
};

interface Watched {
  state: BackupOutcome['state'];
  stage?: string;
  reason?: string;
}

/** Follows what the backup manager says until it is over or the time is. */
const watch = async (
  socket: HomeSocket,
  begin: () => Promise<string>,
  { signal, waitMs, onProgress, clock }: LongOptions & { readonly clock: Clock },
): Promise<Watched & { jobId: string }> => {
  const seen: Watched = { state: 'running' };
  let began = false;
  let over: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    over = resolve;
  });
  let steps = 0;
  const onEvent = (event: unknown): void => {
    if (!began || !isRecord(event) || event['manager_state'] !== 'create_backup') return;
    const stage = textOf(event, 'stage');
    if (stage !== undefined && stage !== seen.stage) {
      seen.stage = stage;
      onProgress?.((steps += 1), undefined, stage.replace(/_/g, ' '));
    }
    if (event['state'] !== 'completed' && event['state'] !== 'failed') return;
    seen.state = event['state'];
    const reason = textOf(event, 'reason');
    if (reason !== undefined) seen.reason = reason;
    over();
  };
  const stop = await socket.subscribe({ type: 'backup/subscribe_events' }, onEvent, { signal, doing: 'Watching the backup' });
  return within({ clock, ms: waitMs, signal }, async (limit) => {
    began = true;
    const jobId = await begin();
    await orAborted(finished, limit.signal).catch(() => undefined);
    return { ...seen, jobId };
  }).finally(stop);
};

/** Lists and makes backups. */
export const createBackupOperations = ({ ready, guard, clock }: Facet): Pick<SystemOperations, 'backups' | 'createBackup'> => ({
  backups: async (signal) => readBackups((await ready(signal)).socket, signal),
  createBackup: async (name, approval, options) => {
    const doing = 'Making a backup';
    guard.requireLevel('admin', doing);
    guard.requireApproval(approval, doing);
    const { signal } = options;
    const { socket } = await ready(signal);
    const { message, settings } = await orderOf(socket, name, signal);
    const known = new Set((await readBackups(socket, signal)).backups.map((backup) => backup.backupId));
    const begin = async (): Promise<string> => {
      const answer = await socket.command(message, { signal, write: true, doing });
      return (isRecord(answer) && textOf(answer, 'backup_job_id')) || 'unknown';
    };
    const { jobId, ...seen } = await watch(socket, begin, { ...options, clock });
    if (seen.state !== 'completed') return { ...seen, jobId, settings };
    // With a Supervisor the backup's id is not the job's.
    const list = await readBack(() => readBackups(socket, signal), signal);
    if (!list) return { ...seen, jobId, settings, isListUnread: true };
    const { backups } = list.seen;
    const backup = backups.find(({ backupId }) => backupId === jobId) ?? backups.find(({ backupId }) => !known.has(backupId));
    return { ...seen, jobId, settings, ...(backup ? { backup } : {}) };
  },
});
