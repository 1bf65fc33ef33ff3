import * as z from 'zod';
import type { Setting, SettingsSchema } from '../config/setting.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';

const kindOf = (setting: Setting): 'string' | 'number' | 'boolean' => {
  const { type } = z.toJSONSchema(setting.schema, { io: 'output', unrepresentable: 'any' }) as { type?: string };
  return type === 'boolean' ? 'boolean' : type === 'number' || type === 'integer' ? 'number' : 'string';
};

/** `server.json` of the MCP registry. */
export const serverJson = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  mcpName: string,
): Record<string, unknown> => ({
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: mcpName,
  title: definition.title,
  description: definition.description.slice(0, 100),
  version: definition.version,
  packages: [
    {
      registryType: 'npm',
      identifier: definition.packageName,
      version: definition.version,
      transport: { type: 'stdio' },
      environmentVariables: Object.values(allSettings(definition)).map((setting) => ({
        name: setting.env[0],
        description: setting.description,
        isRequired: setting.required ?? false,
        isSecret: setting.secret ?? false,
        format: kindOf(setting),
      })),
    },
  ],
});

/** `manifest.json` of an MCPB bundle. Every optional key has a default: hosts leave the placeholder of an unset one as text. */
export const mcpbManifest = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): Record<string, unknown> => {
  const settings = Object.entries(definition.settings);
  return {
    manifest_version: '0.3',
    name: definition.name,
    display_name: definition.title,
    version: definition.version,
    description: definition.description,
    author: { name: 'Switchyard' },
    license: 'Apache-2.0',
    server: {
      type: 'node',
      entry_point: 'dist/bin.js',
      mcp_config: {
        command: 'node',
        args: ['${__dirname}/dist/bin.js'],
        env: Object.fromEntries(settings.map(([key, setting]) => [setting.env[0], `\${user_config.${key}}`])),
      },
    },
    tools: definition.tools.map(({ name, description }) => ({ name, description: description.split('. ')[0] })),
    user_config: Object.fromEntries(
      settings.map(([key, setting]) => [
        key,
        {
          type: 'string',
          title: setting.title,
          description: setting.description,
          required: setting.required ?? false,
          ...(setting.secret ? { sensitive: true } : {}),
          ...(setting.required ? {} : { default: '' }),
        },
      ]),
    ),
    compatibility: { runtimes: { node: '>=20.19' } },
  };
};

/** JSON Schema of a profile file, for editors. Secrets are not part of it. */
export const profileSchema = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `Profile of ${definition.title}`,
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(allSettings(definition))
      .filter(([, setting]) => !setting.secret)
      .map(([key, setting]) => [key, { type: kindOf(setting), title: setting.title, description: setting.description }]),
  ),
});
