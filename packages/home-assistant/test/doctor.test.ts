import { createRuntime, type DoctorCheck } from '@switchyard-mcp/core';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examine } from '../src/client/examine.ts';

let simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
beforeAll(async () => {
  simulator = await startHomeAssistantSimulator();
});
afterAll(() => simulator.close());

const unset = { caFile: undefined, insecureTls: undefined, allow: undefined, deny: undefined, security: 'ask', raw: undefined } as const;
const runtime = createRuntime({ level: 'control', command: 'home' });

const checks = async (settings: object = {}, redacted = false): Promise<readonly DoctorCheck[]> => {
  const found: DoctorCheck[] = [];
  const all = { ...unset, url: simulator.url, token: simulator.token, ...settings };
  for await (const check of examine({ settings: all, runtime, redacted }, new AbortController().signal)) found.push(check);
  return found;
};

test('a home that is as it should be has no problem, and says how much is visible', async () => {
  expect((await checks()).map(({ id, status }) => [id, status])).toEqual([
    ['address', 'ok'],
    ['token', 'ok'],
    ['core', 'ok'],
  ]);
  const shown = await checks({ allow: 'light', deny: 'alarm_control_panel,vacuum' });
  expect(shown.find(({ id }) => id === 'core')?.seen).toMatch(/\d+ of \d+ entities visible/);
  expect(shown.filter(({ status }) => status === 'problem')).toEqual([]);
});

test('an entry that matches nothing is named, with what may have been meant', async () => {
  const found = (await checks({ deny: 'lihgt,lock.frnt_door,light.*', allow: 'sensor.nope_*' })).filter(
    ({ status }) => status === 'problem',
  );
  expect(found.map(({ id }) => id)).toEqual(['allow', 'deny', 'deny']);
  expect(found[0]?.seen).toContain('"sensor.nope_*" matches no entity, so it shows nothing');
  expect(found[1]?.seen).toMatch(/"lihgt" matches no entity, so it hides nothing; did you mean light/);
  expect(found[2]?.seen).toContain('lock.front_door');
  expect(found[1]?.mend).toContain('HOMEASSISTANT_DENY');
});

test('unchecked certificates are never left unsaid', async () => {
  const found = (await checks({ insecureTls: true })).find(({ id }) => id === 'certificate');
  expect(found).toMatchObject({ status: 'warning', seen: expect.stringMatching(/not checked/) });
});

test('a redacted report names no person, no home and no entity', async () => {
  const open = JSON.stringify(await checks());
  const { userName, locationName } = await names();
  expect(open).toContain(userName);
  expect(open).toContain(locationName);
  const text = JSON.stringify(await checks({ deny: 'lock.frnt_door' }, true));
  for (const name of [userName, `\\"${locationName}\\"`, 'front_door', 'frnt_door']) expect(text).not.toContain(name);
});

const names = async (): Promise<{ userName: string; locationName: string }> => {
  const seen = (await checks()).map((check) => check.seen).join('\n');
  return { userName: /^(.+), (?:not )?an administrator$/m.exec(seen)?.[1] ?? '', locationName: /"(.+)"/.exec(seen)?.[1] ?? '' };
};
