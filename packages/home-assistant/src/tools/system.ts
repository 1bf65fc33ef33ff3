import { defineTool, type OpDefinition, type ToolContext } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import { actOnApp, appLogs, listApps } from './system-apps.ts';
import { type SystemArgs, systemInput } from './system-args.ts';
import { createBackup, listBackups } from './system-backups.ts';
import { checkConfig, listUsers, reload, restart } from './system-core.ts';
import { systemOutput } from './system-output.ts';
import { installUpdate, listUpdates } from './system-updates.ts';

type Run = (args: SystemArgs, context: ToolContext<HomeOperations>) => Promise<Record<string, unknown>>;
type Op = OpDefinition<HomeOperations, SystemArgs>;

const op = (facts: Omit<Op, 'run'>, run: Run): Op => ({ ...facts, run: async (args, context) => ({ data: await run(args, context) }) });
const look = { effect: 'read', confirm: 'never', takes: ['id'] } as const;
const change = { effect: 'change', level: 'admin' } as const;
const asks = { effect: 'destroy', level: 'admin', confirm: 'always' } as const;

export const systemTool = defineTool<HomeOperations>()({
  name: 'ha_system',
  title: 'System',
  description:
    'Checks the configuration, reloads YAML, restarts Core (checks first, waits until it is back), lists and makes backups, lists and installs updates, lists users and sign-ins, runs apps (add-ons) where there is a Supervisor. What outlasts the call goes on; the same op without "create" or "install" tells how far it is.',
  toolset: 'system',
  idempotent: false,
  input: systemInput,
  output: systemOutput,
  ops: {
    updates: op({ ...look, level: 'read' }, listUpdates),
    backups: op({ ...look, level: 'read' }, listBackups),
    apps: op({ ...look, level: 'read' }, listApps),
    check_config: op({ ...look, level: 'configure' }, checkConfig),
    users: op({ ...look, level: 'admin' }, listUsers),
    app_logs: op({ ...look, level: 'admin' }, appLogs),
    reload: op({ ...change, confirm: 'never' }, reload),
    create_backup: op({ ...change, confirm: 'always' }, createBackup),
    restart: op(asks, restart),
    install_update: op(asks, installUpdate),
    start_app: op(asks, actOnApp),
    stop_app: op(asks, actOnApp),
    restart_app: op(asks, actOnApp),
    update_app: op(asks, actOnApp),
    install_app: op(asks, actOnApp),
    uninstall_app: op(asks, actOnApp),
  },
});
