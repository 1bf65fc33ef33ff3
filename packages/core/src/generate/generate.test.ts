import { expect, test } from 'vitest';
import { toyServer } from '../server/fixtures/toy-server.ts';
import { firstSentence } from './first-sentence.ts';
import { definitionsOf, mcpbManifest, profileSchema, replaceBetweenMarkers, serverJson, settingsTable, toolsTable } from './index.ts';

const cellsOf = (table: string): readonly number[] => table.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);

test('tables have a row for each tool and setting, all of one width', () => {
  const table = toolsTable(toyServer);
  for (const { name } of toyServer.tools) expect(table).toContain(`\`${name}\``);
  const settings = settingsTable(toyServer);
  expect(settings).toContain('| `TOY_LEVEL` | `--level` | `change` |');
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

test('a bundle asks how much the model may do', () => {
  const { user_config: fields, server } = mcpbManifest(toyServer) as {
    server: { mcp_config: { env: Record<string, string> } };
    user_config: Record<string, unknown>;
  };
  expect(fields['level']).toMatchObject({ type: 'string', required: false, default: toyServer.defaultLevel });
  expect(fields['readOnly']).toMatchObject({ type: 'boolean', default: false });
  expect(server.mcp_config.env).toMatchObject({ TOY_LEVEL: '${user_config.level}', TOY_READ_ONLY: '${user_config.readOnly}' });
});

test('a profile has its version, lists that are lists, choices, and no place for a secret', () => {
  const { properties, required } = profileSchema(toyServer) as { properties: Record<string, unknown>; required: string[] };
  expect(properties['toolsets']).toMatchObject({ type: 'array', items: { enum: toyServer.toolsets.map(({ id }) => id) } });
  expect(properties['level']).toMatchObject({ enum: [...toyServer.levels], default: toyServer.defaultLevel });
  expect(properties['readOnly']).toMatchObject({ type: 'boolean', default: false });
  expect(properties['deadlineSeconds']).toMatchObject({ type: 'integer', minimum: 5, maximum: 600 });
  expect(required).toEqual(['version']);
  expect(properties).toHaveProperty('url');
  expect(properties).not.toHaveProperty('token');
});

test.each([
  ['Finds things. Then more.', 'Finds things'],
  ['Renders a template, e.g. {{ states }}. Use it late.', 'Renders a template, e.g. {{ states }}'],
  ['Reads e.g. Kitchen, i.e. a room. Next.', 'Reads e.g. Kitchen, i.e. a room'],
  ['Costs 1.5 s at most.', 'Costs 1.5 s at most'],
  ['No end', 'No end'],
])('first sentence of %j', (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
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
