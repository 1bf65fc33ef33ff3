import { afterEach, expect, test } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';

/** What a tool above the level does cannot be done by ha_control either. */
let home: InProcess | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});
const calls = ({ simulator }: InProcess): readonly string[] =>
  simulator.requests.flatMap(({ what, body }) => (what === 'call_service' ? [JSON.stringify(body)] : []));

test.each([
  ['homeassistant.restart', {}],
  ['homeassistant.reload_all', {}],
  ['automation.reload', {}],
  ['homeassistant.reload_config_entry', { targets: ['light.kitchen_lights'] }],
])('%s is refused at the level "control", unasked and unsent', async (action, more) => {
  home = await startInProcess({ level: 'control' });
  const text = await home.refusal('ha_control', { action, ...more });
  expect(text).toMatch(/needs the level "admin"/);
  expect(await home.refusal('ha_control', { action, ...more, dry_run: true })).toMatch(/needs the level "admin"/);
  const [domain = '', service = ''] = action.split('.');
  const { signal } = new AbortController();
  const call = { domain, service, data: {}, entityIds: [], returnResponse: false };
  await expect(home.operations.callService(call, { signal, timeoutMs: 60_000 })).rejects.toMatchObject({
    fields: { code: 'permission_denied' },
  });
  expect(calls(home)).toEqual([]);
});

test('what makes groups and scenes needs the level of ha_edit', async () => {
  home = await startInProcess({ level: 'control' });
  const call = { domain: 'scene', service: 'create', data: { scene_id: 'x', entities: {} }, entityIds: [], returnResponse: false };
  const { signal } = new AbortController();
  await expect(home.operations.callService(call, { signal, timeoutMs: 60_000 })).rejects.toMatchObject({
    fields: { code: 'permission_denied', what: expect.stringContaining('"configure"') },
  });
});

test('a description says what the level forbids, and nothing of it where it does not', async () => {
  home = await startInProcess({ level: 'control' });
  expect(JSON.stringify(await home.call('ha_describe_action', { domain: 'homeassistant' }))).toMatch(
    /"restart\(.*?\): refused, needs level admin"/,
  );
  expect(await home.call('ha_describe_action', { action: 'homeassistant.restart' })).toMatchObject({
    refused: expect.stringContaining('"admin"'),
  });
  expect(await home.call('ha_describe_action', { action: 'light.turn_on' })).not.toHaveProperty('refused');
  await home.close();
  home = await startInProcess({ level: 'admin' });
  expect(JSON.stringify(await home.call('ha_describe_action', { domain: 'homeassistant' }))).not.toContain('refused');
  expect(await home.call('ha_control', { action: 'automation.reload' })).toMatchObject({ sent: true });
});

test('a restart is asked for in words, once', async () => {
  home = await startInProcess({ level: 'admin' });
  const asked = await home.call('ha_control', { action: 'homeassistant.restart' });
  expect(asked).toMatchObject({ will: [['call', 'homeassistant.restart']] });
  expect(JSON.stringify(asked)).not.toContain('restart homeassistant.restart');
  expect(calls(home)).toEqual([]);
});
