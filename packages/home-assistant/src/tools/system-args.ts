import * as z from 'zod';

const ops = [
  'check_config',
  'reload',
  'restart',
  'backups',
  'create_backup',
  'updates',
  'install_update',
  'users',
  'apps',
  'app_logs',
  'start_app',
  'stop_app',
  'restart_app',
  'update_app',
  'install_app',
  'uninstall_app',
] as const;

/** What ha_system takes. */
export const systemInput = z.object({
  op: z.enum(ops),
  id: z
    .string()
    .max(200)
    .optional()
    .describe('Domain to reload, or all, or core; update entity; slug of an app; apps: "store"; id of a backup'),
  backup: z.boolean().optional().describe('install_update: back up first'),
});
export type SystemArgs = z.output<typeof systemInput>;
