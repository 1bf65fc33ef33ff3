import { describe, expect, test } from 'vitest';
import { type Bench, confirmed, data, refusal, rowsOf } from './bench.ts';

type Config = Record<string, unknown>;

/** Helpers, dashboards, blueprints, places, people and energy: each made, read, patched, refused, undone and deleted. */
export const describeObjects = (bench: () => Bench): void => {
  const there = (id: string) => data(bench(), 'ha_get_config', { id });
  const configOf = async (id: string) => (await there(id))['config'] as Config;
  const undo = (change: unknown) => data(bench(), 'ha_undo', { mode: 'restore', change });
  /** Made, patched, undone to the letter, deleted, brought back to the letter, deleted. */
  const wholeLife = async (id: string, made: Config, patch: readonly unknown[]): Promise<void> => {
    expect(made).toMatchObject({ created: id });
    const before = JSON.stringify(await configOf(id));
    const changed = await data(bench(), 'ha_edit', { id, patch });
    expect(changed).toMatchObject({ changed: id });
    expect(JSON.stringify(await configOf(id))).not.toBe(before);
    await undo(changed['undo']);
    expect(JSON.stringify(await configOf(id))).toBe(before);
    const { reply } = await confirmed(bench(), 'ha_delete', { ids: [id] });
    expect(await refusal(bench(), 'ha_get_config', { id })).toContain('does not exist');
    expect(await undo(rowsOf(reply)[0]?.[2])).toMatchObject({ undone: 1 });
    expect(JSON.stringify(await configOf(id))).toBe(before);
    await confirmed(bench(), 'ha_delete', { ids: [id] });
    expect(await refusal(bench(), 'ha_get_config', { id })).toContain('does not exist');
  };

  describe('helpers of the storage', () => {
    test.each([
      ['input_boolean', { name: 'Scene flag' }, [{ op: 'add', path: '/icon', value: 'mdi:flag' }]],
      ['input_button', { name: 'Scene knob' }, [{ op: 'replace', path: '/name', value: 'Scene knob two' }]],
      ['input_number', { name: 'Scene level', min: 0, max: 10, step: 1, mode: 'box' }, [{ op: 'replace', path: '/max', value: 20 }]],
      ['input_select', { name: 'Scene choice', options: ['a', 'b'] }, [{ op: 'add', path: '/options/-', value: 'c' }]],
      ['input_text', { name: 'Scene words', min: 0, max: 50 }, [{ op: 'replace', path: '/max', value: 60 }]],
      ['input_datetime', { name: 'Scene moment', has_date: false, has_time: true }, [{ op: 'replace', path: '/has_date', value: true }]],
      ['counter', { name: 'Scene count', initial: 2, step: 3 }, [{ op: 'replace', path: '/step', value: 5 }]],
      ['timer', { name: 'Scene timer', duration: '0:05:00' }, [{ op: 'replace', path: '/duration', value: '0:06:00' }]],
      [
        'schedule',
        { name: 'Scene plan', monday: [{ from: '08:00:00', to: '09:00:00' }] },
        [{ op: 'replace', path: '/monday/0/to', value: '10:00:00' }],
      ],
      ['zone', { name: 'Scene place', latitude: 1.5, longitude: 2.5, radius: 50 }, [{ op: 'replace', path: '/radius', value: 80 }]],
      ['person', { name: 'Scene guest', device_trackers: [] }, [{ op: 'replace', path: '/name', value: 'Scene visitor' }]],
    ])('%s', async (kind, config, patch) => {
      const id = `${kind}.${String(config.name).toLowerCase().replaceAll(' ', '_')}`;
      await wholeLife(id, await data(bench(), 'ha_edit', { id: kind, config }), patch);
    });
    test('Home Assistant’s own check is told with its place', async () => {
      expect(await refusal(bench(), 'ha_edit', { id: 'input_number', config: { name: 'Scene bad', min: 5, max: 1 } })).toMatch(
        /[Mm]aximum/,
      );
    });
    test('one that lives in YAML is shown, and says where it is edited', async () => {
      expect((await there('input_number.target_humidity'))['read_only']).toMatch(/YAML/);
      expect(
        await refusal(bench(), 'ha_edit', { id: 'input_number.target_humidity', patch: [{ op: 'replace', path: '/max', value: 90 }] }),
      ).toMatch(/YAML/);
    });
    test('a key that was asked for becomes the entity id', async () => {
      const made = await data(bench(), 'ha_edit', { id: 'input_boolean.scene_wanted', config: { name: 'Scene other name' } });
      expect(made).toMatchObject({ created: 'input_boolean.scene_wanted' });
      await undo(made['undo']);
    });
  });

  describe('helpers of config flows', () => {
    test('min_max: its whole life', async () => {
      const config = { name: 'Scene mean', entity_ids: ['sensor.outside_temperature'], type: 'mean', round_digits: 2 };
      await wholeLife('sensor.scene_mean', await data(bench(), 'ha_edit', { id: 'min_max', config }), [
        { op: 'replace', path: '/type', value: 'max' },
      ]);
    });
    test('template: the choice of a menu, and its template', async () => {
      const config = { name: 'Scene sum', type_of: 'sensor', state: '{{ 1 + 1 }}' };
      await wholeLife('sensor.scene_sum', await data(bench(), 'ha_edit', { id: 'template', config }), [
        { op: 'replace', path: '/state', value: '{{ 2 + 2 }}' },
      ]);
    });
    test('a group of lights', async () => {
      const config = { name: 'Scene lamps', type_of: 'light', entities: ['light.bed_light'], hide_members: false };
      await wholeLife('light.scene_lamps', await data(bench(), 'ha_edit', { id: 'group', config }), [
        { op: 'add', path: '/entities/-', value: 'light.kitchen_lights' },
      ]);
    });
    test('a wrong choice and a field that does not exist are refused, and nothing stays', async () => {
      expect(await refusal(bench(), 'ha_edit', { id: 'template', config: { name: 'Scene bad', type_of: 'sensr', state: '1' } })).toContain(
        'sensor',
      );
      const bare = await refusal(bench(), 'ha_edit', { id: 'template', config: { name: 'Scene bad', type_of: 'sensor' } });
      expect(bare).toMatch(/its fields are name\*, state\*, .*unit_of_measurement/);
      const field = { name: 'Scene bad', entity_ids: ['sensor.outside_temperature'], type: 'mean', round_digitz: 2 };
      expect(await refusal(bench(), 'ha_edit', { id: 'min_max', config: field })).toContain('round_digits');
      expect(await refusal(bench(), 'ha_get_config', { id: 'sensor.scene_bad' })).toContain('does not exist');
    });
  });

  describe('dashboards', () => {
    const id = 'dashboard:scene-board';
    const config = {
      dashboard: { title: 'Scene board', show_in_sidebar: true, require_admin: false },
      views: [{ title: 'One', cards: [{ type: 'entities', entities: ['light.bed_light'] }] }],
    };
    test('its whole life, patched at one card', async () => {
      await wholeLife(id, await data(bench(), 'ha_edit', { id, config }), [
        { op: 'add', path: '/views/0/cards/-', value: { type: 'button', entity: 'light.kitchen_lights' } },
      ]);
    });
    test('a card is read by its path, settings are patched, a card without a type is refused', async () => {
      const made = await data(bench(), 'ha_edit', { id, config });
      expect(await data(bench(), 'ha_get_config', { id, path: '/views/0/cards/0' })).toMatchObject({ config: { type: 'entities' } });
      expect(
        await data(bench(), 'ha_edit', { id, patch: [{ op: 'replace', path: '/dashboard/title', value: 'Scene board two' }] }),
      ).toMatchObject({
        diff: ['dashboard.title: Scene board → Scene board two'],
      });
      expect(
        await refusal(bench(), 'ha_edit', { id, patch: [{ op: 'add', path: '/views/0/cards/-', value: { entity: 'light.bed_light' } }] }),
      ).toContain('/views/0/cards/1/type');
      expect(
        await refusal(bench(), 'ha_edit', {
          id,
          patch: [{ op: 'replace', path: '/views/0/cards/0/entities/0', value: 'light.bed_ligth' }],
        }),
      ).toContain('light.bed_light');
      await confirmed(bench(), 'ha_delete', { ids: [id] });
      expect(made['undo']).toBeDefined();
    });
    test('views alone leave its settings as they are', async () => {
      const own = { ...config.dashboard, icon: 'mdi:sofa', show_in_sidebar: false };
      await data(bench(), 'ha_edit', { id, config: { ...config, dashboard: own } });
      const { hash } = await there(id);
      await data(bench(), 'ha_edit', { id, config: { views: [] }, hash });
      expect(await configOf(id)).toEqual({ dashboard: own, views: [] });
      await confirmed(bench(), 'ha_delete', { ids: [id] });
    });
    test('the default one can be taken over, and given back', async () => {
      const made = await data(bench(), 'ha_edit', { id: 'dashboard:lovelace', config: { views: [{ title: 'Mine', cards: [] }] } });
      expect(await configOf('dashboard:lovelace')).toMatchObject({ views: [{ title: 'Mine' }] });
      await undo(made['undo']);
      expect(await refusal(bench(), 'ha_get_config', { id: 'dashboard:lovelace' })).toContain('has no body');
    });
    test('a large one comes as an outline with pointers', async () => {
      const cards = Array.from({ length: 120 }, (_, index) => ({ type: 'markdown', title: `Card ${index}`, content: 'x'.repeat(80) }));
      await data(bench(), 'ha_edit', { id, config: { ...config, views: [{ title: 'Many', cards }] } });
      const outline = await there(id);
      expect(JSON.stringify(outline).length).toBeLessThan(6000);
      expect(rowsOf(outline).some(([path]) => path === '/views/0/cards')).toBe(true);
      await confirmed(bench(), 'ha_delete', { ids: [id] });
    });
  });

  describe('blueprints', () => {
    const id = 'blueprint:automation/scene/follow.yaml';
    const yaml = [
      'blueprint:',
      '  name: Scene follow',
      '  domain: automation',
      '  input:',
      '    leader:',
      '      name: Leader',
      '    follower:',
      '      name: Follower',
      'triggers:',
      '  - trigger: state',
      '    entity_id: !input leader',
      'actions:',
      '  - action: light.toggle',
      '    target:',
      '      entity_id: !input follower',
      '',
    ].join('\n');
    test('its whole life, inputs kept', async () => {
      const made = await data(bench(), 'ha_edit', { id, config: yaml });
      expect(made).toMatchObject({ created: id });
      expect(await configOf(id)).toMatchObject({ actions: [{ target: { entity_id: { '!input': 'follower' } } }] });
      const read = await data(bench(), 'ha_get_config', { id, as: 'yaml' });
      expect((read['yaml'] as string[]).join('')).toContain('entity_id: !input leader');
      await wholeLife(id, made, [{ op: 'replace', path: '/blueprint/name', value: 'Scene follow two' }]);
    });
    test('an automation of one is taken control of; missing inputs are refused', async () => {
      await data(bench(), 'ha_edit', { id, config: yaml });
      const use = {
        alias: 'Scene follower',
        use_blueprint: { path: 'scene/follow.yaml', input: { leader: 'light.kitchen_lights', follower: 'light.bed_light' } },
      };
      expect(
        await refusal(bench(), 'ha_edit', {
          id: 'automation',
          config: { ...use, use_blueprint: { path: 'scene/follow.yaml', input: {} } },
        }),
      ).toMatch(/leader|follower/);
      await data(bench(), 'ha_edit', { id: 'automation', config: use });
      expect(await refusal(bench(), 'ha_delete', { ids: [id] }).catch(async () => JSON.stringify(await confirmedText(id)))).toMatch(
        /in use|scene_follower/,
      );
      const taken = await data(bench(), 'ha_edit', { id: 'automation.scene_follower', take_control: true });
      expect(taken).toMatchObject({ changed: 'automation.scene_follower' });
      const plain = await configOf('automation.scene_follower');
      expect(plain).toMatchObject({
        alias: 'Scene follower',
        actions: [{ action: 'light.toggle', target: { entity_id: 'light.bed_light' } }],
      });
      expect(plain['use_blueprint']).toBeUndefined();
      await confirmed(bench(), 'ha_delete', { ids: ['automation.scene_follower', id] });
    });
    const confirmedText = async (target: string): Promise<unknown> => (await data(bench(), 'ha_delete', { ids: [target] }))['against'];
  });

  describe('places and settings', () => {
    test.each([
      ['area', { name: 'Scene pantry', aliases: ['larder'] }, [{ op: 'replace', path: '/aliases', value: ['store'] }]],
      ['floor', { name: 'Scene attic', level: 3 }, [{ op: 'replace', path: '/level', value: 4 }]],
      ['label', { name: 'Scene tag', color: 'red' }, [{ op: 'replace', path: '/color', value: 'blue' }]],
    ])('%s', async (kind, config, patch) => {
      const id = `${kind}:${String(config.name).toLowerCase().replaceAll(' ', '_')}`;
      await wholeLife(id, await data(bench(), 'ha_edit', { id: kind, config }), patch);
    });
    test('a removed area comes back with those who were in it', async () => {
      await data(bench(), 'ha_edit', { id: 'area', config: { name: 'Scene cellar' } });
      await data(bench(), 'ha_edit', { id: 'input_boolean', config: { name: 'Scene member' } });
      await data(bench(), 'ha_edit', {
        id: 'entity:input_boolean.scene_member',
        patch: [{ op: 'replace', path: '/area_id', value: 'scene_cellar' }],
      });
      const { preview, reply } = await confirmed(bench(), 'ha_delete', { ids: ['area:scene_cellar'] });
      expect(JSON.stringify(preview)).toContain('input_boolean.scene_member');
      expect(await configOf('entity:input_boolean.scene_member')).toMatchObject({ area_id: null });
      await undo(rowsOf(reply)[0]?.[2]);
      expect(await configOf('entity:input_boolean.scene_member')).toMatchObject({ area_id: 'scene_cellar' });
      await confirmed(bench(), 'ha_delete', { ids: ['area:scene_cellar', 'input_boolean.scene_member'] });
    });
    test('the registry entry of an entity', async () => {
      const before = JSON.stringify(await configOf('entity:light.bed_light'));
      const changed = await data(bench(), 'ha_edit', {
        id: 'entity:light.bed_light',
        patch: [{ op: 'replace', path: '/icon', value: 'mdi:bed' }],
      });
      expect(await configOf('light.bed_light')).toMatchObject({ icon: 'mdi:bed' });
      await undo(changed['undo']);
      expect(JSON.stringify(await configOf('entity:light.bed_light'))).toBe(before);
    });
    test('energy', async () => {
      const config = { energy_sources: [], device_consumption: [{ stat_consumption: 'sensor.outside_temperature' }] };
      const made = await data(bench(), 'ha_edit', { id: 'energy', config });
      expect(await configOf('energy')).toMatchObject(config);
      const changed = await data(bench(), 'ha_edit', {
        id: 'energy',
        patch: [{ op: 'add', path: '/device_consumption/0/name', value: 'Heat' }],
      });
      await undo(changed['undo']);
      expect(await configOf('energy')).toMatchObject(config);
      await undo(made['undo']);
      expect(await refusal(bench(), 'ha_get_config', { id: 'energy' })).toContain('has no body');
    });
    test('kinds are listed', async () => {
      expect(rowsOf(await there('blueprint')).flat()).toContain('blueprint:automation/homeassistant/motion_light.yaml');
      expect(rowsOf(await there('dashboard')).flat()).toContain('dashboard:lovelace');
      expect(rowsOf(await there('area')).flat()).toContain('area:kitchen');
    });
  });
};
