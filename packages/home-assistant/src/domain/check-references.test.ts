import { describe, expect, test } from 'vitest';
import { fakeHouse } from '../../test/doubles/fake-house.ts';
import { keysNamed, unknownIn } from './check-references.ts';
import { parseObjectRef } from './object-ref.ts';
import { placesOf, searchBodies, wordsFor } from './search-bodies.ts';

const house = fakeHouse();
const never = new AbortController().signal;
const unknown = async (body: Record<string, unknown>, before?: Record<string, unknown>) =>
  unknownIn(body, { home: await house.home(never), services: await house.services(never), ignore: keysNamed(before) }).map(
    ({ id, near }) => [id, near[0]],
  );

describe('what a body names and the home does not have', () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ['an entity', { triggers: [{ entity_id: 'light.hal' }] }, [['light.hal', 'light.hall']]],
    ['in a list and in a comma list', { entity_id: ['light.hall', 'lock.front_dor'] }, [['lock.front_dor', 'lock.front_door']]],
    ['a comma list', { entity_id: 'light.hall, light.porsch' }, [['light.porsch', 'light.porch']]],
    ['an action', { actions: [{ action: 'light.turn_onn' }] }, [['light.turn_onn', 'light.turn_on']]],
    ['an area', { target: { area_id: 'kichen' } }, [['kichen', 'kitchen']]],
    ['a device', { device_id: 'd9' }, [['d9', undefined]]],
    ['in a template', { value_template: "{{ is_state('light.hal', 'on') }}" }, [['light.hal', 'light.hall']]],
    ['as an object in a template', { value_template: '{{ states.light.hal.state }}' }, [['light.hal', 'light.hall']]],
    ['a scene’s own', { entities: { 'light.hal': 'on' } }, [['light.hal', 'light.hall']]],
  ])('%s', async (_name, body, expected) => {
    expect(await unknown(body)).toEqual(expected);
  });
  test.each<[string, Record<string, unknown>]>([
    ['all', { entity_id: 'all' }],
    ['a registry id', { entity_id: '0123456789abcdef0123456789abcdef' }],
    ['a template', { entity_id: '{{ x }}', action: '{{ y }}' }],
    ['a dotted word in a template that is no entity here', { value_template: "{{ 'a.b' in x }}" }],
    ['a scene that it makes itself', { sequence: [{ action: 'script.morning', data: { scene_id: 'before' } }, { scene: 'scene.before' }] }],
  ])('%s is fine', async (_name, body) => {
    expect(await unknown(body)).toEqual([]);
  });
  test('what was named before is not the fault of this edit', async () => {
    expect(await unknown({ entity_id: 'light.gone' }, { entity_id: 'light.gone' })).toEqual([]);
  });
});

describe('searching in bodies', () => {
  const bodies = [
    { ref: parseObjectRef('automation.a'), name: 'A', body: { actions: [{ target: { entity_id: 'light.hall' } }] } },
    {
      ref: parseObjectRef('automation.b'),
      name: 'B',
      body: { actions: [{ target: { entity_id: 'light.hall_2' } }], description: 'Küche' },
    },
    { ref: parseObjectRef('automation.c'), name: 'C', body: { value_template: "{{ states('light.hall') }}" } },
  ];
  const ids = (query: string) => searchBodies(bodies, query).map(({ object }) => object.ref.id);
  test('an id is a whole word, in values, keys and templates', () => {
    expect(ids('light.hall')).toEqual(['automation.a', 'automation.c']);
    expect(ids('light.hall*')).toEqual(['automation.a', 'automation.b', 'automation.c']);
  });
  test('other texts are parts, case and accents aside', () => {
    expect(ids('kuche')).toEqual(['automation.b']);
  });
  test('a reference to an area is its whole word only', () => {
    const [word = ''] = wordsFor(parseObjectRef('area:hall'));
    expect(placesOf({ target: { area_id: 'hall' }, alias: 'hall light' }, word)).toEqual(['/target/area_id']);
  });
});
