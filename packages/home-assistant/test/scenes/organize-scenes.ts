import { describe, expect, test } from 'vitest';
import { type Bench, confirmed, data, refusal, rest, rowsOf } from './bench.ts';

type Reply = Record<string, unknown>;

/** One command to Home Assistant itself, by somebody who shares no code with our client. */
export type Ask = (type: string, fields?: Reply) => Promise<unknown>;

/** The same scenes for the real Home Assistant and for the simulator. */
export const describeOrganizing = (bench: () => Bench, ask: Ask): void => {
  const organize = (changes: readonly Reply[], more: Reply = {}) => data(bench(), 'ha_organize', { changes, ...more });
  const agreed = (changes: readonly Reply[]) => confirmed(bench(), 'ha_organize', { changes });
  const refused = (changes: readonly Reply[]) => refusal(bench(), 'ha_organize', { changes });
  const undo = (reply: Reply) => data(bench(), 'ha_undo', { mode: 'restore', change: reply['undo'] });
  const entry = (entity_id: string) => ask('config/entity_registry/get', { entity_id }) as Promise<Reply>;
  const configOf = async (id: string) => (await data(bench(), 'ha_get_config', { id }))['config'] as Reply;
  /** All that a person can set of an entity, without times. */
  const settings = async (id: string) => {
    const { modified_at: _m, created_at: _c, labels, aliases, ...others } = await entry(id);
    // Older releases keep these as sets.
    return { ...others, labels: [...(labels as string[])].sort(), aliases: [...(aliases as string[])].sort() };
  };

  describe('registries', () => {
    test('many entities at once, read back, taken back to the letter', async () => {
      const ids = ['light.kitchen_lights', 'light.bed_light', 'script.movie_night'];
      const before = await Promise.all(ids.map(settings));
      const set = { icon: 'mdi:test-tube', labels: ['Evening'], aliases: ['Scene thing'], hidden: true, expose: false };
      const reply = await organize([
        { ids, set },
        { ids: ['light.kitchen_lights'], set: { name: 'Scene kitchen' } },
      ]);
      expect(reply).toMatchObject({ done: 3, failed: 0, undo: expect.stringMatching(/^ch-\d+$/) });
      for (const id of ids)
        expect(await entry(id)).toMatchObject({
          icon: 'mdi:test-tube',
          hidden_by: 'user',
          aliases: expect.arrayContaining(['Scene thing']),
          labels: expect.arrayContaining(['evening']),
        });
      expect(await organize([{ ids, set }])).toMatchObject({ done: 0, unchanged: 3 });
      expect(await undo(reply)).toMatchObject({ undone: 3 });
      expect(await Promise.all(ids.map(settings))).toEqual(before);
    });
    test('a place is made with what is put into it, and goes and comes back with its things', async () => {
      const reply = await organize([
        { ids: ['floor:Scene loft'], op: 'create', set: { level: 4 } },
        { ids: ['label:Scene cosy'], op: 'create', set: { color: 'amber', icon: 'mdi:sofa' } },
        { ids: ['area:Scene den'], op: 'create', set: { floor: 'Scene loft', labels: ['Scene cosy'], aliases: ['hideout'] } },
        { ids: ['cover.garage_door'], set: { labels: ['scene cosy'] } },
        { ids: ['light.evening_lights'], set: { area: 'Scene den' } },
      ]);
      expect(reply).toMatchObject({ done: 5, failed: 0 });
      expect(await organize([{ ids: ['area:scene  DEN'], op: 'create' }])).toMatchObject({ done: 0, unchanged: 1 });
      expect(await entry('light.evening_lights')).toMatchObject({ area_id: 'scene_den' });
      const { preview, reply: removed } = await agreed([{ ids: ['area:hideout', 'label:Scene cosy', 'floor:Scene loft'], op: 'remove' }]);
      expect(JSON.stringify(preview)).toContain('light.evening_lights');
      expect(removed).toMatchObject({ done: 3, failed: 0 });
      expect(await entry('light.evening_lights')).toMatchObject({ area_id: null });
      await undo(removed);
      expect(await entry('light.evening_lights')).toMatchObject({ area_id: 'scene_den' });
      expect((await entry('cover.garage_door'))['labels']).toContain('scene_cosy');
      const areas = (await ask('config/area_registry/list')) as Reply[];
      expect(areas.find((area) => area['area_id'] === 'scene_den')).toMatchObject({ name: 'Scene den', floor_id: 'scene_loft' });
      await undo(reply);
      expect(((await ask('config/area_registry/list')) as Reply[]).map((area) => area['area_id'])).not.toContain('scene_den');
    });
    test('categories by name; a device by name, its entities follow its area', async () => {
      const reply = await organize([
        { ids: ['category:automation/Scene night'], op: 'create', set: { icon: 'mdi:weather-night' } },
        { ids: ['automation.broken_night_lock'], set: { category: 'scene night' } },
      ]);
      expect(reply).toMatchObject({ done: 2, failed: 0 });
      expect(Object.keys((await entry('automation.broken_night_lock'))['categories'] as object)).toEqual(['automation']);
      await agreed([{ ids: ['category:automation/Scene night'], op: 'remove' }]);
      expect((await entry('automation.broken_night_lock'))['categories']).toEqual({});
      const { device_id } = await entry('light.bed_light');
      const moved = await organize([{ ids: [`device:${device_id}`], set: { area: 'Kitchen', name: 'Scene bed', labels: ['Evening'] } }]);
      expect(moved).toMatchObject({ done: 1 });
      const row = (await data(bench(), 'ha_search', { query: 'light.bed_light', limit: 1 }))['rows'] as string[][];
      expect(row[0]?.[2]).toBe('Kitchen');
      expect(await undo(moved)).toMatchObject({ undone: 1 });
    });
    test('what Home Assistant would take and should not is refused before anything is sent', async () => {
      expect(await refused([{ ids: ['light.kitchen_lights'], set: { area: 'Kitchn' } }])).toContain('Kitchen');
      expect(await refused([{ ids: ['light.kitchen_lights'], set: { labels: ['Evenin'] } }])).toContain('Evening');
      expect(await refused([{ ids: ['lock.front_door'], set: { area: 'Hall' } }])).toContain('no registry entry');
      expect(await refused([{ ids: ['automation.broken_night_lock'], set: { disabled: true } }])).toContain('automation.turn_off');
      expect(await refused([{ ids: ['light.kitchen_lights'], set: { new_id: 'light.bed_light' } }])).toContain('taken');
      expect(await refused([{ ids: ['light.nope'], set: { hidden: true } }])).toContain('light.nope');
    });
    test('a lock without a registry entry is shown to an assistant after a yes, and hidden without', async () => {
      await organize([{ ids: ['lock.front_door'], set: { expose: false } }]);
      const changes = [{ ids: ['lock.front_door'], set: { expose: true } }];
      const { reply } = await agreed(changes);
      expect(rowsOf(reply)[0]).toEqual(['lock.front_door', 'exposed to –', 'exposed to conversation']);
      expect(await organize([{ ids: ['lock.front_door'], set: { expose: false } }])).toMatchObject({ done: 1 });
    });
  });

  describe('rename', () => {
    const [from, to] = ['light.kitchen_lights', 'light.scene_kitchen'];
    const names = async (): Promise<string> =>
      JSON.stringify([
        await configOf('automation.scene_uses'),
        await configOf('script.scene_uses'),
        await configOf('scene.scene_uses'),
        await configOf('light.scene_group'),
        await configOf('dashboard:scene-uses'),
      ]);

    test('references in five kinds of objects, templates and keys are rewritten, near ids are not, and undo gives all back', async () => {
      const action = { action: 'light.turn_on', target: { entity_id: [from, 'light.bed_light'] } };
      await data(bench(), 'ha_edit', {
        id: 'automation',
        config: {
          alias: 'Scene uses',
          triggers: [{ trigger: 'state', entity_id: [from] }],
          conditions: [{ condition: 'template', value_template: `{{ is_state('${from}', 'on') and states.${from}.state != 'x' }}` }],
          actions: [action],
          mode: 'single',
        },
      });
      await data(bench(), 'ha_edit', { id: 'script.scene_uses', config: { alias: 'Scene uses', sequence: [action] } });
      await data(bench(), 'ha_edit', { id: 'scene', config: { name: 'Scene uses', entities: { [from]: { state: 'on' } } } });
      await data(bench(), 'ha_edit', {
        id: 'group',
        config: { name: 'Scene group', type_of: 'light', entities: [from, 'light.bed_light'], hide_members: false },
      });
      const cards = [
        { type: 'entities', entities: [from, { entity: from, name: from }] },
        { type: 'markdown', content: `{{ states('${from}') }} ${from}_2` },
      ];
      await data(bench(), 'ha_edit', {
        id: 'dashboard:scene-uses',
        config: { dashboard: { title: 'Scene uses', show_in_sidebar: true, require_admin: false }, views: [{ title: 'One', cards }] },
      });
      const before = await names();
      const count = before.split(from).length - 1;
      const would = await organize([{ ids: [from], set: { new_id: to } }], { dry_run: true });
      expect(Number(would['objects'])).toBeGreaterThanOrEqual(5);
      expect(await names()).toBe(before);

      const { preview, reply } = await agreed([{ ids: [from], set: { new_id: to, name: 'Scene kitchen' } }]);
      for (const id of ['automation.scene_uses', 'script.scene_uses', 'scene.scene_uses', 'light.scene_group', 'dashboard:scene-uses'])
        expect(JSON.stringify(preview)).toContain(id);
      expect(reply).toMatchObject({ failed: 0 });
      expect(await entry(to)).toMatchObject({ name: 'Scene kitchen' });
      expect((await rest(bench(), 'GET', `states/${to}`)).status).toBe(200);
      const after = await names();
      // The name that a person gave a row and the near id stay.
      expect(after.split(from).length - 1).toBe(2);
      expect(after.split(to).length - 1).toBe(count - 2);

      expect(Number((await undo(reply))['undone'])).toBeGreaterThanOrEqual(6);
      expect(await names()).toBe(before);
      expect(await entry(from)).toMatchObject({ name: null });
    });
    test('the sensor of an area and the energy settings follow too', async () => {
      const [old, next] = ['sensor.outside_temperature', 'sensor.scene_temperature'];
      const area = async (): Promise<Reply | undefined> =>
        ((await ask('config/area_registry/list')) as Reply[]).find((one) => one['area_id'] === 'kitchen');
      await ask('config/area_registry/update', { area_id: 'kitchen', temperature_entity_id: old });
      await ask('energy/save_prefs', { device_consumption: [{ stat_consumption: old }] });
      const { reply } = await agreed([{ ids: [old], set: { new_id: next } }]);
      expect(reply).toMatchObject({ failed: 0 });
      expect(await area()).toMatchObject({ temperature_entity_id: next });
      expect(JSON.stringify(await ask('energy/get_prefs'))).toContain(next);
      expect(await undo(reply)).not.toHaveProperty('failed');
      expect(await area()).toMatchObject({ temperature_entity_id: old });
      expect(JSON.stringify(await ask('energy/get_prefs'))).toContain(old);
      expect(await entry(old)).toMatchObject({ entity_id: old });
      await ask('energy/save_prefs', { device_consumption: [] });
      await ask('config/area_registry/update', { area_id: 'kitchen', temperature_entity_id: null });
    });
    test('a body that names the new id already is listed before and left', async () => {
      const config = {
        dashboard: { title: 'Scene both', show_in_sidebar: true, require_admin: false },
        views: [{ title: 'One', cards: [] }],
      };
      await data(bench(), 'ha_edit', { id: 'dashboard:scene-both', config });
      const cards = [{ type: 'x', states: { [from]: 1, [to]: 2 } }];
      await ask('lovelace/config/save', { url_path: 'scene-both', config: { views: [{ title: 'One', cards }] } });
      const { preview } = await agreed([{ ids: [from], set: { new_id: to } }]);
      expect(JSON.stringify(preview)).toContain('dashboard:scene-both keeps the old id: names the new id too');
      await agreed([{ ids: [to], set: { new_id: from } }]);
      expect(await entry(from)).toMatchObject({ entity_id: from });
      await confirmed(bench(), 'ha_delete', { ids: ['dashboard:scene-both'] });
    });
    test('a device’s new name takes the ids of its entities along', async () => {
      const { device_id } = await entry('light.bed_light');
      const { reply } = await agreed([{ ids: [`device:${device_id}`], set: { name: 'Scene cot', rename_entities: true } }]);
      expect(JSON.stringify(reply)).toContain('light.scene_cot');
      expect(JSON.stringify(await configOf('automation.scene_uses'))).toContain('light.scene_cot');
      await undo(reply);
      expect(JSON.stringify(await configOf('automation.scene_uses'))).toContain('light.bed_light');
      await confirmed(bench(), 'ha_delete', {
        ids: ['automation.scene_uses', 'script.scene_uses', 'scene.scene_uses', 'light.scene_group', 'dashboard:scene-uses'],
      });
    });
  });
};
