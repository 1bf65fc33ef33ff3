import { afterEach, expect, test } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';

/** A made-up state touches no device, but what unlocks by it believes it. */
let home: InProcess | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});
const tool = 'ha_set_state';
const sent = ({ simulator }: InProcess): number => simulator.requests.filter(({ what }) => what.startsWith('POST /api/states/')).length;

test('a sensor that is made up needs no agreement', async () => {
  home = await startInProcess();
  expect(await home.call(tool, { entity_id: 'sensor.made_up', state: '1' })).toMatchObject({ result: 'created' });
});

test.each([
  [{ entity_id: 'person.anna', state: 'home' }],
  [{ entity_id: 'device_tracker.phone_of_anna', state: 'home' }],
  [{ entity_id: 'lock.front_door', state: 'locked' }],
  [{ entity_id: 'binary_sensor.made_up', state: 'off', attributes: { device_class: 'door' } }],
  [{ entity_id: 'group.family', state: 'home', attributes: { entity_id: ['person.anna'] } }],
])('%j is asked about, and only the yes sends it', async (args) => {
  home = await startInProcess();
  const asked = await home.call(tool, args);
  expect(asked).toMatchObject({ confirm: expect.any(String), will: [['overwrite', args.entity_id, expect.stringContaining(args.state)]] });
  expect(sent(home)).toBe(0);
  expect(await home.call(tool, { ...args, confirm: asked['confirm'] })).toMatchObject({ result: expect.any(String) });
  expect(sent(home)).toBe(1);
});

test('where security acts are never done, these are not made up either, whoever calls', async () => {
  home = await startInProcess({ settings: { security: 'never' } });
  const { signal } = new AbortController();
  const overwrite = { entityId: 'person.anna', state: 'home' };
  await expect(home.operations.setState(overwrite, { signal })).rejects.toMatchObject({ fields: { code: 'permission_denied' } });
  expect(sent(home)).toBe(0);
  expect(await home.call(tool, { entity_id: 'sensor.made_up', state: '1' })).toMatchObject({ result: 'created' });
});

test('below the tool nothing is overwritten without an approval', async () => {
  home = await startInProcess();
  const { signal } = new AbortController();
  const overwrite = { entityId: 'alarm_control_panel.home', state: 'disarmed' };
  await expect(home.operations.setState(overwrite, { signal })).rejects.toMatchObject({ fields: { code: 'confirmation_required' } });
});
