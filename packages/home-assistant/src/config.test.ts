import { createRuntime } from '@switchyard-mcp/core';
import { loadSettings } from '@switchyard-mcp/core/config';
import { expect, test } from 'vitest';
import { homeAssistantSettings } from './config.ts';

const load = (argv: readonly string[], env: Record<string, string> = {}) =>
  loadSettings(homeAssistantSettings, {
    serverName: 'home-assistant',
    argv,
    secrets: createRuntime().secrets,
    env: { SWITCHYARD_CONFIG_DIR: '/nowhere', ...env },
  });

test('--raw and --insecure-tls are bare flags, and take no word after them', async () => {
  const { values, problems, rest } = await load(['--raw', '--insecure-tls', 'doctor']);
  expect(problems).toEqual([]);
  expect(values).toMatchObject({ raw: true, insecureTls: true });
  expect(rest).toEqual(['doctor']);
  expect((await load(['--no-raw'], { HOMEASSISTANT_RAW: 'true' })).values.raw).toBe(false);
});

test('what is neither yes nor no is said, not taken for no', async () => {
  const { problems } = await load([], { HOMEASSISTANT_RAW: 'ja' });
  expect(problems).toEqual([expect.objectContaining({ where: 'HOMEASSISTANT_RAW', problem: expect.stringContaining('true or false') })]);
  expect((await load([], { HOMEASSISTANT_INSECURE_TLS: ' yes ' })).values.insecureTls).toBe(true);
  expect((await load([])).values).toMatchObject({ raw: false, insecureTls: false });
});

test.each(['lock.front lock.back', 'light.*;lock', 'switch.', 'light.a.b', 'küche'])(
  'a list with %o, which can never match an entity, is refused',
  async (entry) => {
    const { problems, values } = await load([], { HOMEASSISTANT_DENY: `camera,${entry}` });
    expect(problems).toEqual([
      expect.objectContaining({ where: 'HOMEASSISTANT_DENY', problem: expect.stringContaining(`"${entry}" is not`) }),
    ]);
    expect(values.deny).toBeUndefined();
  },
);

test('a list takes domains, ids, wildcards, statistics and a comma at its end, in any case', async () => {
  const deny = 'Lock, light.*,sensor.*_temp?,*,energy:solar,';
  expect(await load([], { HOMEASSISTANT_DENY: deny })).toMatchObject({ problems: [], values: { deny } });
});
