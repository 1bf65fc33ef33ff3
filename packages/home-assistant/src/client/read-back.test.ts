import { type Approval, createRuntime, systemClock, ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { createAppOperations } from './apps.ts';
import { createBackupOperations } from './backups.ts';
import { createEntryOperations } from './config-entries.ts';
import type { Facet } from './facet.ts';
import { createFlowOperations } from './flows.ts';
import { createGuard } from './guard.ts';
import { journalled } from './journalled.ts';
import { createPolicy } from './policy.ts';
import { createSystemOperations } from './system.ts';

/** Every write is answered; from the first on no read is. */
type Answers = Readonly<Record<string, unknown>>;
const { signal } = new AbortController();
const away = (): ToolError => new ToolError({ code: 'upstream_unavailable', what: 'Home Assistant does not answer', sideEffects: 'none' });

const { approvals } = createRuntime();
const approval = (): Approval => approvals.approve('token');

/** A connection whose reads end with the first write. `rest` answers requests other than GET. */
const facetOf = (answers: Answers, rest: unknown = {}): Facet & { readonly sent: string[] } => {
  const policy = createPolicy({ level: 'admin' });
  const sent: string[] = [];
  let onEvent: (event: unknown) => void = () => undefined;
  const command = async (message: { readonly type: string; readonly method?: string }, { write = false }: { readonly write?: boolean }) => {
    if (sent.length > 0 && !write) throw away();
    if (write) sent.push(message.type);
    if (message.type === 'backup/generate')
      queueMicrotask(() => onEvent({ manager_state: 'create_backup', state: 'completed', stage: 'done' }));
    return answers[message.type] ?? null;
  };
  const subscribe = async (_message: unknown, listener: (event: unknown) => void) => {
    onEvent = listener;
    return () => undefined;
  };
  const send = async ({ method, path }: { readonly method: string; readonly path: string }) => {
    if (method === 'GET') throw away();
    sent.push(`${method} ${path}`);
    return { status: 200, body: rest };
  };
  const there = { socket: { command, subscribe, onReconnect: () => () => undefined }, rest: () => ({ send }) };
  const seen = {
    accepts: approvals.accepts,
    stateOf: () => undefined,
    exists: () => true,
    isHidden: () => false,
    hasHiddenMembers: () => false,
  };
  return {
    sent,
    ready: (async () => there) as unknown as Facet['ready'],
    guard: createGuard(policy, seen),
    policy,
    clock: systemClock,
    runtime: createRuntime(),
    stateOf: () => undefined,
  };
};

const entry = { entry_id: 'e1', domain: 'hub', title: 'Hub', state: 'loaded' };

test('an integration that was reloaded, disabled or removed is not called unchanged because it cannot be read', async () => {
  const unread = { entry: undefined, isReadBack: false, needsRestart: false };
  expect(await createEntryOperations(facetOf({})).reload('e1', signal)).toEqual(unread);
  expect(await createEntryOperations(facetOf({})).setDisabled('e1', true, signal)).toEqual(unread);
  expect(await createEntryOperations(facetOf({})).remove({ entryId: 'e1' }, approval(), signal)).toEqual(unread);
  const read = createEntryOperations({ ...facetOf({ 'config_entries/get': [entry] }) });
  expect(await read.entries(signal).catch(() => 'none')).toHaveLength(1);
});

test('a flow whose last answer made an entry is finished, though neither texts nor entry can be read', async () => {
  const facet = facetOf({}, { flow_id: 'f1', type: 'create_entry', handler: 'hub', result: { entry_id: 'e1' } });
  const step = await createFlowOperations(facet).start({ kind: 'config', handler: 'hub' }, signal);
  expect(step).toMatchObject({ flowId: 'f1', type: 'finished', domain: 'hub' });
  expect(facet.sent).toEqual(['POST /api/config/config_entries/flow']);
});

test('an app that was started is not called unchanged', async () => {
  const options = { approval: approval(), signal, timeoutMs: 1000 };
  expect(await createAppOperations(facetOf({})).actOnApp('start', 'ssh', options)).toEqual({ app: undefined, isReadBack: false });
});

test('a backup that was made is told, though the list cannot be read', async () => {
  const facet = facetOf({
    'backup/agents/info': { agents: [{ agent_id: 'backup.local' }] },
    'backup/info': { backups: [] },
    'backup/generate': { backup_job_id: 'j1' },
  });
  const outcome = await createBackupOperations(facet).createBackup('x', approval(), { signal, waitMs: 5000 });
  expect(outcome).toMatchObject({ state: 'completed', jobId: 'j1', isListUnread: true });
});

test('a restart that was never sent is no restart', async () => {
  const facet = facetOf({});
  facet.sent.push('earlier');
  const failing = {
    ...facet,
    ready: (async () => ({
      socket: { command: async () => Promise.reject(away()), onReconnect: () => () => undefined },
    })) as unknown as Facet['ready'],
  };
  await expect(createSystemOperations(failing).restart(approval(), { signal, waitMs: 10 })).rejects.toMatchObject({
    fields: { sideEffects: 'none' },
  });
});

test('what was created and cannot be read back is unknown, and so it stands in the journal', async () => {
  const settled: string[] = [];
  const journal = {
    begin: async () => ({ change: { id: 'ch-1' }, settle: async (outcome: string) => void settled.push(outcome) }),
  } as unknown as Parameters<typeof journalled>[0]['journal'];
  const write = {
    draft: { act: 'create', before: { id: 'label:Night', key: '' } } as Parameters<typeof journalled>[1]['draft'],
    wanted: { name: 'Night' },
    send: async () => [],
    now: async () => Promise.reject(away()),
  };
  await expect(journalled({ journal, writes: createRuntime().writes }, write)).rejects.toMatchObject({
    fields: { what: expect.stringContaining('could not be read back'), sideEffects: 'unknown' },
  });
  expect(settled).toEqual(['unknown']);
});
