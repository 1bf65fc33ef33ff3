import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewriteReferences } from './entity-references.ts';

const renames = new Map([
  ['light.a', 'light.kitchen'],
  ['sensor.t', 'sensor.temperature'],
  ['script.m', 'script.morning'],
]);
const rewrite = (body: unknown) => rewriteReferences(body, renames);
const text = (value: string) => (rewrite({ x: value }).body as { x: string }).x;

describe('a text', () => {
  test.each([
    ['light.a', 'light.kitchen'],
    ['Light.A', 'light.kitchen'],
    ['light.a, light.b,light.a', 'light.kitchen, light.b,light.kitchen'],
    ["{{ states('light.a') }}", "{{ states('light.kitchen') }}"],
    ['{{ is_state("light.a","on") and states.light.a.state == states.light.a_2.state }}', undefined],
    ['{{ states.sensor.t.state|float-states.sensor.t.attributes.x*2 }}', undefined],
    ["{{ states['light.a'].state ~ states.light['a'] ~ states['light'][\"a\"].name }}", undefined],
    ["[[[ return states['light.a'].state ]]]", "[[[ return states['light.kitchen'].state ]]]"],
    ['/history?entity_id=light.a&x=1', '/history?entity_id=light.kitchen&x=1'],
    ['/api/states/light.a', '/api/states/light.kitchen'],
    ['Turns light.a on. Then light.a.', 'Turns light.kitchen on. Then light.kitchen.'],
    [
      "{{ expand('light.a','light.b') | map(attribute='entity_id') }}",
      "{{ expand('light.kitchen','light.b') | map(attribute='entity_id') }}",
    ],
  ])('%s', (before, after) => {
    const expected =
      after ??
      before
        .replace(/light\.a(?![\w])/g, 'light.kitchen')
        .replace(/sensor\.t(?!\w)/g, 'sensor.temperature')
        .replace(/\.light\['a'\]/, ".light['kitchen']")
        .replace(/\['light'\]\["a"\]/, '[\'light\']["kitchen"]');
    expect(text(before)).toBe(expected);
  });

  test.each([
    'light.a_2',
    'xlight.a',
    'my_light.a',
    'élight.a',
    'light.aé',
    'light.a*',
    '*light.a',
    'light.a-b',
    'joe@light.a',
    '/local/light.a.png',
    '/local/light.a',
    'https://light.a/x',
    'foo.light.a',
    'light.a.b',
    '{{ states.xlight.a }} {{ x.states.light.a }}',
    'light',
    'a',
    '',
  ])('%s stays', (value) => {
    expect(text(value)).toBe(value);
    expect(rewrite({ x: value }).references).toEqual([]);
  });
});

describe('a body', () => {
  test('an automation: lists, keys, templates; not its id, alias, or the name of a service', () => {
    const { body, references } = rewrite({
      id: 'light.a',
      alias: 'light.a',
      triggers: [{ trigger: 'state', id: 'light.a', entity_id: ['light.a', 'light.a_2'] }],
      conditions: "{{ trigger.id == 'light.a' }}",
      actions: [
        { action: 'script.m', data: { entity_id: 'script.m' } },
        { action: "{{ 'script.m' if is_state('light.a', 'on') else 'script.x' }}" },
        { action: 'scene.apply', data: { entities: { 'light.a': { state: 'on' }, 'light.b': 'off' } } },
      ],
    });
    expect(body).toEqual({
      id: 'light.a',
      alias: 'light.a',
      triggers: [{ trigger: 'state', id: 'light.kitchen', entity_id: ['light.kitchen', 'light.a_2'] }],
      conditions: "{{ trigger.id == 'light.kitchen' }}",
      actions: [
        { action: 'script.m', data: { entity_id: 'script.morning' } },
        { action: "{{ 'script.m' if is_state('light.kitchen', 'on') else 'script.x' }}" },
        { action: 'scene.apply', data: { entities: { 'light.kitchen': { state: 'on' }, 'light.b': 'off' } } },
      ],
    });
    expect(references.map(({ pointer }) => pointer)).toEqual([
      '/triggers/0/id',
      '/triggers/0/entity_id/0',
      '/conditions',
      '/actions/0/data/entity_id',
      '/actions/1/action',
      '/actions/2/data/entities/light.a',
    ]);
  });
  test('a name that is a template is one', () => {
    expect(rewrite({ name: "[[[ return states['light.a'].state ]]]", title: 'light.a' }).body).toEqual({
      name: "[[[ return states['light.kitchen'].state ]]]",
      title: 'light.a',
    });
  });
  test('the order of keys stays, and a key that is taken is said', () => {
    const { body, clashes } = rewrite({ entities: { z: 1, 'light.a': 2, b: 3 } });
    expect(Object.keys((body as { entities: object }).entities)).toEqual(['z', 'light.kitchen', 'b']);
    expect(clashes).toEqual([]);
    expect(rewrite({ entities: { 'light.a': 1, 'light.kitchen': 2 } }).clashes).toEqual(['/entities/light.kitchen']);
  });
  test('ids put together from parts are said', () => {
    const made = ["{{ states('light.' ~ room) }}", 'light.{{ room }}', '{{ states.light[room] }}', "{{ 'light.%s' | format(x) }}"];
    for (const value of made) expect(rewrite({ x: value }).composed, value).toEqual(['/x']);
    expect(rewrite({ x: "{{ states('cover.' ~ room) }} {{ states.light['b'] }}" }).composed).toEqual([]);
  });
  test('two ids may change places', () => {
    const swap = new Map([
      ['light.a', 'light.b'],
      ['light.b', 'light.a'],
    ]);
    expect(rewriteReferences(['light.a', "{{ states('light.b') }}"], swap).body).toEqual(['light.b', "{{ states('light.a') }}"]);
    expect(rewriteReferences({ 'light.a': 1, 'light.b': 2 }, swap)).toMatchObject({ body: { 'light.b': 1, 'light.a': 2 }, clashes: [] });
  });
});

/** Ids that are near to each other: prefixes, suffixes, the same object in another domain. */
const ids = ['light.a', 'light.a_2', 'light.aa', 'light.b', 'sensor.a', 'sensor.t', 'xlight.a', 'switch.light'];
const forms = [
  (id: string) => id,
  (id: string) => `{{ states('${id}') }}`,
  (id: string) => `{% if is_state("${id}", 'on') %}x{% endif %}`,
  (id: string) => `{{ states.${id}.state }}`,
  (id: string) => `${id},light.zz , ${id}`,
];
const mention = fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...forms)).map(([id, form]) => form(id));
const { body: anyBody } = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { depthSize: 'small' },
    mention,
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('body'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('entity_id', 'data', 'target', 'x'), fc.constantFrom(...ids)), tie('body'), { maxKeys: 4 }),
  ),
}));

describe('any body', () => {
  const there = new Map([['light.a', 'light.new_one']]);
  const back = new Map([['light.new_one', 'light.a']]);
  test('there and back is the same body, and afterwards nothing names the old id', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const first = rewriteReferences(body, there);
        expect(rewriteReferences(first.body, there).references).toEqual([]);
        const second = rewriteReferences(first.body, back);
        expect(JSON.stringify(second.body)).toBe(JSON.stringify(body));
        expect(second.references).toHaveLength(first.references.length);
      }),
    );
  });
  test('no other id is touched', () => {
    const others = ids.filter((id) => id !== 'light.a');
    const count = (body: unknown, id: string): number => rewriteReferences(body, new Map([[id, 'x.y']])).references.length;
    fc.assert(
      fc.property(anyBody, (body) => {
        const after = rewriteReferences(body, there).body;
        for (const id of others) expect(count(after, id)).toBe(count(body, id));
      }),
    );
  });
  test('a body that does not name it comes back as it is', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(rewriteReferences(body, new Map([['light.nobody', 'light.b']])).body).toBe(body);
      }),
    );
  });
});
