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
