import { makeCanary } from '@switchyard-mcp/testkit';
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
const fields = (reply: Record<string, unknown>): readonly string[] => (reply['rows'] as string[][]).map(([name]) => name ?? '');
const password = makeCanary('hub-password');
const code = makeCanary('hub-code');

describe('a new integration', () => {
  test('a form says name, type, need, default and options; the end is the entry, read back, with its entities', async () => {
    const home = await start();
    const form = await home.call(tool, { op: 'start', id: 'min_max' });
    expect(form['columns']).toEqual(['field', 'type', 'required', 'now', 'options', 'about']);
    expect(form['rows']).toEqual([
      ['name', 'text', 'yes', '', '', ''],
      ['entity_ids', 'entity[]', 'yes', '', 'sensor, number, input_number', ''],
      ['type', 'select', 'yes', '', 'min | max | mean | median | last | range | sum', ''],
      ['round_digits', 'number', 'yes', 2, '0–6', expect.stringContaining('decimal digits')],
    ]);
    const values = { name: 'Mean temp', entity_ids: ['sensor.outside_temperature'], type: 'mean' };
    const done = await home.call(tool, { op: 'submit', flow_id: flowOf(form), values });
    expect(done).toMatchObject({ done: true, verified: true, entities: ['sensor.mean_temp'] });
    expect(done['entry']).toEqual(['min_max', expect.any(String), 'Mean temp', 'loaded']);
    expect(home.simulator.getState('sensor.mean_temp')?.['state']).toBe('8.6');
    const helpers = await home.call('ha_search', { kinds: ['helper'] });
    expect((helpers['rows'] as string[][]).map(([id]) => id)).toContain('sensor.mean_temp');
    expect(await home.call('ha_search', { query: 'Mean temp', kinds: ['helper'] })).toMatchObject({ total: 1 });
  });
  test('unknown and missing fields are told with near names, and nothing is sent', async () => {
    const home = await start();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'local_todo' }));
    const before = home.simulator.requests.length;
    const text = await home.refusal(tool, { op: 'submit', flow_id, values: { todo_list_nam: 'x' } });
    expect(text).toMatch(/todo_list_nam: .*expected todo_list_name/);
    expect(text).toContain('todo_list_name: got nothing');
    expect(home.simulator.requests.length).toBe(before);
    expect(await home.call(tool, { op: 'submit', flow_id, values: { todo_list_name: 'Plants' } })).toMatchObject({
      entities: ['todo.plants'],
    });
  });
  test('what Home Assistant itself does not take leaves the flow where it is', async () => {
    const home = await start();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'local_todo' }));
    expect(await home.refusal(tool, { op: 'submit', flow_id, values: { todo_list_name: 5 } })).toContain('expected str');
    expect(await home.call(tool, { op: 'read', flow_id })).toMatchObject({ step: 'user' });
  });
  test('one that is there already is a conflict, not a success', async () => {
    const home = await start();
    for (const ending of ['call', 'refusal'] as const) {
      const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'local_todo' }));
      const answer = await home[ending](tool, { op: 'submit', flow_id, values: { todo_list_name: 'Plants' } });
      if (ending === 'refusal') expect(answer).toMatch(/already_configured.*Service is already configured/);
    }
  });
  test('a misspelt integration gets near names', async () => {
    expect(await (await start()).refusal(tool, { op: 'start', id: 'min_mxa' })).toContain('min_max');
  });
  test('a menu: the choices, a wrong one, the right one', async () => {
    const home = await start();
    const menu = await home.call(tool, { op: 'start', id: 'template' });
    expect(menu['menu']).toEqual(['binary_sensor', 'sensor', 'switch']);
    const flow_id = flowOf(menu);
    expect(await home.refusal(tool, { op: 'submit', flow_id, values: { next_step_id: 'senso' } })).toContain(
      'one of binary_sensor, sensor',
    );
    expect(fields(await home.call(tool, { op: 'submit', flow_id, values: { next_step_id: 'sensor' } }))).toContain('state');
    const done = await home.call(tool, { op: 'submit', flow_id, values: { name: 'Two', state: '{{ 1 + 1 }}' } });
    expect(done).toMatchObject({ verified: true, entities: ['sensor.two'] });
  });
  test('a sign-in in the browser and a pairing are left to the person, step by step', async () => {
    const home = await start();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'acme_hub' }));
    const wrong = await home.call(tool, { op: 'submit', flow_id, values: { host: 'hub', username: 'ada', password: 'wrong-canary' } });
    expect(wrong['errors']).toEqual({ password: 'invalid_auth: Invalid authentication' });
    const external = await home.call(tool, { op: 'submit', flow_id, values: { host: 'hub', username: 'ada', password } });
    expect(external).toMatchObject({
      open: `https://hub.example/authorize?state=${flow_id}`,
      next: expect.stringContaining('person opens'),
    });
    expect(await home.refusal(tool, { op: 'submit', flow_id, values: { x: 1 } })).toContain('takes no values');
    const memory = home.simulator.home.flows.get(flow_id)?.memory ?? {};
    memory['signedIn'] = true;
    expect(await home.call(tool, { op: 'read', flow_id })).toMatchObject({ doing: 'press_button' });
    memory['paired'] = true;
    expect(await home.call(tool, { op: 'read', flow_id })).toMatchObject({
      done: true,
      entry: ['acme_hub', expect.any(String), 'hub', 'loaded'],
    });
  });
  test('a flow can be given up, and is gone then', async () => {
    const home = await start();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'local_todo' }));
    expect(await home.call(tool, { op: 'abort', flow_id })).toEqual({ aborted: flow_id });
    expect(await home.refusal(tool, { op: 'submit', flow_id, values: {} })).toContain('no open flow');
    expect(home.simulator.home.flows.has(flow_id)).toBe(false);
  });
});

test('what is typed into a form is in no reply, no trail and no log', async () => {
  const home = await start();
  const replies: unknown[] = [];
  const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'acme_hub' }));
  for (const values of [{ host: 'nowhere', username: 'ada', password }, { host: 'hub', username: 'ada', password }, { oops: password }])
    replies.push(await home.call(tool, { op: 'submit', flow_id, values }).catch((error: Error) => error.message));
  const pin = await home.call(tool, { op: 'start', id: 'broken_cloud', flow: 'reauth' });
  replies.push(await home.call(tool, { op: 'submit', flow_id: flowOf(pin), values: { password: code } }));
  expect(JSON.stringify(replies)).not.toContain(password);
  expect(home.written()).not.toContain(password);
  expect(home.written()).not.toContain(code);
  expect(home.written()).toContain('"fields":["host","username","password"]');
});

describe('an integration that is there', () => {
  const withHelper = async (): Promise<InProcess> => {
    const home = await start();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'min_max' }));
    const values = { name: 'Mean', entity_ids: ['sensor.outside_temperature'], type: 'mean', round_digits: 1 };
    await home.call(tool, { op: 'submit', flow_id, values });
    return home;
  };
  test('options: what is left out stays, what is null is cleared', async () => {
    const home = await withHelper();
    const form = await home.call(tool, { op: 'start', id: 'min_max', flow: 'options' });
    expect((form['rows'] as unknown[][]).find(([name]) => name === 'type')?.[3]).toBe('mean');
    expect(await home.call(tool, { op: 'submit', flow_id: flowOf(form), values: { type: 'max' } })).toMatchObject({ verified: true });
    const [entry] = [...home.simulator.home.registries.configEntries.values()].filter(({ domain }) => domain === 'min_max');
    expect(entry?.options).toMatchObject({ entity_ids: ['sensor.outside_temperature'], type: 'max', round_digits: 1 });
    const again = await home.call(tool, { op: 'start', id: 'min_max', flow: 'options' });
    expect(await home.refusal(tool, { op: 'submit', flow_id: flowOf(again), values: { entity_ids: null } })).toContain(
      'required key not provided',
    );
  });
  test('a section is written with a dot', async () => {
    const home = await start();
    const form = await home.call(tool, { op: 'start', id: 'broken_cloud', flow: 'options' });
    expect(fields(form)).toEqual(['interval', 'advanced.verify_ssl', 'advanced.port']);
    const flow_id = flowOf(form);
    expect(await home.refusal(tool, { op: 'submit', flow_id, values: { 'advanced.port': 0 } })).toContain('at least 1');
    await home.call(tool, { op: 'submit', flow_id, values: { 'advanced.port': 8443 } });
    const [entry] = [...home.simulator.home.registries.configEntries.values()].filter(({ domain }) => domain === 'broken_cloud');
    expect(entry?.options).toEqual({ interval: 30, advanced: { verify_ssl: true, port: 8443 } });
  });
  test('reconfigure, and a new sign-in that mends it', async () => {
    const home = await start();
    const form = await home.call(tool, { op: 'start', id: 'broken_cloud', flow: 'reauth' });
    expect(form).toMatchObject({ step: 'reauth_confirm', says: 'The password of broken cloud is no longer accepted.' });
    expect(form['rows']).toEqual([['password', 'text (secret)', 'yes']]);
    const done = await home.call(tool, { op: 'submit', flow_id: flowOf(form), values: { password } });
    expect(done).toMatchObject({ ended: 'reauth_successful', entry: ['broken_cloud', expect.any(String), 'broken cloud', 'loaded'] });
    expect(await home.refusal(tool, { op: 'start', id: 'broken_cloud', flow: 'reauth' })).toContain('does not ask');
    const change = await home.call(tool, { op: 'start', id: 'broken_cloud', flow: 'reconfigure' });
    const values = { host: 'other', username: 'ada', password };
    expect(await home.call(tool, { op: 'submit', flow_id: flowOf(change), values })).toMatchObject({
      verified: true,
      ended: 'reconfigure_successful',
    });
    expect(await home.refusal(tool, { op: 'start', id: 'demo', flow: 'reconfigure' })).toContain('flow="options"');
  });
  test('a part is added, changed and removed after consent', async () => {
    const home = await start();
    const begin = { op: 'start', id: 'broken_cloud', flow: 'subentry' };
    expect(await home.refusal(tool, { ...begin, part: 'sensr' })).toContain('Types that can be added: sensor');
    const add = await home.call(tool, { ...begin, part: 'sensor' });
    const added = await home.call(tool, { op: 'submit', flow_id: flowOf(add), values: { name: 'Hall meter', state: 7 } });
    const [part] = added['parts'] as string[][];
    expect(part?.slice(1)).toEqual(['sensor', 'Hall meter']);
    const change = await home.call(tool, { ...begin, part: part?.[0] });
    const changed = await home.call(tool, { op: 'submit', flow_id: flowOf(change), values: { name: 'Attic meter' } });
    expect(changed['parts']).toEqual([[part?.[0], 'sensor', 'Attic meter']]);
    const { data } = await home.agree(tool, { op: 'remove', id: 'broken_cloud', part: part?.[0] });
    expect(data).toEqual({ removed: part?.[0], verified: true });
  });
  test('a repair: the issue is gone afterwards; what has no flow says so', async () => {
    const home = await start();
    home.simulator.home.issues.push({ domain: 'demo', issue_id: 'old_yaml', is_fixable: false, severity: 'warning', ignored: false });
    expect(await home.refusal(tool, { op: 'start', id: 'demo/old_yaml', flow: 'repair' })).toContain('what a person must do');
    expect(await home.refusal(tool, { op: 'start', id: 'demo/nope', flow: 'repair' })).toContain('broken_cloud/reauth_required');
    const step = await home.call(tool, { op: 'start', id: 'broken_cloud/reauth_required', flow: 'repair' });
    expect(step).toMatchObject({ says: expect.stringContaining('Select Submit once'), next: expect.stringContaining('values={}') });
    expect(await home.call(tool, { op: 'submit', flow_id: flowOf(step) })).toEqual({ done: true, verified: true });
  });
  test('off and on again, reload, unchanged, removed after consent with all that goes', async () => {
    const home = await withHelper();
    expect(await home.call(tool, { op: 'disable', id: 'min_max' })).toMatchObject({
      rows: [['min_max', 'loaded', 'disabled']],
      verified: true,
    });
    expect(await home.call(tool, { op: 'disable', id: 'Mean' })).toMatchObject({
      rows: [['min_max', 'disabled', 'disabled', 'unchanged']],
    });
    expect(await home.call(tool, { op: 'enable', id: 'min_max' })).toMatchObject({
      rows: [['min_max', 'disabled', 'loaded']],
      verified: true,
    });
    expect(await home.call(tool, { op: 'reload', id: 'min_max' })).toMatchObject({ verified: true });
    const { asked, data } = await home.agree(tool, { op: 'remove', id: 'min_max' });
    expect(asked['will']).toContainEqual(['remove', 'sensor.mean', '']);
    expect(data).toMatchObject({ rows: [['min_max', 'loaded', 'removed']], verified: true });
    expect(home.simulator.getState('sensor.mean')).toBeUndefined();
  });
  test('two of one kind must be told apart', async () => {
    const home = await withHelper();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'min_max' }));
    await home.call(tool, { op: 'submit', flow_id, values: { name: 'Other', entity_ids: ['sensor.grid_power'], type: 'max' } });
    expect(await home.refusal(tool, { op: 'disable', id: 'min_max' })).toMatch(/2 entries .*Mean.*Other/s);
    expect(await home.call(tool, { op: 'read', id: 'Other' })).toMatchObject({ entities: ['sensor.other'], entities_total: 1 });
  });
  test('diagnostics: an outline, a part by path, secrets masked', async () => {
    const home = await start();
    const whole = await home.call(tool, { op: 'diagnostics', id: 'broken_cloud' });
    expect(whole['rows']).toContainEqual(['/data', expect.stringContaining('characters')]);
    const part = await home.call(tool, { op: 'diagnostics', id: 'broken_cloud', path: '/data/entry' });
    expect(part['value']).toMatchObject({ api_key: '[hidden]' });
    expect(await home.refusal(tool, { op: 'diagnostics', id: 'broken_cloud', path: '/data/entri' })).toContain(
      'There are: entry, readings',
    );
    expect(await home.refusal(tool, { op: 'diagnostics', id: 'demo' })).toContain('no diagnostics');
  });
  test('the list: what is broken first, open flows and repairs beside it', async () => {
    const list = await (await start()).call(tool, { op: 'list' });
    expect((list['rows'] as string[][])[0]).toEqual([
      'broken_cloud',
      'broken cloud',
      'setup_error: Invalid credentials',
      expect.any(String),
    ]);
    expect(list['open_flows']).toEqual([[expect.any(String), 'broken_cloud', 'reauth', 'reauth_confirm']]);
    expect(list['repairs']).toEqual([['broken_cloud/reauth_required', 'error', 'has a flow']]);
  });
});

describe('limits below the tools', () => {
  test('an integration with a hidden entity cannot be touched, and a form cannot name one', async () => {
    const home = await start({ settings: { deny: 'lock' } });
    const owner = [...home.simulator.home.registries.entities.values()].find((entity) =>
      entity.entity_id.startsWith('lock.'),
    )?.config_entry_id;
    expect(owner).toBeTruthy();
    expect(await home.refusal(tool, { op: 'disable', id: owner })).toContain('outside those');
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'min_max' }));
    const values = { name: 'X', entity_ids: ['lock.front_door'], type: 'mean' };
    expect(await home.refusal(tool, { op: 'submit', flow_id, values })).toContain('does not exist');
  });
  test('an ordinary user is told to use an administrator, in words', async () => {
    const home = await start({ settings: { token: 'simulated-guest-token' } });
    expect(await home.refusal(tool, { op: 'start', id: 'local_todo' })).toMatch(/administrator/);
  });
});

describe('on a bad wire', () => {
  test('an answer that never comes leaves it open whether it was done', async () => {
    const home = await start({ deadlineMs: 5000 });
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'local_todo' }));
    home.simulator.faults.hang = true;
    const text = await home.refusal(tool, { op: 'submit', flow_id, values: { todo_list_name: 'Late' } });
    expect(text).toMatch(/may have|unknown/i);
  });
  test('a server error is no success', async () => {
    const home = await start();
    const flow_id = flowOf(await home.call(tool, { op: 'start', id: 'local_todo' }));
    home.simulator.faults.serverErrors = 5;
    expect(await home.refusal(tool, { op: 'submit', flow_id, values: { todo_list_name: 'Broken' } })).toMatch(/answered 500/);
    expect(home.simulator.getState('todo.broken')).toBeUndefined();
  });
});
