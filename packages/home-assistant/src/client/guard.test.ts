import { type Approval, createRuntime, isToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { actionsNeedingApproval } from '../domain/approval.ts';
import type { EntityState, ServiceCall } from '../domain/model.ts';
import { createGuard, type Guard } from './guard.ts';
import { createPolicy, type PolicyOptions } from './policy.ts';

const state = (entityId: string, attributes: Record<string, unknown> = {}): [string, EntityState] => [
  entityId,
  { entityId, state: 'on', attributes, lastChangedAt: 0, lastUpdatedAt: 0, contextId: '' },
];
const states = new Map([
  state('light.lamp'),
  state('lock.door'),
  state('cover.garage', { device_class: 'garage' }),
  state('cover.blind', { device_class: 'blind' }),
  state('cover.all', { entity_id: ['cover.blind', 'cover.inner'] }),
  state('cover.inner', { entity_id: ['cover.garage', 'cover.all'] }),
  state('group.night', { entity_id: ['light.lamp', 'lock.door'] }),
  state('scene.leave', { entity_id: ['light.lamp', 'lock.door'] }),
]);
const stateOf = (id: string): EntityState | undefined => states.get(id);
const call = (name: string, entityIds: string[], data: Record<string, unknown> = {}): ServiceCall => {
  const [domain = '', service = ''] = name.split('.');
  return { domain, service, data, entityIds, returnResponse: false };
};
const { approvals } = createRuntime();
const guardOf = (options: Partial<PolicyOptions> = {}): Guard => {
  const policy = createPolicy({ level: 'control', ...options });
  return createGuard(policy, {
    accepts: approvals.accepts,
    stateOf,
    exists: (id) => policy.visible(id) && states.has(id),
    isHidden: (id) => !policy.visible(id) && states.has(id),
    hasHiddenMembers: (id) => id === 'group.night' && !policy.visible('lock.door'),
  });
};
const codeOf = async (guard: Guard, wanted: ServiceCall, approval?: Approval): Promise<string> => {
  const outcome = await guard
    .checkCall(wanted, approval, async () => undefined)
    .then(
      () => 'ok',
      (error: unknown) => (isToolError(error) ? error.fields.code : String(error)),
    );
  return outcome;
};

test.each([
  ['light.toggle', ['light.lamp'], {}, []],
  ['lock.unlock', ['lock.door'], {}, ['lock.door']],
  ['lock.lock', ['lock.door'], {}, []],
  ['cover.open_cover', ['cover.all'], {}, ['cover.garage']],
  ['homeassistant.turn_on', ['group.night'], {}, ['lock.door']],
  ['lock.unlock', [], { entity_id: 'light.lamp, Lock.Door' }, ['lock.door']],
  ['scene.turn_on', ['scene.leave'], {}, ['lock.door']],
  ['scene.apply', [], { entities: { 'lock.door': 'unlocked' } }, ['lock.door']],
  ['shell_command.boom', [], {}, ['shell_command.boom']],
  ['conversation.process', [], { text: 'open up' }, ['conversation.process']],
])('%s on %j with %j needs agreement for %j', (name, ids, data, expected) => {
  expect(actionsNeedingApproval(call(name, ids, data), stateOf)).toEqual(expected);
});

test('security acts need an approval, and none helps where they are never done', async () => {
  expect(await codeOf(guardOf(), call('lock.unlock', ['lock.door']))).toBe('confirmation_required');
  expect(await codeOf(guardOf(), call('lock.unlock', ['lock.door']), { how: 'token' } as Approval)).toBe('confirmation_required');
  expect(await codeOf(guardOf({ security: 'never' }), call('lock.unlock', ['lock.door']))).toBe('permission_denied');
  expect(await codeOf(guardOf(), call('lock.lock', ['lock.door']))).toBe('ok');
});

test('a real approval lets a security act through', async () => {
  const approval = approvals.approve('token');
  expect(await codeOf(guardOf(), call('lock.unlock', ['lock.door']), approval)).toBe('ok');
  expect(await codeOf(guardOf({ security: 'never' }), call('lock.unlock', ['lock.door']), approval)).toBe('permission_denied');
});

test('the level read refuses every call', async () => {
  expect(await codeOf(guardOf({ level: 'read' }), call('light.toggle', ['light.lamp']))).toBe('permission_denied');
});

test('what does not exist, "all" and raw areas are refused wherever they stand', async () => {
  const guard = guardOf();
  expect(await codeOf(guard, call('light.toggle', ['light.nope']))).toBe('not_found');
  expect(await codeOf(guard, call('light.toggle', [], { entity_id: ['light.lamp', 'light.nope'] }))).toBe('not_found');
  expect(await codeOf(guard, call('light.toggle', [], { entity_id: 'all' }))).toBe('invalid_input');
  expect(await codeOf(guard, call('light.toggle', ['light.lamp'], { area_id: 'hall' }))).toBe('invalid_input');
});

test('hidden entities do not exist, in data, templates and groups', async () => {
  const guard = guardOf({ deny: 'lock' });
  expect(await codeOf(guard, call('lock.lock', ['lock.door']))).toBe('not_found');
  expect(await codeOf(guard, call('notify.notify', [], { message: "{{ states('lock.door') }}" }))).toBe('not_found');
  expect(await codeOf(guard, call('script.turn_on', ['light.lamp'], { variables: { deep: [{ 'lock.door': 1 }] } }))).toBe('not_found');
  expect(await codeOf(guard, call('homeassistant.turn_off', ['group.night']))).toBe('permission_denied');
  expect(await codeOf(guard, call('conversation.process', [], { text: 'x' }))).toBe('permission_denied');
  expect(await codeOf(guard, call('light.toggle', ['light.lamp'], { file: 'song.mp3' }))).toBe('ok');
});

test('lists take domains and globs, and deny wins', () => {
  const policy = createPolicy({ level: 'read', allow: 'light.*, climate ,sensor.*_temp', deny: 'light.secret' });
  expect(['light.a', 'climate.b', 'sensor.x_temp', 'light.secret', 'sensor.y', 'lightx.a', 'LIGHT.A'].map(policy.visible)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
});

test.each([
  ['homeassistant.restart', 'configure', 'permission_denied'],
  ['homeassistant.restart', 'admin', 'confirmation_required'],
  ['automation.reload', 'control', 'permission_denied'],
  ['automation.reload', 'admin', 'ok'],
  ['hassio.host_reboot', 'control', 'permission_denied'],
  ['mqtt.publish', 'control', 'permission_denied'],
  ['scene.create', 'control', 'permission_denied'],
  ['scene.create', 'configure', 'ok'],
  ['light.toggle', 'control', 'ok'],
])('%s at the level %s: %s', async (name, level, expected) => {
  expect(await codeOf(guardOf({ level }), call(name, []))).toBe(expected);
});

test('that Home Assistant would do nothing is said of calls alone', async () => {
  const guard = guardOf();
  const why = async (act: () => Promise<void> | void): Promise<string> => {
    try {
      await act();
    } catch (error) {
      if (isToolError(error)) return `${error.fields.what} ${error.fields.why ?? ''}`.trim();
    }
    throw new Error('no refusal');
  };
  expect(await why(() => guard.requireEntity('camera.nope'))).toBe('There is no entity camera.nope.');
  expect(await why(() => guard.checkCall(call('light.toggle', ['light.nope']), undefined, async () => undefined))).toContain('do nothing');
});

test.each([
  ['a value', { a: ['the Lock.Door is open'] }],
  ['a key', { 'lock.door': 1 }],
  ['an object of a template', '{{ states.lock.door.state }}'],
  ['an object in brackets', "{{ states['lock']['door'] }}"],
  ['an address', '/local/x/lock.door/picture'],
])('%s that names a hidden entity is seen', (_name, value) => {
  expect(guardOf({ deny: 'lock' }).mentionsHidden(value)).toBe(true);
  expect(guardOf({ deny: 'cover' }).mentionsHidden(value)).toBe(false);
});
