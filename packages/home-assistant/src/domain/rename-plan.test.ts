import { isToolError } from '@switchyard-mcp/core';
import { describe, expect, test } from 'vitest';
import type { Entity, Home } from './model.ts';
import type { ObjectBody } from './object-operations.ts';
import { parseObjectRef } from './object-ref.ts';
import { checkRenames, deviceRenames, planRename } from './rename-plan.ts';

const entity = (entityId: string, more: Partial<Entity> = {}): readonly [string, Entity] => [
  entityId,
  {
    entityId,
    domain: entityId.split('.')[0] ?? '',
    name: entityId,
    registered: true,
    labels: [],
    aliases: [],
    hidden: false,
    disabled: false,
    ...more,
  },
];
const group = (entityId: string, members: readonly string[], more: Partial<Entity> = {}): readonly [string, Entity] =>
  entity(entityId, {
    state: { entityId, state: 'on', attributes: { entity_id: members }, lastChangedAt: 0, lastUpdatedAt: 0, contextId: 'c' },
    ...more,
  });
const homeOf = (...entities: readonly (readonly [string, Entity])[]): Home => ({
  entities: new Map(entities),
  devices: new Map([['d', { deviceId: 'd', name: 'Köche’s Lamp', labels: [], disabled: false }]]),
  areas: new Map(),
  floors: new Map(),
  labels: new Map(),
  registryRevision: 1,
  stateRevision: 1,
});
const body = (id: string, value: Record<string, unknown>): ObjectBody => ({ ref: parseObjectRef(id), name: id, body: value });
const renames = new Map([['light.a', 'light.b']]);
const none = { bodies: [], referrers: [], readOnly: new Map<string, string>() };
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'ok';
  } catch (error) {
    return isToolError(error) ? error.fields.code : String(error);
  }
};

describe('what is left behind', () => {
  test('groups and scenes in YAML that name it; not those whose bodies are rewritten, not what only lists it', () => {
    const home = homeOf(
      entity('light.a'),
      group('group.yaml', ['light.a']),
      group('light.helper', ['light.a'], { platform: 'group' }),
      group('light.other', ['light.c'], { platform: 'group' }),
      group('media_player.party', ['light.a'], { platform: 'sonos' }),
    );
    const bodies = [body('light.helper', { entities: ['light.a'] })];
    const plan = planRename(renames, { ...none, home, bodies });
    expect(plan.edits.map(({ object }) => object.ref.id)).toEqual(['light.helper']);
    expect(plan.left).toEqual([{ id: 'group.yaml', why: 'defined in YAML files' }]);
  });
  test('what Home Assistant says refers to it and no body shows; where it belongs is no reference', () => {
    const referrers = [
      { id: 'automation.device', kind: 'automation', name: '', at: [] },
      { id: 'device:d', kind: 'device', name: '', at: [] },
      { id: 'automation.seen', kind: 'automation', name: '', at: ['/a'] },
    ];
    const bodies = [body('automation.seen', { actions: [{ entity_id: 'light.a' }] })];
    const { left } = planRename(renames, { ...none, home: homeOf(entity('light.a')), bodies, referrers });
    expect(left.map(({ id }) => id)).toEqual(['automation.device']);
  });
  test('what cannot be written says why, and templates that put ids together are named', () => {
    const bodies = [
      body('automation.yaml', { actions: [{ entity_id: 'light.a' }] }),
      body('automation.parts', { variables: { x: "{{ states('light.' ~ room) }}" } }),
    ];
    const plan = planRename(renames, { ...none, home: homeOf(), bodies, readOnly: new Map([['automation.yaml', 'in a package']]) });
    expect(plan).toMatchObject({ edits: [], left: [{ id: 'automation.yaml', why: 'in a package' }], composed: ['automation.parts'] });
  });
});

describe('new ids', () => {
  test.each([
    ['light.ok_1', 'ok'],
    ['light.Upper', 'invalid_input'],
    ['light.two__x', 'ok'],
    ['light._x', 'invalid_input'],
    ['light.', 'invalid_input'],
    ['switch.a', 'invalid_input'],
    ['light.taken', 'conflict'],
  ])('%s: %s', (to, code) => {
    const home = homeOf(entity('light.a'), entity('light.taken'));
    expect(codeOf(() => checkRenames(home, new Map([['light.a', to]])))).toBe(code);
  });
  test('two entities cannot get one id', () => {
    const both = new Map([
      ['light.a', 'light.x'],
      ['light.b', 'light.x'],
    ]);
    expect(codeOf(() => checkRenames(homeOf(entity('light.a'), entity('light.b')), both))).toBe('conflict');
  });
  test('entities of a device follow its name where theirs begins with it', () => {
    const home = homeOf(
      entity('light.koches_lamp', { deviceId: 'd' }),
      entity('sensor.koches_lamp_power', { deviceId: 'd' }),
      entity('sensor.koches_lampshade', { deviceId: 'd' }),
      entity('light.koches_lamp_2'),
    );
    const { renames: found, kept } = deviceRenames(home, 'd', 'Reading Lamp');
    expect([...found]).toEqual([
      ['light.koches_lamp', 'light.reading_lamp'],
      ['sensor.koches_lamp_power', 'sensor.reading_lamp_power'],
    ]);
    expect(kept).toEqual(['sensor.koches_lampshade']);
    expect(codeOf(() => deviceRenames(home, 'd', '灯'))).toBe('invalid_input');
  });
});
