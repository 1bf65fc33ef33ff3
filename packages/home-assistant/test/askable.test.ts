import { afterEach, expect, test } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';

let home: InProcess | undefined;
afterEach(() => home?.close());
const start = async (options: Parameters<typeof startInProcess>[0]): Promise<InProcess> => {
  home = await startInProcess(options);
  return home;
};
const writes = ({ simulator }: InProcess): number =>
  simulator.requests.filter(({ what }) => /call_service|POST|create|delete/.test(what)).length;

/** Nobody is asked to agree to what would then be refused: the refusal is the first answer. */
test.each([
  ['unlocking', 'ha_control', { action: 'unlock', targets: ['lock.front_door'] }],
  ['disarming', 'ha_control', { action: 'disarm', targets: ['alarm_control_panel.home'], data: { code: '1234' } }],
  ['a restart', 'ha_system', { op: 'restart' }],
  ['a restart as a call', 'ha_control', { action: 'homeassistant.restart' }],
  ['a backup', 'ha_system', { op: 'create_backup' }],
  ['a made-up presence', 'ha_set_state', { entity_id: 'person.anna', state: 'home' }],
  ['showing a lock to a voice assistant', 'ha_organize', { changes: [{ ids: ['lock.front_door'], set: { expose: true } }] }],
  ['a raw write', 'ha_raw', { command: 'config/label_registry/create', data: { name: 'Raw' } }],
] as const)('security "never": %s', async (_what, tool, args) => {
  const there = await start({ settings: { security: 'never', raw: true } });
  expect(await there.refusal(tool, args)).toMatch(/set to never do/);
  expect(writes(there)).toBe(0);
});

test('a level that is too low is told before anybody is asked, with security acts too', async () => {
  const there = await start({ level: 'control' });
  expect(await there.refusal('ha_control', { action: 'homeassistant.restart' })).toContain('needs the level "admin"');
  expect(writes(there)).toBe(0);
});

test('what the lists hide is refused before anybody is asked', async () => {
  const there = await start({ settings: { deny: 'lock.front_door' } });
  expect(await there.refusal('ha_control', { action: 'unlock', targets: ['lock.front_door'] })).toContain('lock.front_door');
});
