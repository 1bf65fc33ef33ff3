import { expect, test } from 'vitest';
import { brokenReferences, type Existing, existingIn, nearReferences } from './broken-references.ts';
import type { Entity, Home } from './model.ts';
import { entitiesInTemplate, requiredBy } from './required-references.ts';

const entity = (entityId: string, disabled = false): readonly [string, Entity] => [
  entityId,
  { entityId, domain: entityId.split('.')[0] ?? '', name: entityId, registered: true, labels: [], aliases: [], hidden: false, disabled },
];
const home: Home = {
  entities: new Map([entity('light.hall'), entity('lock.front_door'), entity('sensor.old', true), entity('input_datetime.wake')]),
  devices: new Map([['d1', { deviceId: 'd1', name: 'Lamp', labels: [], disabled: false }]]),
  areas: new Map([['kitchen', { areaId: 'kitchen', name: 'Kitchen', aliases: [], labels: [] }]]),
  floors: new Map(),
  labels: new Map(),
  registryRevision: 1,
  stateRevision: 1,
};
const existing: Existing = { home, services: new Set(['light.turn_on', 'lock.lock', 'notify.phone', 'scene.create']), made: new Set() };
const broken = (body: unknown): readonly string[] =>
  brokenReferences(body, existing).map(({ kind, id, problem, pointer }) => `${kind} ${id} ${problem} ${pointer}`);

test('unknown entities, services, devices, areas and labels are found where they stand, disabled ones as such', () => {
  const body = {
    triggers: [
      { trigger: 'state', entity_id: ['light.hall', 'light.hal'] },
      { trigger: 'numeric_state', entity_id: 'sensor.old', above: 'input_number.gone' },
      { trigger: 'state', entity_id: 'ligth.hall' },
      { trigger: 'time', at: 'input_datetime.wake' },
      {
        trigger: 'event',
        event_type: 'zha_event',
        event_data: { device_id: '0123456789abcdef0123456789abcdef', entity_id: 'light.not_looked_up' },
      },
    ],
    actions: [
      { action: 'light.turn_onn', target: { entity_id: 'light.hall', area_id: 'kichen', device_id: ['d1', 'd2'], label_id: 'night' } },
      { choose: [{ conditions: [], sequence: [{ action: 'lock.lock', target: { entity_id: 'lock.front_dor, lock.front_door' } }] }] },
    ],
  };
  expect(broken(body)).toEqual([
    'entity light.hal unknown /triggers/0/entity_id/1',
    'entity sensor.old disabled /triggers/1/entity_id',
    'entity input_number.gone unknown /triggers/1/above',
    'entity ligth.hall unknown /triggers/2/entity_id',
    'device 0123456789abcdef0123456789abcdef unknown /triggers/4/event_data/device_id',
    'service light.turn_onn unknown /actions/0/action',
    'area kichen unknown /actions/0/target/area_id',
    'device d2 unknown /actions/0/target/device_id/1',
    'label night unknown /actions/0/target/label_id',
    'entity lock.front_dor unknown /actions/1/choose/0/sequence/0/target/entity_id',
  ]);
});

test('nothing is invented: disabled steps, templates, names, notifications, wildcards, registry ids, all and none', () => {
  const body = {
    alias: 'light.nope',
    description: 'uses sensor.gone',
    actions: [
      { enabled: false, action: 'no.service', target: { entity_id: 'light.nope' } },
      { action: '{{ service }}', target: { entity_id: '{{ lamp }}', area_id: '{{ area }}' } },
      { action: 'notify.phone', data: { message: 'light.nope is on', data: { actions: [{ action: 'do.it' }] } } },
      { action: 'light.turn_on', target: { entity_id: 'all' } },
      { device_id: 'd1', entity_id: '0123456789abcdef0123456789abcdef', type: 'turn_on', domain: 'light' },
      { variables: { service: 'nope.nope', file: 'picture.png' } },
      { condition: 'numeric_state', entity_id: 'light.hall', above: 5, below: '7.5' },
    ],
    cards: [
      { type: 'custom:auto-entities', filter: { include: [{ entity_id: 'light.*' }], exclude: [{ entity_id: 'light.nope' }] } },
      { type: 'entities', entities: ['light.hall', { type: 'divider' }, { entity: 'lock.front_door' }], title: 'sensor.gone' },
      { type: 'button', entity: 'this.entity_id', tap_action: { action: 'toggle' } },
    ],
  };
  expect(broken(body)).toEqual([]);
});

test('scenes, cards and blueprint inputs name entities in ways of their own', () => {
  expect(broken({ entities: { 'light.hall': 'on', 'light.gone': { state: 'on' } } })).toEqual([
    'entity light.gone unknown /entities/light.gone',
  ]);
  const card = { type: 'area', area: 'attic' };
  expect(broken({ views: [{ cards: [{ type: 'tile', entity: 'sensor.gone' }, card] }] })).toEqual([
    'entity sensor.gone unknown /views/0/cards/0/entity',
    'area attic unknown /views/0/cards/1/area',
  ]);
  const input = { lamp: 'light.gone', teller: 'notify.phone', seconds: 30, target: { area_id: 'attic' } };
  expect(broken({ use_blueprint: { path: 'a/b.yaml', input } })).toEqual([
    'entity light.gone unknown /use_blueprint/input/lamp',
    'area attic unknown /use_blueprint/input/target/area_id',
  ]);
});

test('templates: only whole names that are asked for', () => {
  const ids = (text: string): readonly string[] => entitiesInTemplate(text);
  expect(ids("{{ states('sensor.a') | float > 2 and is_state(\"light.b\", 'on') }}")).toEqual(['sensor.a', 'light.b']);
  expect(ids("{{ states.sensor.a.state }} {{ states['sensor.c'].state }}")).toEqual(['sensor.c', 'sensor.a']);
  expect(ids("{{ states('sensor.' ~ name) }} {{ states('sensor.room_' ~ 1) }} {# states('sensor.x') #}")).toEqual([]);
  expect(ids("{{ states.light | list }} {{ has_value('sensor.maybe') }} {{ 'sensor.text' }} {{ my.states.sensor.a }}")).toEqual([]);
  expect(requiredBy({ value_template: "{{ states('sensor.a') }}" })).toEqual([
    { kind: 'entity', id: 'sensor.a', pointer: '/value_template', inTemplate: true, loose: false },
  ]);
});

test('near names are of the same domain', () => {
  expect(nearReferences(existing, { kind: 'entity', id: 'lock.front_dor' })).toEqual(['lock.front_door']);
  expect(nearReferences(existing, { kind: 'service', id: 'light.turn_onn' })).toEqual(['light.turn_on']);
  expect(nearReferences(existing, { kind: 'device', id: 'd2' })).toEqual([]);
});

test('a scene that a body makes for itself is not missing', () => {
  const make = { action: 'scene.create', data: { scene_id: 'before', snapshot_entities: ['light.hall'] } };
  const body = { actions: [{ choose: [{ sequence: [make] }] }, { scene: 'scene.before' }, { scene: 'scene.after' }] };
  const withMade = existingIn(home, [{ domain: 'scene', service: 'create', fields: [], response: 'none' }], [body]);
  expect(brokenReferences(body, withMade).map(({ id }) => id)).toEqual(['scene.after']);
});
