import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHome } from '../../test/doubles/fake-home.ts';
import { away, runAgreed } from '../../test/doubles/unreadable.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { integrationTool } from './integration.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  const start = async (args: Record<string, unknown>): Promise<string> =>
    String((await replies.data('ha_integration', { op: 'start', ...args }))['flow_id']);

  test('the list, and one entry', async () => {
    expect(await replies.reply('ha_integration', { op: 'list' })).toMatchSnapshot();
    expect(await replies.reply('ha_integration', { op: 'list', id: 'hue' })).toMatchSnapshot();
    expect(await replies.reply('ha_integration', { op: 'read', id: 'hue' })).toMatchSnapshot();
  });
  test('a form, a wrong field, and the entry that it makes', async () => {
    const values = { name: 'Mean temp', entity_ids: ['sensor.outside_temperature'], type: 'mean' };
    expect(await replies.reply('ha_integration', { op: 'start', id: 'min_max' })).toMatchSnapshot();
    const flow_id = await start({ id: 'min_max' });
    expect(await replies.reply('ha_integration', { op: 'submit', flow_id, values: { nam: 'x' } })).toMatchSnapshot();
    expect(await replies.reply('ha_integration', { op: 'submit', flow_id, values })).toMatchSnapshot();
    for (const op of ['disable', 'enable', 'reload'])
      expect(await replies.reply('ha_integration', { op, id: 'min_max' })).toMatchSnapshot();
    for (const shown of await replies.agreed('ha_integration', { op: 'remove', id: 'min_max' })) expect(shown).toMatchSnapshot();
  });
  test('a menu, which is given up', async () => {
    expect(await replies.reply('ha_integration', { op: 'start', id: 'template' })).toMatchSnapshot();
    expect(await replies.reply('ha_integration', { op: 'abort', flow_id: await start({ id: 'template' }) })).toMatchSnapshot();
  });
  test('a sign-in that is wrong, an address for the person, a pairing', async () => {
    const flow_id = await start({ id: 'acme_hub' });
    const submit = (password: string) => ({ op: 'submit', flow_id, values: { host: 'hub', username: 'ada', password } });
    expect(await replies.reply('ha_integration', submit('wrong'))).toMatchSnapshot();
    expect(await replies.reply('ha_integration', submit('simulated-password'))).toMatchSnapshot();
    Object.assign(replies.simulator.home.flows.get(flow_id)?.memory ?? {}, { signedIn: true });
    expect(await replies.reply('ha_integration', { op: 'read', flow_id })).toMatchSnapshot();
  });
  test('a part is added and removed', async () => {
    const flow_id = await start({ id: 'broken_cloud', flow: 'subentry', part: 'sensor' });
    const added = { op: 'submit', flow_id, values: { name: 'Hall meter', state: 7 } };
    expect(await replies.reply('ha_integration', added)).toMatchSnapshot();
    const { parts } = (await replies.data('ha_integration', { op: 'read', id: 'broken_cloud' })) as { parts: string[][] };
    const removal = { op: 'remove', id: 'broken_cloud', part: parts[0]?.[0] };
    for (const shown of await replies.agreed('ha_integration', removal)) expect(shown).toMatchSnapshot();
  });
  test('diagnostics, whole and in part', async () => {
    expect(await replies.reply('ha_integration', { op: 'diagnostics', id: 'broken_cloud' })).toMatchSnapshot();
    expect(await replies.reply('ha_integration', { op: 'diagnostics', id: 'broken_cloud', path: '/data/entry' })).toMatchSnapshot();
  });
  test('an integration that is not there, and a flow that is not open', async () => {
    expect(await replies.reply('ha_integration', { op: 'reload', id: 'hueue' })).toMatchSnapshot();
    expect(await replies.reply('ha_integration', { op: 'submit', flow_id: 'f1', values: {} })).toMatchSnapshot();
  });
});

test('an integration that was reloaded, and a part that was removed, are told as not read back', async () => {
  const entry = { entryId: 'e1', domain: 'hub', title: 'Hub', state: 'loaded', disabled: false, subentryTypes: ['lamp'] };
  let removed = false;
  const flows = {
    entries: async () => [entry],
    reload: async () => ({ entry: undefined, isReadBack: false, needsRestart: false }),
    subentries: async () => (removed ? away() : [{ subentryId: 's1', type: 'lamp', title: 'Lamp' }]),
    reachOf: async () => ({ entityIds: [], usedBy: [] }),
    remove: async () => {
      removed = true;
      return { entry, isReadBack: true, needsRestart: false };
    },
  } as unknown as HomeOperations['flows'];
  const home = fakeHome([], { flows });
  expect((await runAgreed(integrationTool, { op: 'reload', id: 'hub' }, home)).data).toMatchObject({
    rows: [['hub', 'loaded', 'not read back']],
    verified: false,
    note: expect.stringMatching(/^done/),
  });
  expect((await runAgreed(integrationTool, { op: 'remove', id: 'hub', part: 's1' }, home)).data).toMatchObject({
    removed: 's1',
    verified: false,
  });
});

test('a finished flow of which nothing can be read is done, not failed', async () => {
  const step = { flowId: 'f1', type: 'finished', stepId: '', domain: 'hub', fields: [], errors: {}, menu: [] };
  const flows = { securityActs: async () => [], submit: async () => step, resultOf: away } as unknown as HomeOperations['flows'];
  const { data } = await runAgreed(integrationTool, { op: 'submit', flow_id: 'f1', values: {} }, fakeHome([], { flows }));
  expect(data).toMatchObject({ done: true, verified: false, integration: 'hub', note: expect.stringMatching(/^done/) });
});
