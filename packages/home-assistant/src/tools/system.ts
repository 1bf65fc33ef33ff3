import { defineTool, type ToolContext } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import { actOnApp, appLogs, listApps } from './system-apps.ts';
import { type SystemArgs, systemInput } from './system-args.ts';
import { createBackup, listBackups } from './system-backups.ts';
import { checkConfig, listUsers, reload, restart } from './system-core.ts';
import { systemOutput } from './system-output.ts';
import { installUpdate, listUpdates } from './system-updates.ts';

const acts = {
  check_config: checkConfig,
  reload,
  restart,
  backups: listBackups,
  create_backup: createBackup,
  updates: listUpdates,
  install_update: installUpdate,
  users: listUsers,
  apps: listApps,
  app_logs: appLogs,
  start_app: actOnApp,
  stop_app: actOnApp,
  restart_app: actOnApp,
  update_app: actOnApp,
  install_app: actOnApp,
  uninstall_app: actOnApp,
} satisfies Record<SystemArgs['op'], (args: SystemArgs, context: ToolContext<HomeOperations>) => Promise<Record<string, unknown>>>;

export const systemTool = defineTool<HomeOperations>()({
  name: 'ha_system',
  title: 'System',
  description:
    'Checks the configuration, reloads YAML, restarts Core (checks first, waits until it is back), lists and makes backups, lists and installs updates, lists users and sign-ins, runs apps (add-ons) where there is a Supervisor. What outlasts the call goes on; the same op without "create" or "install" tells how far it is.',
  toolset: 'system',
  level: 'admin',
  effect: 'destroy',
  confirm: 'depends',
  idempotent: false,
  input: systemInput,
  output: systemOutput,
  handler: async (args, context) => ({ data: await acts[args.op](args, context) }),
});
