import { afterEach, describe, expect, test } from 'vitest';
import { demoUpdate } from './demo-update.ts';
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
const tool = 'ha_system';
const sent = (home: InProcess, what: string): number => home.simulator.requests.filter((request) => request.what.includes(what)).length;
const restarts = (home: InProcess): number =>
  home.simulator.requests.filter((request) => (request.body as { service?: string } | undefined)?.service === 'restart').length;

describe('restart', () => {
  test('checks, asks, goes down, comes back, and says what is not loaded', async () => {
    const home = await start();
    const { asked, data } = await home.agree(tool, { op: 'restart' });
    expect(asked['will']).toEqual([['restart', 'Core 2025.4.4', 'configuration checked: valid']]);
    expect(data).toMatchObject({ restarted: true, state: 'running', not_loaded: [['broken_cloud', 'setup_error', 'Invalid credentials']] });
    expect(restarts(home)).toBe(1);
    expect(await home.call('ha_get', { ids: ['light.kitchen_lights'] })).toBeTruthy();
  });
  test('an invalid configuration stops it before anybody is asked', async () => {
    const home = await start();
    home.simulator.home.configErrors = 'Integration error: nope - Integration not found.';
    const text = await home.refusal(tool, { op: 'restart' });
    expect(text).toMatch(/not valid.*Integration not found/s);
    expect(restarts(home)).toBe(0);
    expect(await home.call(tool, { op: 'check_config' })).toMatchObject({
      valid: false,
      errors: expect.stringContaining('Integration not found'),
    });
    expect(await home.refusal(tool, { op: 'reload', id: 'all' })).toContain('not valid');
  });
  test('the check is one and the same for everybody who asks, and tells of nothing hidden', async () => {
    const home = await start({ settings: { deny: 'lock' } });
    home.simulator.home.configErrors = 'Invalid config for lock.front_door';
    const { signal } = new AbortController();
    const check = await home.operations.system.checkConfig(signal);
    expect(check).toEqual({ valid: false, errors: 'in parts that this server may not show' });
    expect(await home.operations.insight.checkConfig(signal)).toEqual(check);
  });
  test('one that turned invalid between preview and yes is not sent', async () => {
    const home = await start();
    const asked = await home.call(tool, { op: 'restart' });
    home.simulator.home.configErrors = 'bad';
    expect(await home.refusal(tool, { op: 'restart', confirm: asked['confirm'] })).toContain('Nothing was changed');
    expect(restarts(home)).toBe(0);
  });
  test('when it does not come back in time, that is what is said', async () => {
    const home = await start({ deadlineMs: 8000 });
    const { simulator } = home;
    simulator.home.onRestart = () => {
      simulator.home.coreState = 'STARTING';
      void simulator.restart();
    };
    const { data } = await home.agree(tool, { op: 'restart' });
    expect(data).toMatchObject({ restarted: 'under way', note: expect.stringMatching(/went down and is STARTING/) });
  });
  test('an order that changes nothing is no restart', async () => {
    const home = await start({ deadlineMs: 8000 });
    home.simulator.home.onRestart = undefined;
    expect((await home.agree(tool, { op: 'restart' })).data).toMatchObject({
      restarted: 'unknown',
      note: expect.stringContaining('did not go down'),
    });
  });
  test('security "never" refuses it before anybody is asked, and below the tools', async () => {
    const home = await start({ settings: { security: 'never' } });
    expect(await home.refusal(tool, { op: 'restart' })).toContain('never do such actions');
    const options = { signal: new AbortController().signal, waitMs: 60_000, onProgress: () => undefined };
    await expect(home.operations.system.restart(undefined as never, options)).rejects.toMatchObject({
      fields: { code: 'permission_denied' },
    });
    expect(restarts(home)).toBe(0);
  });
});

describe('reload', () => {
  test('a domain, with what it has; a misspelt one with near names', async () => {
    const home = await start();
    expect(await home.call(tool, { op: 'reload', id: 'automation' })).toMatchObject({
      reloaded: 'automation',
      entities: expect.any(Number),
    });
    expect(await home.refusal(tool, { op: 'reload', id: 'automatoin' })).toContain('automation');
    expect(await home.refusal(tool, { op: 'reload' })).toContain('id must say what');
  });
});

describe('backups', () => {
  test('one is made, watched, read back with its size, and listed', async () => {
    const home = await start();
    const { data } = await home.agree(tool, { op: 'create_backup', id: 'Before the upgrade' });
    expect(data).toMatchObject({ state: 'completed', verified: true, settings: 'local', columns: ['id', 'made', 'size', 'name', 'at'] });
    const [row] = data['rows'] as string[][];
    expect(row?.slice(2)).toEqual(['154 KB', 'Before the upgrade', 'backup.local']);
    expect(await home.call(tool, { op: 'backups', id: row?.[0] })).toMatchObject({ total: 1 });
    expect(home.progress.map(([, , what]) => what)).toEqual(['home assistant', 'upload to agents']);
  });
  test('one that fails is an error with the reason', async () => {
    const home = await start();
    home.simulator.home.backups.next = { reason: 'no space left' };
    const asked = await home.call(tool, { op: 'create_backup' });
    expect(await home.refusal(tool, { op: 'create_backup', confirm: asked['confirm'] })).toMatch(/failed.*no space left/);
  });
  test('one that outlasts the call goes on, with its id to ask for', async () => {
    const home = await start({ deadlineMs: 8000 });
    home.simulator.home.backups.next = 'hang';
    const { data } = await home.agree(tool, { op: 'create_backup' });
    expect(data).toMatchObject({ state: 'running', stage: 'home_assistant', next: expect.stringContaining(String(data['id'])) });
    expect(await home.call(tool, { op: 'backups', id: data['id'] })).toMatchObject({ total: 0, now: 'create_backup' });
  });
  test('while one is being made another is refused; its id does not exist yet, and that is said', async () => {
    const home = await start();
    home.simulator.home.backups.state = 'create_backup';
    expect(await home.refusal(tool, { op: 'create_backup' })).toContain('busy');
    expect(await home.call(tool, { op: 'backups', id: 'job-1' })).toMatchObject({ total: 0, now: 'create_backup' });
    home.simulator.home.backups.state = 'idle';
    expect(await home.refusal(tool, { op: 'backups', id: 'job-1' })).toContain('none is being made');
  });
});

describe('updates', () => {
  test('the list, one with its notes, an install that is followed', async () => {
    const home = await start();
    demoUpdate(home.simulator);
    expect(await home.call(tool, { op: 'updates' })).toMatchObject({ total: 2 });
    expect(await home.call(tool, { op: 'updates', id: 'update.hub' })).toMatchObject({
      installed: '1.0',
      latest: '1.1',
      notes: expect.stringContaining('better'),
    });
    const { asked, data } = await home.agree(tool, { op: 'install_update', id: 'update.hub', backup: true });
    expect(asked['will']).toEqual([['install', 'update.hub', '1.0 → 1.1']]);
    expect(asked['against']).toContain('a backup is made first');
    expect(data).toMatchObject({ state: 'installed', verified: true, rows: [['update.hub', '1.0', '1.1']] });
    expect(await home.refusal(tool, { op: 'install_update', id: 'update.hub' })).toContain('up to date');
    expect(await home.refusal(tool, { op: 'install_update', id: 'light.kitchen_lights' })).toContain('not an update');
  });
  test('accepted and nothing happened is unverified, not installed', async () => {
    const home = await start();
    demoUpdate(home.simulator);
    home.simulator.faults.ignoreService('update.install');
    const { data } = await home.agree(tool, { op: 'install_update', id: 'update.hub' });
    expect(data).toMatchObject({ state: 'unverified', rows: [['update.hub', '1.0', '1.0']] });
  });
});

describe('users and apps', () => {
  test('users and sign-ins come without anything to sign in with', async () => {
    const home = await start();
    const reply = await home.call(tool, { op: 'users' });
    expect(reply['rows']).toContainEqual(['Ada Tester', 'ada', 'owner']);
    expect(JSON.stringify(reply)).not.toContain(home.simulator.token);
    expect(reply['my_sign_ins']).toMatchObject({
      rows: expect.arrayContaining([['simulator (this one)', 'long_lived_access_token', expect.any(String), expect.any(String), '']]),
    });
  });
  test('without a Supervisor that is what is said', async () => {
    const home = await start();
    expect(await home.refusal(tool, { op: 'apps' })).toContain('no Supervisor here');
    expect(await home.refusal(tool, { op: 'start_app', id: 'core_ssh' })).toContain('no Supervisor here');
  });
  test('apps: installed, the store, start, update, install and uninstall after consent, the log', async () => {
    const home = await start({ simulator: { supervisor: true } });
    expect(await home.call(tool, { op: 'apps' })).toMatchObject({
      total: 2,
      rows: expect.arrayContaining([expect.arrayContaining(['core_ssh', 'stopped 1.0.0'])]),
    });
    expect(await home.call(tool, { op: 'apps', id: 'store' })).toMatchObject({ total: 3 });
    const acts: readonly (readonly [string, string, string, string])[] = [
      ['start_app', 'core_ssh', 'stopped 1.0.0', 'started 1.0.0'],
      ['stop_app', 'core_ssh', 'started 1.0.0', 'stopped 1.0.0'],
      ['restart_app', 'core_mosquitto', 'started 1.0.0', 'started 1.0.0'],
      ['update_app', 'core_mosquitto', 'started 1.0.0', 'started 1.1.0'],
      ['install_app', 'core_samba', 'not installed', 'stopped 1.0.0'],
      ['uninstall_app', 'core_samba', 'stopped 1.0.0', 'not installed'],
    ];
    for (const [op, id, before, after] of acts)
      expect((await home.agree(tool, { op, id })).data, op).toEqual({ rows: [[id, before, after]], verified: true });
    expect(await home.call(tool, { op: 'app_logs', id: 'core_ssh' })).toMatchObject({ log: expect.stringContaining('starts') });
    expect(await home.refusal(tool, { op: 'start_app', id: 'core_shh' })).toContain('no app core_shh');
    expect(sent(home, 'supervisor/api')).toBeGreaterThan(0);
  });
});
