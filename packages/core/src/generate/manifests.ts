import * as z from 'zod';
import { profileVersion } from '../config/profile-file.ts';
import type { Setting, SettingsSchema } from '../config/setting.ts';
import { allSettings, commonSettings } from '../server/common-settings.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import { firstSentence } from './first-sentence.ts';

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

/** What a person should see when installing a bundle: the server's own settings, and how much the model may do. */
const bundleSettings = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): SettingsSchema => {
  const { level, readOnly } = commonSettings(definition);
  return { ...definition.settings, level, readOnly };
};

/** What a field holds that nobody filled in: the setting's own default where it says it plainly, else nothing. */
const unsetOf = ({ schema }: Setting): string | boolean => {
  const { success, data } = schema.safeParse(undefined);
  return success && (typeof data === 'string' || typeof data === 'boolean') ? data : '';
};

/** `manifest.json` of an MCPB bundle. Every optional key has a default: hosts leave the placeholder of an unset one as text. */
export const mcpbManifest = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): Record<string, unknown> => {
  const settings = Object.entries(bundleSettings(definition));
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
    tools: definition.tools.map(({ name, description }) => ({ name, description: firstSentence(description) })),
    user_config: Object.fromEntries(
      settings.map(([key, setting]) => [
        key,
        {
          type: kindOf(setting) === 'boolean' ? 'boolean' : 'string',
          title: setting.title,
          description: setting.description,
          required: setting.required ?? false,
          ...(setting.secret ? { sensitive: true } : {}),
          ...(setting.required ? {} : { default: unsetOf(setting) }),
        },
      ]),
    ),
    compatibility: { runtimes: { node: '>=20.19' } },
  };
};

/** What a profile may hold for a setting: its type, choices, bounds and default. */
const valueSchema = ({ schema }: Setting): Record<string, unknown> => {
  const { $schema: _, ...value } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return value;
};

/** JSON Schema of a profile file, for editors. Secrets are not part of it. */
export const profileSchema = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `Profile of ${definition.title}`,
  type: 'object',
  required: ['version'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    version: { const: profileVersion, title: 'Version of this form' },
    ...Object.fromEntries(
      Object.entries(allSettings(definition))
        .filter(([, setting]) => !setting.secret)
        .map(([key, setting]) => [key, { ...valueSchema(setting), title: setting.title, description: setting.description }]),
    ),
  },
});
