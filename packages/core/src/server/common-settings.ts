import * as z from 'zod';
import type { SettingsSchema } from '../config/setting.ts';
import type { Closable, ServerDefinition } from './define-server.ts';

/** "home-assistant" → "HOMEASSISTANT": the prefix of a server's environment names. */
export const environmentPrefix = (name: string): string => name.replace(/-/g, '').toUpperCase();

/** The settings that every server has. Their names in the environment begin with the server's. */
export const commonSettings = <S extends SettingsSchema, Operations extends Closable>(definition: ServerDefinition<S, Operations>) => {
  const prefix = environmentPrefix(definition.name);
  const sets = definition.toolsets.map((set) => set.id);
  return {
    level: {
      schema: z.enum(definition.levels as readonly [string, ...string[]]).default(definition.defaultLevel),
      title: 'Permission level',
      description: `What the model may do, weakest first: ${definition.levels.join(' < ')}.`,
      env: [`${prefix}_LEVEL`],
      flag: 'level',
      example: definition.defaultLevel,
    },
    readOnly: {
      schema: z.boolean().default(false),
      title: 'Read only',
      description: `Nothing can be changed, whatever the level says: the same as level ${definition.levels[0] ?? ''}.`,
      env: [`${prefix}_READ_ONLY`],
      flag: 'read-only',
    },
    toolsets: {
      schema: z
        .array(z.enum(sets as [string, ...string[]]))
        .default(definition.toolsets.filter((set) => set.byDefault).map((set) => set.id)),
      title: 'Toolsets',
      description: `Comma-separated list of the groups of tools to offer: ${sets.join(', ')}.`,
      env: [`${prefix}_TOOLSETS`],
      flag: 'toolsets',
    },
    audit: {
      schema: z.enum(['on', 'off']).default('on'),
      title: 'Audit trail',
      description:
        'Whether every write leaves lines in a trail in the state folder. With "on", a write that cannot be recorded does not happen.',
      env: [`${prefix}_AUDIT`],
      flag: 'audit',
    },
    deadlineSeconds: {
      schema: z.number().int().min(5).max(600).default(45),
      title: 'Deadline of a call in seconds',
      description: 'After this many seconds a call answers with what is known. Many clients give up at 60.',
      env: [`${prefix}_DEADLINE_SECONDS`],
      flag: 'deadline',
    },
  } as const satisfies SettingsSchema;
};

/** All settings of a server: its own and the common ones. */
export const allSettings = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): SettingsSchema => ({
  ...definition.settings,
  ...commonSettings(definition),
});
