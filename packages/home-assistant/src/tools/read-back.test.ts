import { expect, test } from 'vitest';
import { fakeHome } from '../../test/doubles/fake-home.ts';
import { away, runAgreed } from '../../test/doubles/unreadable.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { integrationTool } from './integration.ts';
import { systemTool } from './system.ts';

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
