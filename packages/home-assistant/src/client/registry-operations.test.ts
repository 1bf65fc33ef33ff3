import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Approval, createRuntime, isToolError, type Runtime, type ToolErrorFields } from '@switchyard-mcp/core';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startScriptedCore } from '../../test/doubles/scripted-core.ts';
import { storageIn } from '../../test/tools-in-process.ts';
import { parseObjectRef } from '../domain/object-ref.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { createHomeOperations } from './home-operations.ts';

const signal = new AbortController().signal;
const cleanups: (() => Promise<void>)[] = [];
let simulator: HomeAssistantSimulator;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-registries-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  simulator = await startHomeAssistantSimulator();
  cleanups.push(() => simulator.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const operate = (
  settings: Record<string, unknown> = {},
  level = 'configure',
  core: { url: string; token: string } = simulator,
): HomeOperations => {
  const runtime: Runtime = { ...createRuntime({ level, command: 'home', storage: storageIn(folder) }), approvals };
  const none = { caFile: undefined, insecureTls: undefined, allow: undefined, deny: undefined, security: 'ask' as const, raw: false };
  const operations = createHomeOperations({ ...none, url: core.url, token: core.token, ...settings }, runtime);
  cleanups.push(operations.close);
  return operations;
};
const { approvals } = createRuntime();
const yes = (): Approval => approvals.approve('token');
const refusal = async (work: Promise<unknown>): Promise<ToolErrorFields> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isToolError(error)) throw new Error(`no refusal: ${String(error)}`);
  return error.fields;
};
const lamp = { kind: 'entity', id: 'light.hall_lights' } as const;
const sent = (type: RegExp): number => simulator.requests.filter(({ what }) => type.test(what)).length;
const stored = (id: string) => simulator.home.registries.entities.get(id);

describe('a write', () => {
  test('is kept before it is sent, read back after it, and sends only what differs', async () => {
    const { registries, changes } = operate();
    const { entry, change } = await registries.update(lamp, { area_id: 'kitchen', name: null, labels: [] }, { signal });
    expect(entry?.fields).toMatchObject({ entity_id: 'light.hall_lights', area_id: 'kitchen' });
    const message = simulator.requests.find(({ what }) => what === 'config/entity_registry/update')?.body;
    expect(message).toEqual({
      id: expect.any(Number),
      type: 'config/entity_registry/update',
      entity_id: 'light.hall_lights',
      area_id: 'kitchen',
    });
    expect(change).toMatchObject({ act: 'edit', state: 'done', before: { id: 'entity:light.hall_lights', body: { area_id: null } } });
    expect((await changes.list()).map(({ id }) => id)).toEqual([change.id]);
  });
  test('whose answer is lost is looked up: done is done', async () => {
    const { registries, home } = operate();
    await home(signal);
    simulator.faults.dropSocketOnNext('config/entity_registry/get_entries');
    const { entry } = await registries.update(lamp, { icon: 'mdi:lamp' }, { signal });
    expect(entry?.fields['icon']).toBe('mdi:lamp');
    expect(sent(/entity_registry\/update/)).toBe(1);
  });
  test.each(['registries', 'objects'] as const)('of %s whose last command is refused says what it left, and keeps both', async (way) => {
    const core = await startScriptedCore();
    cleanups.push(core.close);
    let raw: Record<string, unknown> = { entity_id: 'light.a', id: 'u1', labels: [], options: {}, categories: {}, icon: null };
    core.on('config/entity_registry/list', ({ id }, send) => send({ id, type: 'result', success: true, result: [raw] }));
    core.on('config/entity_registry/get_entries', ({ id }, send) =>
      send({ id, type: 'result', success: true, result: { 'light.a': raw } }),
    );
    core.on('subscribe_entities', ({ id }, send) => {
      send({ id, type: 'result', success: true, result: null });
      send({ id, type: 'event', event: { a: {} } });
    });
    core.on('config/entity_registry/update', ({ id, icon }, send) => {
      raw = { ...raw, icon };
      send({ id, type: 'result', success: true, result: { entity_entry: raw } });
    });
    core.on('homeassistant/expose_entity', ({ id }, send) =>
      send({ id, type: 'result', success: false, error: { code: 'invalid_format', message: 'no' } }),
    );
    const { registries, objects, changes } = operate({}, 'configure', { url: core.url, token: 'good' });
    const wanted = { icon: 'mdi:lamp', exposed: ['conversation'] };
    const { ref, body, hash } = await objects.read(parseObjectRef('entity:light.a'), signal);
    const fields = await refusal(
      way === 'registries'
        ? registries.update({ kind: 'entity', id: 'light.a' }, wanted, { signal })
        : objects.write(ref, { ...body, ...wanted }, { expected: hash, signal }),
    );
    expect(fields).toMatchObject({ sideEffects: 'unknown', what: expect.stringContaining('not as before') });
    expect(await changes.list()).toMatchObject([
      { state: 'unknown', before: { body: { icon: null } }, after: { body: { icon: 'mdi:lamp', exposed: [] } } },
    ]);
  });
  test('that never arrived is read back as before, and is sent once', async () => {
    const { registries, changes, home } = operate();
    await home(signal);
    simulator.faults.dropSocketOnNext('config/entity_registry/update');
    const fields = await refusal(registries.update(lamp, { icon: 'mdi:lamp' }, { signal }));
    expect(fields).toMatchObject({ sideEffects: 'none' });
    expect(fields.what).toMatch(/Read back, it is as before\.$/);
    expect(sent(/entity_registry\/update/)).toBe(1);
    expect((await changes.list())[0]).toMatchObject({ state: 'failed' });
  });
  test('that Core refuses leaves a failed change and Core’s reason', async () => {
    const { registries, changes } = operate();
    const fields = await refusal(registries.update(lamp, { entity_id: 'light.kitchen_lights' }, { signal }));
    expect(fields).toMatchObject({ code: 'invalid_input', sideEffects: 'none', why: 'Entity with this ID is already registered' });
    expect((await changes.list())[0]).toMatchObject({ state: 'failed' });
  });
  test('an own area that newer releases refuse names the device', async () => {
    const core = await startScriptedCore();
    cleanups.push(core.close);
    const raw = { entity_id: 'light.a', id: 'u1', device_id: 'd1', labels: [], aliases: [], options: {}, categories: {}, area_id: null };
    const answer = (type: string, result: unknown): void =>
      core.on(type, (message, send) => send({ id: message.id, type: 'result', success: true, result }));
    answer('config/entity_registry/list', [raw]);
    answer('config/entity_registry/get_entries', { 'light.a': raw });
    core.on('subscribe_entities', (message, send) => {
      send({ id: message.id, type: 'result', success: true, result: null });
      send({ id: message.id, type: 'event', event: { a: {} } });
    });
    const message = 'An entity without a name of its own cannot have an area of its own, set the area on its device instead';
    core.on('config/entity_registry/update', ({ id }, send) =>
      send({ id, type: 'result', success: false, error: { code: 'invalid_info', message } }),
    );
    const { registries } = operate({}, 'configure', { url: core.url, token: 'good' });
    const fields = await refusal(registries.update({ kind: 'entity', id: 'light.a' }, { area_id: 'kitchen' }, { signal }));
    expect(fields.next?.[0]).toMatch(/device:/);
  });
});

describe('the rules below the tools', () => {
  test('the level, and an ordinary user', async () => {
    expect((await refusal(operate({}, 'control').registries.update(lamp, { name: 'x' }, { signal }))).code).toBe('permission_denied');
    const guest = operate({ token: simulator.guestToken });
    expect((await refusal(guest.registries.update(lamp, { name: 'x' }, { signal }))).code).toBe('permission_denied');
    expect(stored(lamp.id)?.name).toBeNull();
  });
  test('removing needs an agreement', async () => {
    const { registries } = operate();
    const area = { kind: 'area', id: 'garage' } as const;
    expect((await refusal(registries.remove(area, { signal }))).code).toBe('confirmation_required');
    expect(simulator.home.registries.areas.has('garage')).toBe(true);
    await registries.remove(area, { signal, approval: yes() });
    expect(simulator.home.registries.areas.has('garage')).toBe(false);
  });
  test('showing a lock to an assistant needs one, or is never done', async () => {
    const lock = { kind: 'entity', id: 'lock.front_door' } as const;
    const wanted = { exposed: ['conversation'] };
    expect((await refusal(operate().registries.update(lock, wanted, { signal }))).code).toBe('confirmation_required');
    const never = operate({ security: 'never' }).registries;
    expect((await refusal(never.update(lock, wanted, { signal, approval: yes() }))).code).toBe('permission_denied');
    const { entry } = await operate().registries.update(lock, wanted, { signal, approval: yes() });
    expect(entry?.fields).toEqual({ entity_id: 'lock.front_door', exposed: ['conversation'] });
  });
  test('an automation is never disabled, whatever tool asks', async () => {
    const ref = { kind: 'entity', id: 'automation.broken_night_lock' } as const;
    const fields = await refusal(operate().registries.update(ref, { disabled_by: 'user' }, { signal }));
    expect(fields.next?.[0]).toMatch(/automation\.turn_off/);
  });
  test('what the lists hide is not there, is not named, and holds what it belongs to', async () => {
    const { registries } = operate({ deny: 'light.hall_*' });
    expect(await registries.read([lamp], signal)).toEqual([]);
    expect((await refusal(registries.update(lamp, { name: 'x' }, { signal }))).code).toBe('not_found');
    const other = { kind: 'entity', id: 'light.kitchen_lights' } as const;
    expect((await refusal(registries.update(other, { entity_id: 'light.hall_new' }, { signal }))).code).toBe('permission_denied');
    const device = { kind: 'device', id: stored(lamp.id)?.device_id ?? '' } as const;
    expect((await refusal(registries.update(device, { name_by_user: 'x' }, { signal }))).code).toBe('not_found');
    const hall = { kind: 'area', id: 'hall' } as const;
    expect((await refusal(registries.remove(hall, { signal, approval: yes() }))).code).toBe('permission_denied');
    const sensor = { temperature_entity_id: 'light.hall_lights' };
    expect((await refusal(registries.update(hall, sensor, { signal }))).code).toBe('permission_denied');
    expect(sent(/registry\/(update|delete)/)).toBe(0);
  });
});

describe('removal', () => {
  test('keeps who was in it, so that undo can put them back', async () => {
    const { registries, changes } = operate();
    const members = [...simulator.home.registries.entities.values()].filter((entry) => entry.labels.includes('evening'));
    expect(members.length).toBeGreaterThan(0);
    await registries.remove({ kind: 'label', id: 'evening' }, { signal, approval: yes(), group: 'g' });
    const [change] = await changes.list();
    expect(change).toMatchObject({ act: 'delete', group: 'g', before: { id: 'label:evening', body: { name: 'Evening' } } });
    expect(change?.before.registry).toEqual(expect.objectContaining({ entity: members.map((entry) => entry.entity_id) }));
    expect(simulator.home.registries.labels.has('evening')).toBe(false);
  });
  test('a device goes only where its integration lets it go', async () => {
    const { registries } = operate();
    const device = { kind: 'device', id: stored(lamp.id)?.device_id ?? '' } as const;
    const fields = await refusal(registries.remove(device, { signal, approval: yes() }));
    expect(fields.why).toMatch(/does not support device removal/);
    expect(fields.sideEffects).toBe('none');
  });
});
