import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedIn } from './body-references.ts';
import { brokenReferences, type Existing } from './broken-references.ts';
import { idsPossible, mentionsIn } from './entity-mentions.ts';
import { rewriteReferences } from './entity-references.ts';
import type { Home } from './model.ts';
import { parseObjectRef } from './object-ref.ts';
import { looksLikeEntity } from './reference-keys.ts';
import { requiredBy } from './required-references.ts';
import { scanReferences } from './scan-references.ts';
import { placesOf, searchBodies } from './search-bodies.ts';
import { securityActionsOf } from './security-actions.ts';

type Body = Record<string, unknown>;

const roles = (body: unknown): readonly string[] =>
  scanReferences(body).references.map(({ kind, id, role, required }) => `${kind} ${id} ${role}${required ? '' : ', not needed'}`);

describe('what a body names, and the part it plays', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['a target, in any case, as Home Assistant reads it', { entity_id: 'Light.Hall' }, ['entity light.hall target']],
    ['a comma list', { entity_id: 'light.a, light.b' }, ['entity light.a target', 'entity light.b target']],
    ['a limit that an entity holds', { above: 'input_number.max' }, ['entity input_number.max value']],
    ['a limit that is a number', { above: '1.5' }, ['entity 1.5 mention, not needed']],
    ['an action, in any case', { action: 'Lock.Unlock' }, ['service lock.unlock value']],
    ['an action in old words', { service_template: 'lock.unlock' }, ['service lock.unlock value']],
    ['an action of a notification', { data: { action: 'do.it' } }, ['service do.it value, not needed']],
    ['a place', { target: { area_id: ['kitchen', 'all'] } }, ['area kitchen value']],
    ['a place in one text is one place', { target: { area_id: 'kitchen, hall' } }, ['area kitchen, hall value']],
    ['an input, which may be an action too', { use_blueprint: { input: { lamp: 'light.a' } } }, ['entity light.a input']],
    ['a scene’s own', { entities: { 'light.a': 'on' } }, ['entity light.a value']],
    ['what a template asks for', { x: "{{ states('light.a') }}" }, ['entity light.a asked']],
    ['as an object', { x: '{{ states.light.a.state }}' }, ['entity light.a asked']],
    [
      'as an object in brackets',
      { x: "{{ states['light']['a'].state ~ states.light['b'].state }}" },
      ['entity light.a asked', 'entity light.b asked'],
    ],
    ['what a template only holds', { x: "{{ has_value('light.a') }}" }, ['entity light.a quoted, not needed']],
    ['what a comment says', { x: "{{ 1 }}{# states('light.a') #}" }, ['entity light.a quoted, not needed']],
    ['the parts of other things', { x: '{{ trigger.id }}' }, ['entity trigger.id mention, not needed']],
    ['a sentence', { message: 'Turn light.a on.' }, ['entity light.a mention, not needed']],
    ['a step that is switched off', { enabled: false, entity_id: 'light.a' }, ['entity light.a target, not needed']],
    ['a name', { alias: 'light.a', id: 'light.a' }, []],
    ['a name that is a template', { alias: "{{ states('light.a') }}" }, ['entity light.a asked, not needed']],
    ['a script that a template calls', { action: "{{ 'script.a' }}" }, ['service script.a quoted, not needed']],
    ['the data of an event', { event_data: { entity_id: 'light.a' } }, ['entity light.a target, not needed']],
  ])('%s', (_name, body, expected) => {
    expect(roles(body)).toEqual(expected);
  });

  test('what is under entity_id and names more or less than one entity', () => {
    const body = {
      a: { entity_id: 'all' },
      b: { entity_id: '{{ x }}' },
      c: { entity_id: ['light.a', '0123456789abcdef0123456789abcdef'] },
    };
    expect(scanReferences(body).opaque).toEqual(['all', '{{ x }}', '0123456789abcdef0123456789abcdef']);
  });

  test('ids of every way to write them are possible ids for a refusal', () => {
    for (const text of [
      'states.lock.front.state',
      "states['lock']['front']",
      'lock.front',
      'x.lock.front',
      '/local/LOCK.front',
      'states.lock["front"]',
    ])
      expect([...idsPossible(text)], text).toContain('lock.front');
  });
});

/** Ids that are near to each other: prefixes, suffixes, the same object in another domain. */
const ids = ['light.a', 'light.a_2', 'light.aa', 'lock.a', 'sensor.t', 'scene.light', 'script.m'];
const written: readonly ((id: string) => string)[] = [
  (id) => id,
  (id) => id.toUpperCase(),
  (id) => `${id}, light.zz ,${id}`,
  (id) => `{{ states('${id}') }}`,
  (id) => `{% if is_state("${id}", 'on') %}x{% endif %}`,
  (id) => `{{ states.${id}.state }}`,
  (id) => `{{ states['${id.replace('.', "']['")}'].state }}`,
  (id) => `{{ states.${id.replace('.', "['")}'].name }}`,
  (id) => `{{ has_value('${id}') }} {# ${id} #}`,
  (id) => `[[[ return states['${id}'].state ]]]`,
  (id) => `The ${id} is on.`,
  (id) => `/history?entity_id=${id}&x=1`,
];
const anId = fc.constantFrom(...ids);
const mention = fc.tuple(anId, fc.constantFrom(...written)).map(([id, write]) => write(id));
const keys = [
  'entity_id',
  'entity',
  'entities',
  'data',
  'target',
  'action',
  'above',
  'message',
  'alias',
  'use_blueprint',
  'input',
  'event_data',
];
const { body: anything } = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { depthSize: 'small' },
    mention,
    anId,
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('body'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), anId), tie('body'), { maxKeys: 4 }),
    fc.record({ enabled: fc.constant(false), entity_id: mention }),
  ),
}));
const aBody: fc.Arbitrary<Body> = fc.dictionary(fc.constantFrom('triggers', 'actions', 'sequence', 'views', 'id'), anything, {
  maxKeys: 4,
});
const home: Home = {
  entities: new Map(),
  devices: new Map(),
  areas: new Map(),
  floors: new Map(),
  labels: new Map(),
  registryRevision: 1,
  stateRevision: 1,
};
const nothingExists: Existing = { home, services: new Set(), made: new Set() };
const options = { seed: 20261126, numRuns: 1000 } as const;

const named = (body: unknown): ReadonlySet<string> => new Set(scanReferences(body).references.map(({ id }) => id));
const entities = (body: unknown): ReadonlySet<string> =>
  new Set(scanReferences(body).references.flatMap(({ kind, id }) => (kind === 'entity' ? [id] : [])));
const sorted = (found: Iterable<string>): readonly string[] => [...new Set(found)].sort();

describe('in any body, everybody agrees on what it names', () => {
  test('a rename rewrites an id exactly where the scan names it, and then nobody names it', () => {
    fc.assert(
      fc.property(aBody, anId, (body, id) => {
        const { references, body: after } = rewriteReferences(body, new Map([[id, `${id}_renamed`]]));
        expect(references.length > 0).toBe(entities(body).has(id));
        if (references.length === 0) expect(after).toBe(body);
        expect(entities(after).has(id)).toBe(false);
        expect(sorted([...entities(after)].map((one) => (one === `${id}_renamed` ? id : one)))).toEqual(sorted(entities(body)));
      }),
      options,
    );
  });
  test('who uses an id is found exactly there, and a search in texts finds it too', () => {
    fc.assert(
      fc.property(aBody, anId, (body, id) => {
        expect(placesOf(body, id).length > 0).toBe(named(body).has(id));
        const object = { ref: parseObjectRef('automation.x'), name: 'X', body };
        if (named(body).has(id)) expect(searchBodies([object], id)).toHaveLength(1);
        const renamed = rewriteReferences(body, new Map([[id, 'light.renamed']])).references.map(({ pointer }) => pointer);
        for (const pointer of renamed) expect(placesOf(body, id)).toContain(pointer);
      }),
      options,
    );
  });
  test('where nothing exists, all that is needed is broken, and it is part of what is named', () => {
    fc.assert(
      fc.property(aBody, (body) => {
        const needed = requiredBy(body).map(({ kind, id }) => `${kind} ${id}`);
        expect(sorted(brokenReferences(body, nothingExists).map(({ kind, id }) => `${kind} ${id}`))).toEqual(sorted(needed));
        const all = new Set(namedIn(body).map(({ kind, id }) => `${kind} ${id}`));
        for (const one of needed) expect(all).toContain(one);
      }),
      options,
    );
  });
  test('what a body names is hidden with it: a refusal sees every id that a rename would rewrite', () => {
    fc.assert(
      fc.property(mention, (text) => {
        const possible = new Set(idsPossible(text));
        for (const { id } of mentionsIn(text)) expect(possible).toContain(id);
      }),
      options,
    );
  });
  test('whatever is a target of an action is one for the guard as well', () => {
    const target = fc.tuple(fc.constantFrom('lock.a', 'light.a'), fc.constantFrom(...written)).map(([id, write]) => write(id));
    fc.assert(
      fc.property(target, fc.constantFrom('target', 'data', 'data_template', 'own'), fc.boolean(), (text, where, listed) => {
        const ids = { entity_id: listed ? ['light.zz', text] : text };
        const step = { action: 'homeassistant.turn_on', ...(where === 'own' ? ids : { [where]: ids }) };
        const { references, opaque } = scanReferences(step);
        const reached = opaque.length > 0 || references.some(({ role, id }) => role === 'target' && id === 'lock.a');
        expect(securityActionsOf(parseObjectRef('automation.x'), { actions: [step] }, () => undefined).length > 0).toBe(reached);
      }),
      options,
    );
  });
});

test('the ids of this test are of domains that have entities', () => {
  expect(ids.every(looksLikeEntity)).toBe(true);
});
