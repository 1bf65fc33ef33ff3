import { afterEach, describe, expect, test } from 'vitest';
import { type InProcess, type InProcessOptions, startInProcess } from './in-process.ts';

const open: InProcess[] = [];
const start = async (options?: InProcessOptions): Promise<InProcess> => {
  const made = await startInProcess(options);
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const tool = 'ha_integration';
const flowOf = (reply: Record<string, unknown>): string => String(reply['flow_id']);

describe('a helper made by a flow is no way around the rules', () => {
  const unlock = { action: 'lock.unlock', target: { entity_id: 'lock.front_door' } };
  const formOf = async (home: InProcess, kind: string): Promise<string> => {
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'template' }));
    await home.call(tool, { op: 'submit', flow_id, values: { next_step_id: kind } });
    return flow_id;
  };
  const entries = (home: InProcess) =>
    [...home.simulator.home.registries.configEntries.values()].filter(({ domain }) => domain === 'template');
  const helpers = (home: InProcess): number => entries(home).length;

  test('one whose actions unlock is saved only after consent', async () => {
    const home = await start();
    const submit = { op: 'submit', flow_id: await formOf(home, 'switch'), values: { name: 'Door', turn_on: [{ sequence: [unlock] }] } };
    const asked = await home.call(tool, submit);
    expect(asked).toMatchObject({
      confirm: expect.any(String),
      will: [['do by itself', 'lock.unlock lock.front_door', expect.any(String)]],
    });
    expect(helpers(home)).toBe(0);
    expect(await home.call(tool, { ...submit, confirm: asked['confirm'] })).toMatchObject({ done: true, verified: true });
    expect(helpers(home)).toBe(1);
  });
  test('consent for one is none for another', async () => {
    const home = await start();
    const submit = { op: 'submit', flow_id: await formOf(home, 'switch') };
    const asked = await home.call(tool, { ...submit, values: { name: 'Door', turn_on: [unlock] } });
    const disarm = { action: 'alarm_control_panel.alarm_disarm', target: { entity_id: 'all' } };
    const other = { ...submit, values: { name: 'Door', turn_on: [disarm] }, confirm: asked['confirm'] };
    const answer = await home.call(tool, other).catch((error: Error) => ({ refused: error.message }));
    expect(answer).not.toHaveProperty('done');
    expect(helpers(home)).toBe(0);
  });
  test('a garage is known by its state, also when nothing was read before', async () => {
    const home = await start();
    home.simulator.home.set('cover.big_door', 'closed', { device_class: 'garage' });
    const turn_on = [{ action: 'cover.open_cover', target: { entity_id: 'cover.big_door' } }];
    const submit = { op: 'submit', flow_id: await formOf(home, 'switch'), values: { name: 'Door', turn_on } };
    expect(await home.call(tool, submit)).toHaveProperty('confirm');
    expect(helpers(home)).toBe(0);
  });
  test('new options of an old one ask as well', async () => {
    const home = await start();
    const flow_id = await formOf(home, 'switch');
    await home.call(tool, { op: 'submit', flow_id, values: { name: 'Door' } });
    const [entry] = entries(home);
    // The options of the simulator's template helper are those of a sensor.
    const form = await home.call(tool, { op: 'start', id: entry?.entry_id, flow: 'options' });
    const values = { state: 'on', unit_of_measurement: [unlock] };
    expect(await home.call(tool, { op: 'submit', flow_id: flowOf(form), values })).toHaveProperty('confirm');
  });
  test('with security "never" it is refused, and nobody is asked', async () => {
    const home = await start({ settings: { security: 'never' } });
    const submit = { op: 'submit', flow_id: await formOf(home, 'switch'), values: { name: 'Door', turn_on: [unlock] } };
    expect(await home.refusal(tool, submit)).toMatch(/set to never do/);
    expect(helpers(home)).toBe(0);
  });
  test('below the tools nothing is sent without an approval', async () => {
    const home = await start();
    const flowId = await formOf(home, 'switch');
    const work = home.operations.flows.submit(
      { flowId, values: { name: 'Door', turn_on: [unlock] } },
      { signal: new AbortController().signal },
    );
    await expect(work).rejects.toMatchObject({ fields: { code: 'confirmation_required' } });
    expect(helpers(home)).toBe(0);
  });
  test.each<[string, string, Record<string, unknown>]>([
    ['a template', 'sensor', { state: "{{ states['lock']['front_door'].state }}" }],
    ['an area', 'switch', { turn_on: [{ action: 'light.turn_on', target: { area_id: 'hall' } }] }],
    ['a device deep inside', 'switch', { turn_on: [{ sequence: [{ action: 'light.turn_on', target: { device_id: ['d'] } }] }] }],
    ['all', 'switch', { turn_on: [{ action: 'light.turn_on', target: { entity_id: 'all' } }] }],
  ])('with lists in force %s is refused', async (_what, kind, values) => {
    const home = await start({ settings: { deny: 'lock' } });
    const submit = { op: 'submit', flow_id: await formOf(home, kind), values: { name: 'Door', ...values } };
    expect(await home.refusal(tool, submit)).toContain('can reach others');
    expect(helpers(home)).toBe(0);
  });
});

describe('the end of a flow is verified only where it was seen', () => {
  test('a repair whose flow somebody else began is not called verified', async () => {
    const home = await start();
    const answer = await fetch(`${home.simulator.url}/api/repairs/issues/fix`, {
      method: 'POST',
      headers: { authorization: `Bearer ${home.simulator.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ handler: 'broken_cloud', issue_id: 'reauth_required' }),
    });
    const { flow_id } = (await answer.json()) as { flow_id: string };
    expect(await home.call(tool, { op: 'submit', flow_id })).toEqual({
      done: true,
      verified: false,
      note: expect.stringContaining('which issue'),
    });
  });
  test('a repair after which the issue is still listed is not verified, even where the lists hide the issue', async () => {
    for (const deny of [undefined, 'lock']) {
      const home = await start(deny === undefined ? {} : { settings: { deny } });
      const step = await home.call(tool, { op: 'start', id: 'broken_cloud/reauth_required', flow: 'repair' });
      const { issues } = home.simulator.home;
      issues.splice = () => [];
      const [issue] = issues;
      if (issue && deny) issue['translation_placeholders'] = { name: 'lock.front_door' };
      expect(await home.call(tool, { op: 'submit', flow_id: flowOf(step) })).toMatchObject({
        verified: false,
        note: expect.stringContaining('still listed'),
      });
    }
  });
  test('a new sign-in after which the entry is neither changed nor loaded is not verified', async () => {
    const home = await start();
    const form = await home.call(tool, { op: 'start', id: 'broken_cloud', flow: 'reauth' });
    const { configEntries } = home.simulator.home.registries;
    configEntries.set = () => configEntries;
    const done = await home.call(tool, { op: 'submit', flow_id: flowOf(form), values: { password: 'canary-hub-passw0rd' } });
    expect(done).toMatchObject({ ended: 'reauth_successful', verified: false });
  });
});
