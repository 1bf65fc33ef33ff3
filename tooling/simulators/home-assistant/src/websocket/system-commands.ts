import type { Backups } from '../home/backups.ts';
import type { Home } from '../home/home.ts';
import { isoTime, stableId } from '../home/identifiers.ts';
import { USER_ID } from '../home/logbook.ts';
import type { App } from '../home/supervisor.ts';
import { isJson, type Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

function users(): Json[] {
  const user = (id: string, name: string, username: string | null, more: Json): Json => ({
    id,
    username,
    name,
    is_owner: false,
    is_active: true,
    local_only: false,
    system_generated: false,
    group_ids: ['system-users'],
    credentials: username === null ? [] : [{ type: 'homeassistant' }],
    ...more,
  });
  return [
    user(stableId('content'), 'Home Assistant Content', null, { system_generated: true, group_ids: ['system-read-only'] }),
    user(USER_ID, 'Ada Tester', 'ada', { is_owner: true, group_ids: ['system-admin'] }),
    user(stableId('guest'), 'Bob Guest', 'bob', {}),
  ];
}

function refreshTokens({ home }: CommandContext): Json[] {
  const at = isoTime(home.startedAt);
  const token = { auth_provider_type: null, client_icon: null, client_id: null, created_at: at, last_used_at: at, last_used_ip: null };
  return [
    {
      ...token,
      client_name: null,
      client_id: 'http://127.0.0.1:8123/',
      expire_at: isoTime(home.startedAt + 7_776_000_000),
      id: stableId('t1'),
      is_current: false,
      type: 'normal',
    },
    { ...token, client_name: 'simulator', expire_at: null, id: stableId('t2'), is_current: true, type: 'long_lived_access_token' },
  ];
}

const event = (stage: string | null, state: string, reason: string | null = null): Json => ({
  manager_state: 'create_backup',
  reason,
  stage,
  state,
});

function backupInfo({ home: { backups } }: CommandContext): Json {
  return {
    agent_errors: {},
    backups: backups.list,
    last_attempted_automatic_backup: null,
    last_completed_automatic_backup: null,
    last_action_event: backups.lastEvent,
    next_automatic_backup: null,
    next_automatic_backup_additional: false,
    state: backups.state,
  };
}

/** Goes through the stages one after another, as Core does; who asked has the job's id before the first. */
function runBackup(home: Home, jobId: string, name: string): void {
  const { backups } = home;
  backups.state = 'create_backup';
  backups.tell(event(null, 'in_progress'));
  const end = (last: Json): void => {
    backups.tell(last);
    backups.state = 'idle';
    backups.tell({ manager_state: 'idle' });
  };
  home.after('backup', 1, () => {
    backups.tell(event('home_assistant', 'in_progress'));
    if (backups.next === 'hang') return;
    if (backups.next !== 'complete') return end(event(null, 'failed', backups.next.reason));
    backups.tell(event('upload_to_agents', 'in_progress'));
    backups.list.unshift(writeBackup(jobId, name));
    end(event(null, 'completed'));
  });
}

function writeBackup(backupId: string, name: string): Json {
  return {
    addons: [],
    backup_id: backupId,
    date: isoTime(Date.now()),
    database_included: true,
    extra_metadata: { instance_id: stableId('instance'), with_automatic_settings: false },
    folders: [],
    homeassistant_included: true,
    homeassistant_version: '2025.4.4',
    name,
    agents: { 'backup.local': { protected: false, size: 153_600 } },
    failed_agent_ids: [],
    with_automatic_settings: false,
  };
}

function generate({ home, afterResult }: CommandContext, message: Json): Json {
  const ids = [message['agent_ids'] ?? ['backup.local']].flat();
  if (!ids.every((id) => id === 'backup.local'))
    throw new CommandError('home_assistant_error', `At least one available backup agent must be selected, got ${pythonRepr(ids)}`);
  if (message['include_all_addons'] === true || [message['include_folders'] ?? []].flat().length > 0)
    throw new CommandError('home_assistant_error', 'Addons and folders are not supported by core backup');
  if (home.backups.state !== 'idle') throw new CommandError('home_assistant_error', 'Backup manager busy: create_backup');
  const jobId = stableId(`backup ${home.backups.list.length} ${Date.now()}`).slice(0, 8);
  afterResult(() => runBackup(home, jobId, String(message['name'] ?? 'Automatic backup')));
  return { backup_job_id: jobId };
}

const noBackupAgents = (backups: Backups): Json => ({ agents: backups.agents });

function writeApp(app: App): Json {
  return {
    slug: app.slug,
    name: app.name,
    description: app.description,
    state: app.installed ? app.state : 'unknown',
    version: app.version,
    version_latest: app.latest,
    update_available: app.version !== app.latest,
    installed: app.installed,
    repository: 'core',
  };
}

function supervisor({ home: { apps } }: CommandContext, message: Json): Json | undefined {
  if (!apps) throw new CommandError('unknown_command', 'Unknown command.');
  const endpoint = String(message['endpoint']);
  if (message['method'] === 'get') {
    if (endpoint === '/addons') return { addons: [...apps.values()].filter((app) => app.installed).map(writeApp) };
    const about = /^\/addons\/([^/]+)\/info$/.exec(endpoint);
    const app = apps.get(about?.[1] ?? '');
    if (app) return { ...writeApp(app), options: app.options };
    if (endpoint === '/store') return { addons: [...apps.values()].map(writeApp), repositories: [] };
  }
  if (endpoint === '/store/repositories') return {};
  const [, slug = '', act = ''] = /^\/(?:store\/)?addons\/([^/]+)\/(\w+)$/.exec(endpoint) ?? [];
  const app = apps.get(slug);
  if (!app) throw new CommandError('unknown_error', 'App is not installed');
  if (act === 'options' && isJson(message['data']) && isJson(message['data']['options'])) app.options = message['data']['options'];
  if (act === 'start' || act === 'restart') app.state = 'started';
  if (act === 'stop') app.state = 'stopped';
  if (act === 'install') Object.assign(app, { installed: true, state: 'stopped' });
  if (act === 'uninstall') app.installed = false;
  if (act === 'update') app.version = app.latest;
  return {};
}

/** Backups, users, release notes and the Supervisor. */
export const SYSTEM_COMMANDS: Commands = {
  'config/auth/list': command('', users, true),
  'auth/refresh_tokens': command('', refreshTokens),
  'backup/info': command('', backupInfo, true),
  'backup/details': command(
    'backup_id!',
    ({ home }, { backup_id }) => ({ agent_errors: {}, backup: home.backups.list.find((one) => one['backup_id'] === backup_id) ?? null }),
    true,
  ),
  'backup/agents/info': command('', ({ home }) => noBackupAgents(home.backups), true),
  'backup/config/info': command(
    '',
    ({ home }) => ({
      config: {
        agents: {},
        automatic_backups_configured: home.backups.automaticConfigured,
        create_backup: {
          agent_ids: [],
          include_addons: null,
          include_all_addons: false,
          include_database: true,
          include_folders: null,
          name: null,
          password: null,
        },
        retention: { copies: null, days: null },
        schedule: { days: [], recurrence: 'never', time: null },
      },
    }),
    true,
  ),
  'backup/generate': command(
    'agent_ids! include_addons include_all_addons include_database include_folders include_homeassistant name password',
    generate,
    true,
  ),
  'backup/generate_with_automatic_settings': command('', generate, true),
  'backup/subscribe_events': command(
    '',
    (context) => {
      context.subscribe(context.home.backups.listen(context.event));
      context.afterResult(() => context.event({ manager_state: context.home.backups.state }));
    },
    true,
  ),
  'update/release_notes': command('entity_id!', ({ home }, { entity_id }) => {
    const state = home.states.get(String(entity_id));
    if (!state) throw new CommandError('not_found', 'Entity not found');
    if ((Number(state.attributes['supported_features'] ?? 0) & 16) === 0)
      throw new CommandError('not_supported', 'Entity does not support release notes');
    return `## ${String(state.attributes['latest_version'])}\n\nEverything is better.`;
  }),
  'supervisor/api': command('endpoint! method! data timeout', supervisor, true),
};
