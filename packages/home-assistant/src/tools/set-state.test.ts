import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type InProcess, startInProcess } from '../../test/in-process.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { setStateTool } from './set-state.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a sensor that is made up, and one that is there', async () => {
    expect(
      await replies.reply('ha_set_state', { entity_id: 'sensor.made_up', state: '1', attributes: { unit_of_measurement: 'W' } }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_set_state', { entity_id: 'sensor.kitchen_temperature', state: '31' })).toMatchSnapshot();
  });
  test('a lock, after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('ha_set_state', { entity_id: 'lock.front_door', state: 'unlocked' });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('a name is not an entity id', async () => {
    expect(await replies.reply('ha_set_state', { entity_id: 'Front Door', state: 'x' })).toMatchSnapshot();
  });
});

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

test('overwriting a state says that no device was touched', async () => {
  const operations = { ...fakeHouse(), setState: async () => 'created' as const };
  const { data } = await setStateTool.handler(
    { entity_id: 'sensor.made_up', state: '5' },
    { ...houseContext(operations).context, operations },
  );
  expect(data).toMatchObject({ result: 'created', rows: [['sensor.made_up', 'none', '5']], note: expect.stringContaining('no device') });
});
