import { createRuntime, isToolError } from '@switchyard-mcp/core';
import { afterEach, expect, test, vi } from 'vitest';
import { type ScriptedCore, startScriptedCore } from '../../test/doubles/scripted-core.ts';
import type { ServiceCall } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { createHomeOperations } from './home-operations.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const never = new AbortController().signal;
const lamp = { s: 'off', a: { friendly_name: 'Lamp' }, c: 'c0', lc: 1 };
const registry: Readonly<Record<string, unknown>> = {
  entity: [
    { entity_id: 'light.lamp', device_id: 'child', unique_id: 7, platform: 'demo', labels: ['evening'], modified_at: 1 },
    { entity_id: 'sensor.off', original_name: 'Off', disabled_by: 'user', labels: [] },
  ],
  device: [
    { id: 'child', name: 'Child', parent_device_id: 'parent', labels: [] },
    { id: 'parent', name: 'P', name_by_user: 'Parent', area_id: 'hall', labels: [] },
  ],
  area: [{ area_id: 'hall', name: 'Hall', floor_id: null, aliases: [null, 'corridor'], labels: [] }],
};

const scripted = async (): Promise<ScriptedCore> => {
  const core = await startScriptedCore();
  cleanups.push(core.close);
  for (const [kind, result] of Object.entries(registry))
    core.on(`config/${kind}_registry/list`, (message, send) => send({ id: message.id, type: 'result', success: true, result }));
  core.on('config/label_registry/list', (message, send) =>
    send({ id: message.id, type: 'result', success: false, error: { code: 'unknown_command', message: 'Unknown command.' } }),
  );
  core.on('subscribe_entities', (message, send) => {
    send({ id: message.id, type: 'result', success: true, result: null });
    send({ id: message.id, type: 'event', event: { a: { 'light.lamp': lamp, 'lock.door': { ...lamp, s: 'locked', a: {} } } } });
  });
  return core;
};

const operate = (core: { url: string }, settings: Record<string, unknown> = {}, level = 'control'): HomeOperations => {
  const runtime = createRuntime({ level, command: 'home' });
  const none = { caFile: undefined, insecureTls: undefined, allow: undefined, deny: undefined, security: 'ask' as const, raw: undefined };
  const operations = createHomeOperations({ ...none, url: `${core.url}/api/`, token: 'good', ...settings }, runtime);
  cleanups.push(operations.close);
  return operations;
};
const turnOn: ServiceCall = { domain: 'light', service: 'turn_on', data: {}, entityIds: ['light.lamp'], returnResponse: false };
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (isToolError(error) ? error.fields.code : String(error)),
  );

test('builds a picture with effective areas; old versions may lack a registry', async () => {
  const operations = operate(await scripted());
  const home = await operations.home(never);
  expect(home.entities.get('light.lamp')).toMatchObject({
    name: 'Lamp',
    areaId: 'hall',
    uniqueId: '7',
    registered: true,
    state: { state: 'off' },
  });
  expect(home.entities.get('sensor.off')).toMatchObject({ name: 'Off', disabled: true });
  expect(home.entities.get('lock.door')).toMatchObject({ name: 'lock.door', registered: false });
  expect(home.devices.get('parent')?.name).toBe('Parent');
  expect(home.areas.get('hall')?.aliases).toEqual(['corridor']);
  expect(home.labels.size).toBe(0);
  expect(await operations.home(never)).toBe(home);
});

test('a picture never changes; a new one carries the change and keeps the registry revision', async () => {
  const core = await scripted();
  const operations = operate(core);
  const before = await operations.home(never);
  const heard = new Promise((resolve) => operations.onStateChange(['light.lamp'], resolve));
  core.emit('subscribe_entities', { c: { 'light.lamp': { '+': { s: 'on', lc: 2, c: 'c1' } } } });
  await heard;
  const after = await operations.home(never);
  expect([before, after].map((home) => home.entities.get('light.lamp')?.state?.state)).toEqual(['off', 'on']);
  expect(after.registryRevision).toBe(before.registryRevision);
  expect(after.stateRevision).toBeGreaterThan(before.stateRevision);
});

test('sends a call with resolved targets and gives its context', async () => {
  const core = await scripted();
  core.on('call_service', (message, send) => send({ id: message.id, type: 'result', success: true, result: { context: { id: 'ctx' } } }));
  expect(await operate(core).callService(turnOn, { signal: never, timeoutMs: 60_000 })).toEqual({ contextId: 'ctx' });
  expect(core.seen.find((message) => message.type === 'call_service')).toMatchObject({
    domain: 'light',
    service: 'turn_on',
    service_data: {},
    target: { entity_id: ['light.lamp'] },
  });
});

test('a call without an answer leaves open whether it happened', async () => {
  const core = await scripted();
  core.on('call_service', () => undefined);
  const operations = operate(core);
  await operations.home(never);
  const error = await operations.callService(turnOn, { signal: never, timeoutMs: 30 }).catch((reason: unknown) => reason);
  expect(isToolError(error) ? error.fields : error).toMatchObject({ code: 'timeout', sideEffects: 'unknown' });
});

test('the level and the security rule hold below the tools, and nothing is sent', async () => {
  const core = await scripted();
  const unlock = { ...turnOn, domain: 'lock', service: 'unlock', entityIds: ['lock.door'] };
  expect(await codeOf(operate(core, {}, 'read').callService(turnOn, { signal: never, timeoutMs: 60_000 }))).toBe('permission_denied');
  expect(await codeOf(operate(core).setState({ entityId: 'sensor.x', state: '1' }, { signal: never }))).toBe('permission_denied');
  expect(await codeOf(operate(core).callService(unlock, { signal: never, timeoutMs: 60_000 }))).toBe('confirmation_required');
  expect(core.seen.some((message) => message.type === 'call_service')).toBe(false);
});

test('denied entities are nowhere', async () => {
  const core = await scripted();
  core.on('render_template', (message, send) => {
    send({ id: message.id, type: 'result', success: true, result: null });
    send({
      id: message.id,
      type: 'event',
      event: { result: 'x', listeners: { all: false, domains: [], entities: message['template'] === 'bad' ? ['lock.door'] : [] } },
    });
  });
  core.on('logbook/get_events', (message, send) =>
    send({
      id: message.id,
      type: 'result',
      success: true,
      result: [
        { when: 1, entity_id: 'lock.door' },
        { when: 2, entity_id: 'light.lamp', state: 'on', context_entity_id: 'lock.door', context_entity_id_name: 'Door' },
      ],
    }),
  );
  const operations = operate(core, { deny: 'lock' });
  const span = { startMs: 0, endMs: 1 };
  expect([...(await operations.home(never)).entities.keys()]).not.toContain('lock.door');
  expect(operations.stateOf('lock.door')).toBeUndefined();
  expect(await operations.logbook(span, undefined, never)).toEqual([
    { atMs: 2_000, name: 'Lamp', state: 'on', entityId: 'light.lamp', domain: 'light' },
  ]);
  expect((await operations.history(['lock.door'], span, never)).size).toBe(0);
  expect(await operations.renderTemplate('good', {}, never)).toBe('x');
  expect(await codeOf(operations.renderTemplate('bad', {}, never))).toBe('permission_denied');
  expect(await codeOf(operations.renderTemplate("{{ states('lock.door') }}", {}, never))).toBe('permission_denied');
  expect(await codeOf(operations.image('lock.door', never))).toBe('not_found');
  const say = (message: string) =>
    codeOf(
      operations.callService(
        { ...turnOn, domain: 'notify', service: 'phone', entityIds: [], data: { message } },
        { signal: never, timeoutMs: 60_000 },
      ),
    );
  // A message is a template for some services: it must not tell what the lists hide.
  expect(await say('{{ 1 }}{{ "door" }}')).toBe('ok');
  core.on('render_template', (message, send) => {
    send({ id: message.id, type: 'result', success: true, result: null });
    send({ id: message.id, type: 'event', event: { result: 'locked', listeners: { all: false, domains: [], entities: ['lock.door'] } } });
  });
  expect(await say("{{ states('lock.' ~ 'door') }}")).toBe('permission_denied');
  expect(core.seen.filter((message) => message.type === 'call_service')).toHaveLength(1);
});

test('places that hold nothing visible are not there either', async () => {
  const core = await scripted();
  const hidden = operate(core, { deny: 'light' });
  const home = await hidden.home(never);
  expect([home.areas.size, home.floors.size, home.labels.size, home.devices.size]).toEqual([0, 0, 0, 1]);
  expect((await operate(core, { deny: 'lock' }).home(never)).areas.get('hall')?.name).toBe('Hall');
});

test('waits for the first matching event, or until time runs out', async () => {
  const core = await scripted();
  const operations = operate(core);
  const waiting = operations.waitForEvent('doorbell', { who: { id: 1 } }, { timeoutMs: 60_000, signal: never });
  await vi.waitFor(() => expect(core.seen.some((message) => message['event_type'] === 'doorbell')).toBe(true));
  core.emit('subscribe_events', { data: { who: { id: 2 } } });
  core.emit('subscribe_events', { data: { who: { id: 1 }, more: true } });
  expect(await waiting).toEqual({ who: { id: 1 }, more: true });
  expect(await operations.waitForEvent('never', {}, { timeoutMs: 10, signal: never })).toBeUndefined();
});

test('without address and token every call names the command that mends it', async () => {
  const error = await operate({ url: '' }, { url: undefined, token: undefined })
    .home(never)
    .catch((reason: unknown) => reason);
  expect(isToolError(error) ? error.fields : error).toMatchObject({
    code: 'auth_required',
    next: ['Run `home login`.', expect.stringContaining('HOMEASSISTANT_URL and HOMEASSISTANT_TOKEN')],
  });
});

test('aliases are read once, and shown afterwards', async () => {
  const core = await scripted();
  core.on('config/entity_registry/get_entries', (message, send) =>
    send({ id: message.id, type: 'result', success: true, result: { 'light.lamp': { aliases: [null, 'Big lamp'] }, 'sensor.off': null } }),
  );
  const operations = operate(core);
  expect((await operations.home(never)).entities.get('light.lamp')?.aliases).toEqual([]);
  await operations.loadAliases(never);
  await operations.loadAliases(never);
  expect((await operations.home(never)).entities.get('light.lamp')?.aliases).toEqual(['Big lamp']);
  expect(core.seen.filter((message) => message.type === 'config/entity_registry/get_entries')).toHaveLength(1);
});

test('an entry of the logbook names what is behind it: automation, person with the service, or the service', async () => {
  const core = await scripted();
  const entry = (cause: Record<string, unknown>) => ({ when: 1, entity_id: 'light.lamp', state: 'on', ...cause });
  const called = { context_domain: 'light', context_service: 'turn_on' };
  const result = [
    entry({ context_entity_id: 'automation.night', context_entity_id_name: 'Night', context_user_id: 'u1' }),
    entry({ context_user_id: 'u1', ...called }),
    entry({ context_user_id: 'u2', ...called }),
    entry({}),
  ];
  core.on('logbook/get_events', (message, send) => send({ id: message.id, type: 'result', success: true, result }));
  core.on('config/auth/list', (message, send) =>
    send({ id: message.id, type: 'result', success: true, result: [{ id: 'u1', name: 'Ada' }] }),
  );
  const entries = await operate(core).logbook({ startMs: 0, endMs: 1 }, undefined, never);
  expect(entries.map(({ causeName }) => causeName)).toEqual(['Night', 'Ada with light.turn_on', 'light.turn_on', undefined]);
});
