import { type Approval, type ToolContext, ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { fakeRegistries } from '../../test/doubles/fake-registries.ts';
import { calendarEdits } from '../domain/calendar-services.ts';
import type { CalendarEvent } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { controlTool } from './control.ts';
import { integrationTool } from './integration.ts';
import { organizeTool } from './organize.ts';
import { systemTool } from './system.ts';

/** Writes are answered; afterwards nothing can be read any more. */
const away = async (): Promise<never> => {
  throw new ToolError({ code: 'upstream_unavailable', what: 'Home Assistant does not answer', sideEffects: 'none' });
};
const agreeing = <T extends HomeOperations>(operations: T): ToolContext<T> => ({
  ...fakeContext(operations),
  confirm: async () => ({}) as Approval,
});
const run = async (tool: { handler(args: never, context: never): Promise<unknown> }, args: unknown, operations: HomeOperations) =>
  (await tool.handler(args as never, agreeing(operations) as never)) as { data: Record<string, unknown> };

test('a calendar event that was changed says so, though the calendar cannot be read', async () => {
  const event: CalendarEvent = { uid: 'e1', summary: 'Dentist', start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' };
  let written = 0;
  const home = fakeHome([{ name: 'Family', state: stateNow('calendar.family', 'off', { supported_features: 7 }) }], {
    services: async () => calendarEdits,
    calendarEvents: async () => (written > 0 ? away() : [event]),
    editCalendarEvent: async () => void (written += 1),
  });
  const args = { action: 'calendar.update_event', targets: ['calendar.family'], data: { event: 'e1', summary: 'Late' }, wait_s: 0 };
  const { data } = await run(controlTool, args, home);
  expect(written).toBe(1);
  expect(data).toMatchObject({
    unverified: 1,
    rows: [['calendar.family', expect.any(String), 'not read back', expect.stringMatching(/^done/)]],
  });
});

test('to-do items that were added are told, though the list cannot be read for the next', async () => {
  const services = [{ domain: 'todo', service: 'add_item', fields: [], target: { domains: ['todo'] }, response: 'none' as const }];
  let written = 0;
  const home = fakeHome([{ name: 'Shopping', state: stateNow('todo.shopping', '0') }], {
    services: async () => services,
    callService: async ({ service }) => {
      if (service === 'add_item') written += 1;
      else if (written > 0) return away();
      return { contextId: 'c', response: { 'todo.shopping': { items: [] } } };
    },
  });
  const args = { action: 'todo.add_item', targets: ['todo.shopping'], data: { item: ['milk', 'eggs'] }, wait_s: 0 };
  expect((await run(controlTool, args, home)).data).toMatchObject({ pending: 1, not_sent: 1 });
  expect(written).toBe(1);
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
  expect((await run(systemTool, { op: 'reload', id: 'automation' }, home)).data).toMatchObject({
    reloaded: 'automation',
    note: expect.stringMatching(/not be read back/),
  });
  expect((await run(systemTool, { op: 'restart' }, home)).data).toMatchObject({
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
  expect((await run(integrationTool, { op: 'reload', id: 'hub' }, home)).data).toMatchObject({
    rows: [['hub', 'loaded', 'not read back']],
    verified: false,
    note: expect.stringMatching(/^done/),
  });
  expect((await run(integrationTool, { op: 'remove', id: 'hub', part: 's1' }, home)).data).toMatchObject({
    removed: 's1',
    verified: false,
  });
});

test('a finished flow of which nothing can be read is done, not failed', async () => {
  const step = { flowId: 'f1', type: 'finished', stepId: '', domain: 'hub', fields: [], errors: {}, menu: [] };
  const flows = { securityActs: async () => [], submit: async () => step, resultOf: away } as unknown as HomeOperations['flows'];
  const { data } = await run(integrationTool, { op: 'submit', flow_id: 'f1', values: {} }, fakeHome([], { flows }));
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
  expect((await run(systemTool, { op: 'start_app', id: 'ssh' }, home)).data).toMatchObject({
    rows: [['ssh', 'stopped 1', 'not read back']],
  });
  expect((await run(systemTool, { op: 'create_backup' }, home)).data).toMatchObject({
    id: 'j1',
    note: expect.stringContaining('could not be read'),
  });
});

test('names that were given are told, though the home cannot be read any more', async () => {
  const address = { kind: 'entity', id: 'light.hall' } as const;
  const registries = fakeRegistries([[address.kind, address.id, { name: null }]] as unknown as Parameters<typeof fakeRegistries>[0]);
  const base = fakeHome([{ name: 'Hall', state: stateNow('light.hall', 'on') }], { registries });
  const home = { ...base, home: async (signal: AbortSignal) => (registries.sent.length > 0 ? away() : base.home(signal)) };
  const { data } = await run(organizeTool, { changes: [{ ids: ['light.hall'], op: 'update', set: { name: 'Hallway' } }] }, home);
  expect(registries.sent).toHaveLength(1);
  expect(data).toMatchObject({ done: 1, failed: 0 });
});
