import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoUpdate } from '../../test/demo-update.ts';
import { fakeHome } from '../../test/doubles/fake-home.ts';
import { away, runAgreed } from '../../test/doubles/unreadable.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { systemTool } from './system.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies({ simulator: { supervisor: true } });
    demoUpdate(replies.simulator);
  });
  afterAll(() => replies.close());

  test('the configuration, and a reload', async () => {
    expect(await replies.reply('ha_system', { op: 'check_config' })).toMatchSnapshot();
    expect(await replies.reply('ha_system', { op: 'reload', id: 'automation' })).toMatchSnapshot();
  });
  test('backups', async () => {
    expect(await replies.reply('ha_system', { op: 'backups' })).toMatchSnapshot();
    for (const shown of await replies.agreed('ha_system', { op: 'create_backup', id: 'Before' })) expect(shown).toMatchSnapshot();
    expect(await replies.reply('ha_system', { op: 'backups' })).toMatchSnapshot();
  });
  test('updates', async () => {
    expect(await replies.reply('ha_system', { op: 'updates' })).toMatchSnapshot();
    expect(await replies.reply('ha_system', { op: 'updates', id: 'update.hub' })).toMatchSnapshot();
    for (const shown of await replies.agreed('ha_system', { op: 'install_update', id: 'update.hub' })) expect(shown).toMatchSnapshot();
  });
  test('users', async () => {
    expect(await replies.reply('ha_system', { op: 'users' })).toMatchSnapshot();
  });
  test('apps', async () => {
    expect(await replies.reply('ha_system', { op: 'apps' })).toMatchSnapshot();
    expect(await replies.reply('ha_system', { op: 'app_logs', id: 'core_ssh' })).toMatchSnapshot();
    for (const [op, id] of [
      ['start_app', 'core_ssh'],
      ['stop_app', 'core_ssh'],
      ['restart_app', 'core_mosquitto'],
      ['update_app', 'core_mosquitto'],
      ['install_app', 'core_samba'],
      ['uninstall_app', 'core_samba'],
    ])
      for (const shown of await replies.agreed('ha_system', { op, id })) expect(shown).toMatchSnapshot();
  });
  test('an app that is not there, and nothing to reload', async () => {
    expect(await replies.reply('ha_system', { op: 'start_app', id: 'core_shh' })).toMatchSnapshot();
    expect(await replies.reply('ha_system', { op: 'reload', id: 'automatoin' })).toMatchSnapshot();
  });
  test('a restart', async () => {
    for (const shown of await replies.agreed('ha_system', { op: 'restart' })) expect(shown).toMatchSnapshot();
  });
});

test('a reload and a restart that happened say so', async () => {
  let sent = 0;
  const system = {
    checkConfig: async () => ({ valid: true }),
    restart: async () => {
      sent += 1;
      return { wentDown: true, running: true, tookMs: 1000 };
    },
  } as unknown as HomeOperations['system'];
  const home = fakeHome([], {
    services: async () => [{ domain: 'automation', service: 'reload', fields: [], response: 'none' }],
    callService: async () => {
      sent += 1;
      return { contextId: 'c' };
    },
    home: away,
    system,
    flows: { entries: away } as unknown as HomeOperations['flows'],
  });
  expect((await runAgreed(systemTool, { op: 'reload', id: 'automation' }, home)).data).toMatchObject({
    reloaded: 'automation',
    note: expect.stringMatching(/not be read back/),
  });
  expect((await runAgreed(systemTool, { op: 'restart' }, home)).data).toMatchObject({
    restarted: true,
    note: expect.stringMatching(/could not be read/),
  });
  expect(sent).toBe(2);
});

test('an app and a backup that could not be looked up are told as done', async () => {
  const system = {
    apps: async () => [{ slug: 'ssh', name: 'SSH', state: 'stopped', version: '1' }],
    actOnApp: async () => ({ app: undefined, isReadBack: false }),
    backups: async () => ({ backups: [], state: 'idle', agentErrors: [] }),
    createBackup: async () => ({ state: 'completed', jobId: 'j1', settings: 'local', isListUnread: true }),
  } as unknown as HomeOperations['system'];
  const home = fakeHome([], { system });
  expect((await runAgreed(systemTool, { op: 'start_app', id: 'ssh' }, home)).data).toMatchObject({
    rows: [['ssh', 'stopped 1', 'not read back']],
  });
  expect((await runAgreed(systemTool, { op: 'create_backup' }, home)).data).toMatchObject({
    id: 'j1',
    note: expect.stringContaining('could not be read'),
  });
});
