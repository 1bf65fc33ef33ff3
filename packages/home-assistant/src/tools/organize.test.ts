import { isToolError, ToolError } from '@switchyard-mcp/core';
import { tokensOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { type FakeHouse, fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type FakeBodies, type FakeRegistries, fakeBodies, fakeRegistries } from '../../test/doubles/fake-registries.ts';
import { away, runAgreed } from '../../test/doubles/unreadable.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { Body } from '../domain/body.ts';
import type { RegistryKind } from '../domain/registry-operations.ts';
import { organizeTool } from './organize.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a dry run, then done, then unchanged', async () => {
    const changes = [
      { ids: ['light.kitchen_spot'], set: { name: 'Spot', labels: ['Evening'] } },
      { ids: ['area:Pantry'], op: 'create', set: { floor: 'Ground Floor' } },
    ];
    expect(await replies.reply('ha_organize', { changes, dry_run: true })).toMatchSnapshot();
    expect(await replies.reply('ha_organize', { changes })).toMatchSnapshot();
    expect(await replies.reply('ha_organize', { changes: changes.slice(0, 1) })).toMatchSnapshot();
  });
  test('a rename as a dry run', async () => {
    expect(
      await replies.reply('ha_organize', {
        changes: [{ ids: ['light.living_room_lights'], set: { new_id: 'light.lounge' } }],
        dry_run: true,
      }),
    ).toMatchSnapshot();
  });
  test('a rename after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('ha_organize', {
      changes: [{ ids: ['light.living_room_lights'], set: { new_id: 'light.lounge' } }],
    });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('an area that is not there', async () => {
    expect(await replies.reply('ha_organize', { changes: [{ ids: ['light.kitchen_spot'], set: { area: 'Kichen' } }] })).toMatchSnapshot();
  });
});

const entity = (entity_id: string, more: Body = {}): readonly [RegistryKind, string, Body] => [
  'entity',
  entity_id,
  {
    entity_id,
    ...{ name: null, icon: null, area_id: null, labels: [], aliases: [], disabled_by: null, hidden_by: null, categories: {} },
    ...{ device_class: null, exposed: ['conversation'] },
    ...more,
  },
];
const given: readonly (readonly [RegistryKind, string, Body])[] = [
  entity('light.kitchen_lights'),
  entity('light.hall', { area_id: 'hall', labels: ['night'], aliases: ['Big lamp'] }),
  entity('light.porch', { area_id: 'hall' }),
  entity('switch.coffee', { exposed: [] }),
  entity('cover.garage_door', { exposed: [] }),
  entity('script.morning'),
  ['entity', 'lock.front_door', { entity_id: 'lock.front_door', exposed: [] }],
  ['device', 'd1', { name_by_user: null, area_id: 'kitchen', labels: [], disabled_by: null }],
  ['device', 'd2', { name_by_user: null, area_id: 'kitchen', labels: [], disabled_by: null }],
  ['area', 'hall', { name: 'Hall', floor_id: 'ground', icon: null, aliases: [], labels: [] }],
  ['category', 'script/c1', { name: 'Wake up', icon: null }],
];

interface Set {
  readonly house: FakeHouse & { readonly registries: FakeRegistries; readonly objects: FakeBodies };
}
const setUp = (objects: FakeBodies = fakeBodies({})): Set => {
  const registries = fakeRegistries(given);
  return { house: { ...fakeHouse(), registries, objects } };
};
type House = Set['house'];
type Changes = readonly Record<string, unknown>[];

const run = async (house: House, changes: Changes, { says = 'no', ...more }: { says?: 'yes' | 'no'; dry_run?: boolean } = {}) => {
  const { context, asked } = houseContext(house, says);
  const { data } = await organizeTool.handler(organizeTool.input.parse({ changes, ...more }), context);
  return { data, asked };
};
const refusal = async (house: House, changes: Changes, says: 'yes' | 'no' = 'yes'): Promise<ToolError['fields']> => {
  const error: unknown = await run(house, changes, { says }).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
  return error.fields;
};

describe('bulk changes', () => {
  test('an area for several, by name; what is so already is told from what was changed', async () => {
    const { house } = setUp();
    const { data } = await run(house, [{ ids: ['light.kitchen_lights', 'Hall lamp'], set: { area: 'hall' } }]);
    expect(data).toMatchObject({
      done: 1,
      unchanged: 1,
      failed: 0,
      rows: [
        ['light.kitchen_lights', 'area –', 'area Hall'],
        ['light.hall', 'as asked', 'unchanged'],
      ],
      undo: 'ch-1',
    });
    expect(house.registries.sent).toEqual([['update', 'entity:light.kitchen_lights', { area_id: 'hall' }]]);
    expect(tokensOf(JSON.stringify(data))).toBeLessThanOrEqual(150);
  });
  test('labels and aliases are added to and taken from what is there; "" clears', async () => {
    const { house } = setUp();
    await run(house, [
      {
        ids: ['light.hall'],
        set: { labels: ['-Night'], aliases: ['Lamp', '-big lamp'], area: '', icon: 'mdi:lamp' },
      },
      { ids: ['light.hall'], set: { name: 'Hall light' } },
    ]);
    expect(house.registries.sent).toEqual([
      ['update', 'entity:light.hall', { name: 'Hall light', icon: 'mdi:lamp', area_id: null, labels: [], aliases: ['Lamp'] }],
    ]);
  });
  test('a place is created once, and used in the same call', async () => {
    const { house } = setUp();
    const { data } = await run(house, [
      { ids: ['area:Attic'], op: 'create', set: { floor: 'Upper floor' } },
      { ids: ['label:Night', 'label:Quiet'], op: 'create' },
      { ids: ['light.porch'], set: { area: 'attic', labels: ['Quiet'] } },
    ]);
    expect(data).toMatchObject({ done: 3, unchanged: 1, failed: 0 });
    expect(house.registries.sent).toEqual([
      ['create', 'area:attic', { name: 'Attic', floor_id: 'upper' }],
      ['create', 'label:quiet', { name: 'Quiet' }],
      ['update', 'entity:light.porch', { area_id: 'attic', labels: ['quiet'] }],
    ]);
  });
  test('a name that is nearly there is created, and the other is named', async () => {
    const { house } = setUp();
    const { data } = await run(house, [{ ids: ['area:Kichen'], op: 'create' }]);
    expect(data).toMatchObject({ done: 1, rows: [['area:kichen', 'absent', 'name Kichen', 'there is also Kitchen']] });
  });
  test('what needs something that could not be created is not sent', async () => {
    const { house } = setUp();
    house.registries.fail('area:attic', new ToolError({ code: 'invalid_input', what: 'refused', sideEffects: 'none' }));
    const { data } = await run(house, [
      { ids: ['area:Attic'], op: 'create' },
      { ids: ['light.porch'], set: { area: 'Attic' } },
    ]);
    expect(data).toMatchObject({ done: 0, failed: 2 });
    expect(house.registries.sent).toHaveLength(1);
  });
  test('one that is refused does not hide the others', async () => {
    const { house } = setUp();
    house.registries.fail('entity:light.hall', new ToolError({ code: 'upstream_error', what: 'broken', sideEffects: 'unknown' }));
    const { data } = await run(house, [{ ids: ['light.hall', 'light.porch'], set: { hidden: true } }]);
    expect(data).toMatchObject({
      done: 1,
      unknown: 1,
      rows: [
        ['light.hall', 'shown', 'unknown', 'broken'],
        ['light.porch', 'shown', 'hidden'],
      ],
    });
  });
  test('a category by name, in the scope of the entity', async () => {
    const { house } = setUp();
    await run(house, [{ ids: ['script.morning'], set: { category: 'wake up' } }]);
    expect(house.registries.sent).toEqual([['update', 'entity:script.morning', { categories: { script: 'c1' } }]]);
    expect((await refusal(house, [{ ids: ['script.morning'], set: { category: 'Wake upp' } }])).didYouMean).toEqual(['Wake up']);
  });
  test('a dry run shows the rows and sends nothing', async () => {
    const { house } = setUp();
    const { data } = await run(house, [{ ids: ['device:d1'], set: { area: 'Hall', name: 'Panel' } }], { dry_run: true });
    expect(data).toEqual({ would: [['device:Kitchen switchboard', 'name –; area Kitchen', 'name Panel; area Hall']] });
    expect(house.registries.sent).toEqual([]);
  });
});

describe('nothing is sent', () => {
  test.each([
    ['an unknown area, which Core would take', [{ ids: ['light.hall'], set: { area: 'Kichen' } }], 'not_found', /Kitchen/],
    ['an unknown label', [{ ids: ['light.hall'], set: { labels: ['Nigth'] } }], 'not_found', /[Cc]reate it in the same call/],
    ['an unknown entity', [{ ids: ['light.hal'], set: { hidden: true } }], 'not_found', /light\.hall/],
    ['two of one name', [{ ids: ['Reading lamp'], set: { hidden: true } }], 'ambiguous', /reading_lamp_2/],
    ['an entity in no registry', [{ ids: ['lock.front_door'], set: { area: 'Hall' } }], 'unsupported', /no registry entry/],
    ['a place without its prefix', [{ ids: ['Kitchen'], set: { icon: 'mdi:pot' } }], 'invalid_input', /area:Kitchen/],
    ['a setting of another kind', [{ ids: ['area:Hall'], set: { hidden: true } }], 'invalid_input', /no area has/],
    ['a category for a light', [{ ids: ['light.hall'], set: { category: 'Wake up' } }], 'unsupported', /label/],
    ['an icon without a prefix', [{ ids: ['light.hall'], set: { icon: 'lamp' } }], 'invalid_input', /mdi:lamp/],
    ['a colour that is none', [{ ids: ['label:Night'], set: { color: 'redd' } }], 'invalid_input', /#RRGGBB/],
    ['no setting', [{ ids: ['light.hall'], set: {} }], 'invalid_input', /sets nothing/],
    ['one id for two', [{ ids: ['light.hall', 'light.porch'], set: { new_id: 'light.x' } }], 'invalid_input', /new_id/],
    ['a script that is only its entity', [{ ids: ['script.morning'], op: 'remove' }], 'unsupported', /ha_delete/],
    ['an entity that is to be created', [{ ids: ['light.new'], op: 'create' }], 'invalid_input', /ha_edit/],
    ['a taken id', [{ ids: ['light.hall'], set: { new_id: 'light.porch' } }], 'conflict', /taken/],
    ['another domain', [{ ids: ['light.hall'], set: { new_id: 'switch.hall' } }], 'invalid_input', /stays a light/],
    ['an id that is none', [{ ids: ['light.hall'], set: { new_id: 'light.Hall Lamp' } }], 'invalid_input', /not a valid entity id/],
    ['an unknown assistant', [{ ids: ['light.hall'], set: { expose: true, assistants: ['alexa'] } }], 'invalid_input', /cloud\.alexa/],
  ])('%s', async (_what, changes, code, words) => {
    const { house } = setUp();
    const fields = await refusal(house, changes);
    expect(fields.code).toBe(code);
    expect(JSON.stringify(fields)).toMatch(words);
    expect(house.registries.sent).toEqual([]);
  });
});

describe('what a person must agree to', () => {
  test('a removal, with who names it', async () => {
    const referrers = [{ id: 'automation.a', kind: 'automation', name: 'A', at: [] }];
    const { house } = setUp(fakeBodies({}, { referrers }));
    const no = await refusal(house, [{ ids: ['area:Hall'], op: 'remove' }], 'no');
    expect(no.code).toBe('confirmation_declined');
    expect(house.registries.sent).toEqual([]);
    const { data, asked } = await run(house, [{ ids: ['area:Hall'], op: 'remove' }], { says: 'yes' });
    expect(asked[0]?.will).toEqual([['remove', 'area:hall', 'Hall, named by 1: automation.a']]);
    expect(data).toMatchObject({ done: 1, rows: [['area:hall', 'Hall', 'removed']] });
  });
  test('an entity that its integration still provides would come back, and that is said', async () => {
    const { house } = setUp();
    const { asked } = await run(house, [{ ids: ['light.porch'], op: 'remove' }], { says: 'yes' });
    expect(asked[0]?.against?.join()).toMatch(/light\.porch is still provided.*cannot be undone/);
  });
  test('a garage door or lock for an assistant, not a switch', async () => {
    const { house } = setUp();
    const { asked } = await run(house, [{ ids: ['switch.coffee'], set: { expose: true } }]);
    expect(asked).toEqual([]);
    for (const id of ['cover.garage_door', 'lock.front_door'])
      expect((await refusal(house, [{ ids: [id], set: { expose: true } }], 'no')).code).toBe('confirmation_declined');
    expect((await run(house, [{ ids: ['lock.front_door'], set: { expose: true } }], { says: 'yes' })).data).toMatchObject({ done: 1 });
  });
});

describe('rename', () => {
  const bodies = {
    'automation.a': { id: '1', triggers: [{ trigger: 'state', entity_id: ['light.hall', 'light.hall_2'] }] },
    'script.morning': { sequence: [{ action: 'light.turn_on', target: { entity_id: 'light.hall' } }] },
    'scene.b': { entities: { 'light.hall': 'on' } },
    'dashboard:lovelace': { views: [{ cards: [{ type: 'markdown', content: "{{ states('light.hall') }}" }] }] },
    'automation.other': { id: '2', triggers: [{ entity_id: 'light.hall_2' }] },
  };
  const rename = [{ ids: ['light.hall'], set: { new_id: 'light.corridor', name: 'Corridor' } }];

  test('asks with counts and places, then rewrites every body, and the rest of the change comes after', async () => {
    const { house } = setUp(fakeBodies(bodies));
    const { data, asked } = await run(house, rename, { says: 'yes' });
    expect(asked[0]?.will).toEqual([
      ['rename', 'light.hall', '→ light.corridor'],
      ['rewrite', 'automation.a', '1× /triggers/0/entity_id/0'],
      ['rewrite', 'script.morning', '1× /sequence/0/target/entity_id'],
      ['rewrite', 'scene.b', '1× /entities/light.hall'],
      ['rewrite', 'dashboard:lovelace', '1× /views/0/cards/0/content'],
    ]);
    expect(house.objects.written).toEqual(['automation.a', 'script.morning', 'scene.b', 'dashboard:lovelace']);
    expect(house.objects.stored.get('automation.a')).toMatchObject({ triggers: [{ entity_id: ['light.corridor', 'light.hall_2'] }] });
    expect(house.registries.sent.map(([act, id]) => [act, id])).toEqual([
      ['update', 'entity:light.hall'],
      ['update', 'entity:light.corridor'],
    ]);
    expect(data).toMatchObject({ failed: 0 });
    expect(JSON.stringify(data)).toContain('"light.hall","light.corridor"');
  });
  test('a dry run gives the same and sends nothing', async () => {
    const { house } = setUp(fakeBodies(bodies));
    const { data } = await run(house, rename, { dry_run: true });
    expect(data).toMatchObject({ objects: 4, references: 4 });
    expect(house.objects.written).toEqual([]);
  });
  test('a body that cannot be written takes everything back', async () => {
    const { house } = setUp(fakeBodies(bodies));
    house.objects.fail('scene.b', new ToolError({ code: 'invalid_input', what: 'scene.b was refused', sideEffects: 'none' }));
    const fields = await refusal(house, rename);
    expect(fields).toMatchObject({ sideEffects: 'none', code: 'invalid_input' });
    expect(fields.why).toMatch(/scene\.b was refused/);
    expect(Object.fromEntries(house.objects.stored)).toEqual(bodies);
    expect([...house.registries.entries.keys()]).toContain('entity:light.hall');
    expect([...house.registries.entries.keys()]).not.toContain('entity:light.corridor');
  });
  test('what cannot be taken back is named', async () => {
    const { house } = setUp(fakeBodies(bodies));
    const lost = new ToolError({ code: 'upstream_unavailable', what: 'gone', sideEffects: 'unknown' });
    const { write } = house.objects;
    const broken: House = {
      ...house,
      objects: { ...house.objects, write: async (...args) => (house.objects.written.length > 0 ? Promise.reject(lost) : write(...args)) },
    };
    const fields = await refusal(broken, rename);
    expect(fields.sideEffects).toBe('unknown');
    expect(fields.what).toMatch(/automation\.a/);
    expect(fields.next?.[0]).toMatch(/ha_undo/);
  });
  test('objects in YAML files and groups that cannot be read are listed before', async () => {
    const { house } = setUp(fakeBodies(bodies, { readOnly: { 'automation.a': 'in packages/a.yaml' } }));
    const { asked } = await run(house, rename, { says: 'yes' });
    expect(asked[0]?.against?.[0]).toBe('automation.a keeps the old id: in packages/a.yaml');
    expect(house.objects.written).not.toContain('automation.a');
  });
  test('a device takes along those of its entities that carry its name', async () => {
    const { house } = setUp(fakeBodies(bodies));
    const changes = [{ ids: ['device:Coffee'], set: { name: 'Espresso bar', rename_entities: true } }];
    const { data } = await run(house, changes, { says: 'yes' });
    expect(data).toMatchObject({
      done: 2,
      rows: [
        ['switch.espresso_bar', 'switch.coffee', 'switch.espresso_bar'],
        ['device:Coffee', 'name –', 'name Espresso bar'],
      ],
    });
    const none = [{ ids: ['device:Kitchen switchboard'], set: { name: 'Panel', rename_entities: true } }];
    expect((await refusal(house, none)).what).toMatch(/light\.kitchen_lights/);
  });
});

test('names that were given are told, though the home cannot be read any more', async () => {
  const address = { kind: 'entity', id: 'light.hall' } as const;
  const registries = fakeRegistries([[address.kind, address.id, { name: null }]] as unknown as Parameters<typeof fakeRegistries>[0]);
  const base = fakeHome([{ name: 'Hall', state: stateNow('light.hall', 'on') }], { registries });
  const home = { ...base, home: async (signal: AbortSignal) => (registries.sent.length > 0 ? away() : base.home(signal)) };
  const { data } = await runAgreed(organizeTool, { changes: [{ ids: ['light.hall'], op: 'update', set: { name: 'Hallway' } }] }, home);
  expect(registries.sent).toHaveLength(1);
  expect(data).toMatchObject({ done: 1, failed: 0 });
});
