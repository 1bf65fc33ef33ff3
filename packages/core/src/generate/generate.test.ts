import { expect, test } from 'vitest';
import { toyServer } from '../server/fixtures/toy-server.ts';
import { definitionsOf, mcpbManifest, profileSchema, replaceBetweenMarkers, serverJson, settingsTable, toolsTable } from './index.ts';

const cellsOf = (table: string): readonly number[] => table.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);

test('tables have a row for each tool and setting, all of one width', () => {
  const table = toolsTable(toyServer);
  for (const { name } of toyServer.tools) expect(table).toContain(`\`${name}\``);
  const settings = settingsTable(toyServer);
  for (const name of ['TOY_URL', 'TOY_TOKEN', 'TOY_LEVEL', 'TOY_READ_ONLY']) expect(settings).toContain(name);
  for (const text of [table, settings]) expect(new Set(cellsOf(text)).size).toBe(1);
  expect(settings).not.toContain('--token');
});

test('server.json marks secrets and what is required', () => {
  const [entry] = serverJson(toyServer, 'io.github.x/toy')['packages'] as [{ environmentVariables: { name: string }[] }];
  expect(entry.environmentVariables.find(({ name }) => name === 'TOY_TOKEN')).toMatchObject({ isSecret: true, isRequired: true });
  expect(entry.environmentVariables.find(({ name }) => name === 'TOY_DEADLINE_SECONDS')).toMatchObject({
    isSecret: false,
    isRequired: false,
    format: 'number',
  });
});

test('no placeholder of a bundle can reach the server unfilled, and secrets are marked', () => {
  const manifest = mcpbManifest(toyServer) as {
    server: { mcp_config: { env: Record<string, string>; args: string[] } };
    user_config: Record<string, { required: boolean; default?: unknown; sensitive?: boolean }>;
  };
  for (const value of Object.values(manifest.server.mcp_config.env)) {
    const field = manifest.user_config[/^\$\{user_config\.(\w+)\}$/.exec(value)?.[1] ?? ''];
    expect(field?.required === true || field?.default !== undefined).toBe(true);
  }
  expect(manifest.user_config['token']?.sensitive).toBe(true);
  expect(manifest.server.mcp_config.args.join(' ')).not.toContain('user_config');
});

test('a profile has no place for a secret', () => {
  const { properties } = profileSchema(toyServer) as { properties: object };
  expect(properties).toHaveProperty('url');
  expect(properties).not.toHaveProperty('token');
});

test('definitions are plain data', () => {
  const definitions = definitionsOf(toyServer);
  expect(JSON.parse(JSON.stringify(definitions))).toEqual(definitions);
});

test('only what stands between the markers changes, twice the same', () => {
  const text = 'a\n<!-- generated:x -->\nold\n<!-- /generated:x -->\nb $& c';
  const once = replaceBetweenMarkers(text, 'x', '| $& |');
  expect(once).toBe('a\n<!-- generated:x -->\n| $& |\n<!-- /generated:x -->\nb $& c');
  expect(replaceBetweenMarkers(once, 'x', '| $& |')).toBe(once);
  expect(() => replaceBetweenMarkers(text, 'y', '')).toThrow('y');
});
