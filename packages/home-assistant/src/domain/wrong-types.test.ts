import { expect, test } from 'vitest';
import type { Entity, Home } from './model.ts';
import { wrongTypes } from './wrong-types.ts';

const entity = (entityId: string, state: string, attributes: Record<string, unknown> = {}): readonly [string, Entity] => [
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
    state: { entityId, state, attributes, lastChangedAt: 0, lastUpdatedAt: 0, contextId: '' },
  },
];
const home: Home = {
  entities: new Map([
    entity('sensor.temp', '21.5'),
    entity('sensor.gone', 'unavailable'),
    entity('light.hall', 'on', { brightness: 120 }),
    entity('input_select.mode', 'Home', { options: ['Home', 'Away', 'Night'] }),
    entity('person.ada', 'home'),
  ]),
  devices: new Map(),
  areas: new Map(),
  floors: new Map(),
  labels: new Map(),
  registryRevision: 1,
  stateRevision: 1,
};
const problems = (body: unknown): readonly string[] => wrongTypes(home, body).map(({ pointer, problem }) => `${pointer}: ${problem}`);
const template = (text: string): readonly string[] => wrongTypes(home, { value_template: text }).map(({ problem }) => problem);

test('text against number in templates', () => {
  expect(template("{{ states('sensor.temp') > 20 }}")).toEqual([
    "'21.5' > 20 compares text with a number and is an error: put | float(0) after states('sensor.temp')",
  ]);
  expect(template("{{ states('sensor.temp') == 20 }}")[0]).toContain('is never true');
  expect(template('{{ 20 <= states.sensor.temp.state }}')[0]).toContain("'21.5' <= 20 compares text");
  expect(template("{{ is_state('light.hall', true) }}")[0]).toContain("write 'true'");
  expect(template("{{ state_attr('light.hall', 'brightness') > '100' }}")[0]).toContain('leave out the quotes');
});

test('states that an entity never has', () => {
  expect(template("{{ states('input_select.mode') == 'night' }}")).toEqual([
    'input_select.mode is never "night": it knows Home, Away, Night',
  ]);
  expect(template("{{ is_state('light.hall', 'ON') }}")).toEqual(['light.hall is never "ON": it knows on, off']);
  expect(problems({ triggers: [{ trigger: 'state', entity_id: 'input_select.mode', to: 'Nigth' }] })).toEqual([
    '/triggers/0: input_select.mode is never "Nigth": it knows Home, Away, Night',
  ]);
  expect(
    problems({ conditions: [{ condition: 'and', conditions: [{ condition: 'state', entity_id: 'light.hall', state: 'true' }] }] }),
  ).toEqual(['/conditions/0/conditions/0: light.hall is never "true": it knows on, off']);
});

test('numeric_state on what is no number', () => {
  expect(problems({ conditions: [{ condition: 'numeric_state', entity_id: 'input_select.mode', above: 1 }] })).toEqual([
    '/conditions/0: input_select.mode is compared as a number and is "Home"',
  ]);
});

test('nothing is invented', () => {
  for (const text of [
    "{{ states('sensor.temp') | float(0) > 20 }}",
    "{{ 20 < states('sensor.temp') | int }}",
    "{{ states('sensor.temp') == '20' }}",
    "{{ states('sensor.temp') != 'unavailable' }}",
    "{{ state_attr('light.hall', 'brightness') > 100 }}",
    "{{ state_attr('light.hall', 'effect') == '1' }}",
    "{{ is_state('light.hall', 'on') }}",
    "{{ states('input_select.mode') in ['night'] }}",
    "{{ is_state('person.ada', 'Work') }}",
    "{# states('sensor.temp') > 20 #}",
    "{{ 'x20' == states('sensor.temp') }}",
    "{{ float(states('sensor.temp')) > 20 }}",
  ])
    expect(template(text), text).toEqual([]);
  expect(
    problems({
      conditions: [
        { condition: 'numeric_state', entity_id: ['sensor.temp', 'sensor.gone', 'sensor.nope'], above: 1 },
        { condition: 'numeric_state', entity_id: 'light.hall', attribute: 'brightness', below: 3 },
        { condition: 'numeric_state', entity_id: 'light.hall', value_template: '{{ 1 }}', below: 3 },
        { condition: 'state', entity_id: 'light.hall', state: ['on', 'unavailable'] },
        { condition: 'state', entity_id: 'input_select.mode', state: 'input_text.wanted', enabled: false },
        { condition: 'state', entity_id: 'light.hall', attribute: 'effect', state: 'rainbow' },
      ],
    }),
  ).toEqual([]);
});
