import { describe, expect, test } from 'vitest';
import { stateNow } from '../../test/doubles/fake-home.ts';
import type { EntityState } from './model.ts';
import { parseObjectRef } from './object-ref.ts';
import { securityActionsOf } from './security-actions.ts';

const states = new Map<string, EntityState>([
  ['cover.garage', stateNow('cover.garage', 'closed', { device_class: 'garage' })],
  ['cover.blinds', stateNow('cover.blinds', 'open', { device_class: 'blind' })],
  ['light.locks', stateNow('light.locks', 'off', { entity_id: ['lock.front'] })],
]);
const actionsOf = (actions: unknown, id = 'automation.x') =>
  securityActionsOf(parseObjectRef(id), { actions }, (entityId) => states.get(entityId));

describe('actions that a body would do by itself', () => {
  test.each<[string, unknown]>([
    ['unlocking', { action: 'lock.unlock', target: { entity_id: 'lock.front' } }],
    ['in old words', { service: 'lock.unlock', entity_id: 'lock.front' }],
    ['a garage', { action: 'cover.open_cover', target: { entity_id: ['cover.blinds', 'cover.garage'] } }],
    ['under another name', { action: 'homeassistant.toggle', target: { entity_id: 'lock.front' } }],
    ['an area', { action: 'lock.unlock', target: { area_id: 'hall' } }],
    ['a device', { device_id: 'd', domain: 'lock', type: 'unlock' }],
    ['a disarming device', { device_id: 'd', domain: 'alarm_control_panel', type: 'disarm' }],
    ['a template as target', { action: 'lock.unlock', target: { entity_id: '{{ x }}' } }],
    ['a template as action', { action: '{{ x }}' }],
    ['everything', { action: 'lock.unlock', target: { entity_id: 'all' } }],
    [
      'deep inside',
      {
        choose: [
          {
            conditions: [],
            sequence: [
              Object.fromEntries([
                ['if', []],
                ['then', [{ parallel: [{ action: 'lock.unlock', target: { entity_id: 'lock.front' } }] }]],
              ]),
            ],
          },
        ],
      },
    ],
    ['a group of locks', { action: 'homeassistant.turn_off', target: { entity_id: 'light.locks' } }],
    ['an input as target', { action: 'lock.unlock', target: { entity_id: { '!input': 'door' } } }],
    ['an input as one of its targets', { action: 'lock.unlock', target: { entity_id: ['light.x', { '!input': 'door' }] } }],
    ['an input as all that is beside it', { action: 'lock.unlock', target: { '!input': 'doors' } }],
    ['an input as action', { action: { '!input': 'do' }, target: { entity_id: 'lock.front' } }],
    ['an input as type of a device’s action', { device_id: 'd', domain: 'lock', type: { '!input': 'do' } }],
    ['a scene that a template names', { action: 'scene.turn_on', target: { entity_id: '{{ x }}' } }],
    ['the scenes of an area', { action: 'scene.turn_on', target: { area_id: 'hall' } }],
    ['what takes a higher level by itself', { action: 'cloud.remote_connect' }],
    ['a shell command', { action: 'shell_command.wipe' }],
    ['an action in large letters', { action: 'Lock.Unlock', target: { entity_id: 'Lock.Front' } }],
    ['in the oldest words', { service_template: 'lock.unlock', data_template: { entity_id: 'lock.front' } }],
    ['a template as data', { action: 'lock.unlock', data: "{{ dict(entity_id='lock.front') }}" }],
    ['a template as a key of data', { action: 'lock.unlock', data: { "{{ 'entity_id' }}": 'lock.front' } }],
  ])('%s', (_name, action) => {
    expect(actionsOf([action])).not.toEqual([]);
  });
  test.each<[string, unknown]>([
    ['locking', { action: 'lock.lock', target: { entity_id: 'lock.front' } }],
    ['blinds', { action: 'cover.open_cover', target: { entity_id: 'cover.blinds' } }],
    ['lights of an area', { action: 'light.turn_on', target: { area_id: 'hall' } }],
    ['a trigger of a lock’s device', { trigger: 'device', device_id: 'd', domain: 'lock', type: 'unlocked' }],
    ['an input as value', { action: 'lock.lock', target: { entity_id: 'lock.front' }, data: { code: { '!input': 'code' } } }],
    ['an input that only a light gets', { action: 'light.turn_on', target: { entity_id: { '!input': 'lamp' } } }],
    ['a word that only looks like one', { data: { message: 'lock.unlock' } }],
  ])('%s is none', (_name, action) => {
    expect(actionsOf([action])).toEqual([]);
  });
});

describe('what counts besides', () => {
  test('what is nested too deep to look through counts as an action', () => {
    let action: unknown = { action: 'lock.unlock', target: { entity_id: 'lock.front' } };
    for (let depth = 0; depth < 31; depth += 1) action = { sequence: [action] };
    expect(actionsOf([action])).toEqual(['actions nested too deep to look through']);
  });
  test('a scene that sets a lock; a dashboard only offers', () => {
    const ref = (id: string) => parseObjectRef(id);
    expect(securityActionsOf(ref('scene.x'), { entities: { 'lock.front': 'unlocked' } }, () => undefined)).not.toEqual([]);
    const card = { tap_action: { perform_action: 'lock.unlock', target: { entity_id: 'lock.front' } } };
    expect(securityActionsOf(ref('dashboard:x'), { views: [{ cards: [card] }] }, () => undefined)).toEqual([]);
  });
  test('a blueprint runs wherever it is used, and by what its inputs are without being given', () => {
    const unlock = { action: 'lock.unlock', target: { entity_id: 'lock.front' } };
    const of = (body: unknown) => securityActionsOf(parseObjectRef('blueprint:automation/x.yaml'), body, () => undefined);
    expect(of({ blueprint: { name: 'X' }, actions: [unlock] })).toEqual(['lock.unlock lock.front']);
    expect(of({ blueprint: { input: { do: { default: [unlock] } } }, actions: { '!input': 'do' } })).toEqual(['lock.unlock lock.front']);
  });
  test.each<[string, string, Record<string, unknown>]>([
    ['a lock, its id left out', 'entity:lock.front', {}],
    ['a garage that gets a new id', 'entity:cover.garage', { entity_id: 'cover.shed' }],
    ['a garage by its own id', 'cover.garage', { entity_id: 'cover.shed' }],
  ])('showing %s to an assistant', (_name, id, body) => {
    const shown = securityActionsOf(parseObjectRef(id), { ...body, exposed: ['conversation'] }, (entityId) => states.get(entityId));
    expect(shown).toEqual([`showing ${id.replace('entity:', '')} to conversation`]);
  });
});
