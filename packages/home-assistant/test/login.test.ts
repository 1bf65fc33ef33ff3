import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime } from '@switchyard-mcp/core';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { makeCertificate } from '@switchyard-mcp/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { homeAssistantServer } from '../src/server.ts';

/** A login connects with what is set already. */
const hour = 3_600_000;
let folder = '';
let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
const certificate = makeCertificate(Date.now() - hour, Date.now() + hour);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-login-'));
  simulator = await startHomeAssistantSimulator({ tls: certificate });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

type Login = NonNullable<typeof homeAssistantServer.login>;
const login = (settings: Parameters<Login>[1]['settings'], asked: string[] = []): Promise<unknown> => {
  const ask: Parameters<Login>[0] = async (question, { secret = false, initial = '' } = {}) => {
    asked.push(initial);
    return secret ? simulator.token : initial || question;
  };
  return (homeAssistantServer.login as Login)(ask, { settings, runtime: createRuntime() });
};

test('the authority that is set is taken, offered with the known address, and kept', async () => {
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificate.cert);
  const asked: string[] = [];
  expect(await login({ url: simulator.url, caFile }, asked)).toEqual({ url: simulator.url, token: simulator.token, caFile });
  expect(asked[0]).toBe(simulator.url);
});

test('a CA file without a certificate is named as such', async () => {
  const caFile = join(folder, 'key.pem');
  await writeFile(caFile, certificate.key);
  await expect(login({ url: simulator.url, caFile })).rejects.toMatchObject({
    fields: { what: expect.stringMatching(/key\.pem holds no certificate/) },
  });
});

test('so is the wish to accept any certificate; without either it fails', async () => {
  expect(await login({ url: simulator.url, insecureTls: true })).toMatchObject({ insecureTls: true });
  await expect(login({ url: simulator.url })).rejects.toMatchObject({ fields: { what: expect.stringMatching(/certificate/i) } });
});

test('an address that cannot be one is refused before the token is asked for; an empty token is not sent', async () => {
  const asked: string[] = [];
  const context = { settings: {}, runtime: createRuntime() };
  const answer = (url: string) => async (question: string) => {
    asked.push(question);
    return /address/.test(question) ? url : '';
  };
  const run = homeAssistantServer.login as Login;
  await expect(run(answer('homeassistant.local'), context)).rejects.toMatchObject({
    fields: { code: 'invalid_input', what: expect.stringContaining('begins with http:// or https://') },
  });
  expect(asked).toEqual(['Home Assistant address']);
  await expect(run(answer(simulator.url), context)).rejects.toMatchObject({ fields: { what: expect.stringContaining('token is empty') } });
});
