import { tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';

const text = z.string();
const maybe = text.optional();
const rows = z.array(z.array(text));
const verified = z.boolean();

export const backupColumns = ['id', 'made', 'size', 'name', 'at', 'note'] as const;
export const updateColumns = ['id', 'title', 'installed', 'latest', 'note'] as const;
export const userColumns = ['name', 'username', 'rights'] as const;
export const signInColumns = ['name', 'kind', 'made', 'last_used', 'ends'] as const;
export const appColumns = ['slug', 'name', 'state', 'latest', 'about'] as const;

/** What ha_system answers, by op. */
export const systemOutput = z.lazy(() =>
  z.union([
    // check_config, reload, restart
    z.strictObject({ valid: z.boolean(), errors: maybe, warnings: maybe }),
    z.strictObject({ reloaded: text, entities: z.number().optional(), note: maybe }),
    z.strictObject({ restarted: z.enum(['under way', 'unknown']), note: text }),
    z.strictObject({ restarted: z.literal(true), took: text, state: z.literal('running'), note: maybe, not_loaded: rows.optional() }),
    // backups, create_backup
    z.strictObject({
      total: z.number(),
      now: maybe,
      next_automatic: maybe,
      unreadable: z.array(text).optional(),
      ...tableFields(backupColumns),
    }),
    z.strictObject({ state: z.literal('running'), id: text, stage: maybe, next: text }),
    z.strictObject({ state: z.literal('unverified'), id: text, note: text }),
    z.strictObject({
      state: z.literal('completed'),
      verified: z.literal(true),
      settings: z.enum(['automatic', 'local']),
      ...tableFields(backupColumns),
    }),
    // updates, install_update
    z.strictObject({ total: z.number(), up_to_date: z.number(), ...tableFields(updateColumns) }),
    z.strictObject({
      ...{ id: text, title: text, installed: text, latest: text },
      ...{ note: maybe, url: maybe, notes: maybe, notes_chars: z.number().optional() },
    }),
    z.strictObject({ state: z.literal('installed'), verified: z.literal(true), rows }),
    z.strictObject({ state: z.literal('running'), rows, next: text }),
    z.strictObject({ state: z.literal('unverified'), rows, note: text }),
    // users
    z.strictObject({ total: z.number(), ...tableFields(userColumns), my_sign_ins: z.strictObject(tableFields(signInColumns)) }),
    // apps, app_logs, start_app and the like
    z.strictObject({ total: z.number(), ...tableFields(appColumns) }),
    z.strictObject({ slug: text, total_chars: z.number().optional(), note: maybe, log: text }),
    z.strictObject({ rows, verified, note: maybe }),
  ]),
);
