import { describe, expect, test } from 'vitest';
import { type Bench, confirmed, data, refusal, rest, rowsOf } from './bench.ts';

const nightLight = {
  alias: 'Scene night light',
  triggers: [{ trigger: 'state', entity_id: 'light.kitchen_lights', to: 'off' }],
  conditions: [],
  actions: [{ action: 'light.turn_off', target: { entity_id: 'light.bed_light' } }],
  mode: 'single',
};
const yamlScript = [
  'alias: Scene goodnight',
  'sequence:',
  '  - action: light.turn_off',
  '    target:',
  '      entity_id: light.bed_light',
  '  - delay: 00:00:01',
  '',
].join('\n');

/** The same scenes for the real Home Assistant and for the simulator. */
export const describeEditing = (bench: () => Bench): void => {
  const there = (id: string) => data(bench(), 'ha_get_config', { id });
  const storedOf = async (kind: string, key: string) => (await rest(bench(), 'GET', `config/${kind}/config/${key}`)).body;

  describe('automations', () => {
    const id = 'automation.scene_night_light';
    let key = '';
    test('one is created, and Home Assistant has it', async () => {
      const made = await data(bench(), 'ha_edit', { id: 'automation', config: nightLight });
      expect(made).toMatchObject({ created: id, undo: expect.stringMatching(/^ch-\d+$/), hash: expect.stringMatching(/^[0-9a-f]{8}$/) });
      const read = await there(id);
      key = String((read['config'] as Record<string, unknown>)['id']);
      expect(await storedOf('automation', key)).toMatchObject(nightLight);
    });
    test('a second of the same name is refused, and the first is named', async () => {
      expect(await refusal(bench(), 'ha_edit', { id: 'automation', config: nightLight })).toContain(id);
    });
    test('a patch changes one value; the diff names it; undo gives the body back as it was', async () => {
      const before = await storedOf('automation', key);
      const changed = await data(bench(), 'ha_edit', {
        id,
        patch: [
          { op: 'test', path: '/alias', value: 'Scene night light' },
          { op: 'replace', path: '/actions/0/target/entity_id', value: 'light.kitchen_lights' },
        ],
      });
      expect(changed).toMatchObject({ changed: id, diff: ['actions[0].target.entity_id: light.bed_light → light.kitchen_lights'] });
      expect(JSON.stringify(await storedOf('automation', key))).toContain('light.kitchen_lights');
      const undone = await data(bench(), 'ha_undo', { mode: 'restore', change: changed['undo'] });
      expect(undone).toMatchObject({ undone: 1 });
      expect(JSON.stringify(await storedOf('automation', key))).toBe(JSON.stringify(before));
    });
    test('an unknown entity and an unknown action are refused with near ones, and nothing is sent', async () => {
      const before = await storedOf('automation', key);
      const entity = await refusal(bench(), 'ha_edit', {
        id,
        patch: [{ op: 'replace', path: '/triggers/0/entity_id', value: 'light.kitchen_lihgts' }],
      });
      expect(entity).toContain('light.kitchen_lights');
      const action = await refusal(bench(), 'ha_edit', {
        id,
        patch: [{ op: 'replace', path: '/actions/0/action', value: 'light.turn_of' }],
      });
      expect(action).toContain('light.turn_off');
      expect(await storedOf('automation', key)).toEqual(before);
    });
    test('what Home Assistant would refuse is refused before it is sent, with the place', async () => {
      const text = await refusal(bench(), 'ha_edit', { id, patch: [{ op: 'add', path: '/actions/-', value: { delay: 'soon' } }] });
      expect(text).toMatch(/actions\/1/);
    });
    test('a patch that does not fit changes nothing and says where', async () => {
      expect(await refusal(bench(), 'ha_edit', { id, patch: [{ op: 'test', path: '/mode', value: 'restart' }] })).toContain('single');
      expect(await refusal(bench(), 'ha_edit', { id, patch: [{ op: 'replace', path: '/action/0/target', value: {} }] })).toContain(
        'actions',
      );
    });
    test('replacing needs the hash, and a hash from before a change of somebody else shows both', async () => {
      const read = await there(id);
      expect(await refusal(bench(), 'ha_edit', { id, config: nightLight })).toContain('hash');
      const body = await storedOf('automation', key);
      await rest(bench(), 'POST', `config/automation/config/${key}`, { ...body, mode: 'restart' });
      const text = await refusal(bench(), 'ha_edit', { id, config: { ...nightLight, mode: 'queued' }, hash: read['hash'] });
      expect(text).toContain('single → restart');
      await rest(bench(), 'POST', `config/automation/config/${key}`, body);
    });
    test('undo refuses when somebody else changed it meanwhile, and shows both', async () => {
      const changed = await data(bench(), 'ha_edit', { id, patch: [{ op: 'replace', path: '/mode', value: 'restart' }] });
      const body = await storedOf('automation', key);
      await rest(bench(), 'POST', `config/automation/config/${key}`, { ...body, alias: 'By another' });
      const text = await refusal(bench(), 'ha_undo', { mode: 'restore', change: changed['undo'] });
      expect(text).toContain('single → restart');
      expect(text).toContain('By another');
      await rest(bench(), 'POST', `config/automation/config/${key}`, body);
      expect(await data(bench(), 'ha_undo', { mode: 'restore', change: changed['undo'] })).toMatchObject({ undone: 1 });
    });
    test('a body with the id of another is refused, and so is an id that stands for none', async () => {
      expect(await refusal(bench(), 'ha_edit', { id, config: { ...nightLight, id: '1' }, hash: (await there(id))['hash'] })).toContain(
        '/id',
      );
      expect(await refusal(bench(), 'ha_edit', { id: 'automation.new', config: { ...nightLight, alias: 'Scene other' } })).toContain(
        'placeholder',
      );
    });
    test('a dry run sends nothing', async () => {
      const before = await storedOf('automation', key);
      expect(
        await data(bench(), 'ha_edit', { id, patch: [{ op: 'replace', path: '/mode', value: 'queued' }], dry_run: true }),
      ).toMatchObject({ would: 'change' });
      expect(await storedOf('automation', key)).toEqual(before);
    });
    test('one that would unlock a door asks first', async () => {
      const unlock = [{ op: 'add', path: '/actions/-', value: { action: 'lock.unlock', target: { entity_id: 'lock.front_door' } } }];
      const { preview, reply } = await confirmed(bench(), 'ha_edit', { id, patch: unlock });
      expect(JSON.stringify(preview)).toContain('lock.unlock lock.front_door');
      expect(reply).toMatchObject({ changed: id });
      expect(await data(bench(), 'ha_undo', { mode: 'restore', change: reply['undo'] })).toMatchObject({ undone: 1 });
    });
    test('deleting shows who refers to it, wants a yes, and undo brings back body, id and name', async () => {
      const before = await storedOf('automation', key);
      await data(bench(), 'ha_edit', {
        id: 'script.scene_user',
        config: { alias: 'Scene user', sequence: [{ action: 'automation.trigger', target: { entity_id: id } }] },
      });
      const { preview, reply } = await confirmed(bench(), 'ha_delete', { ids: [id] });
      expect(JSON.stringify(preview)).toContain('script.scene_user');
      expect(reply).toMatchObject({ deleted: 1 });
      expect((await rest(bench(), 'GET', `config/automation/config/${key}`)).status).toBe(404);
      expect(await refusal(bench(), 'ha_get_config', { id })).toContain('does not exist');
      const change = rowsOf(reply)[0]?.[2];
      expect(await data(bench(), 'ha_undo', { mode: 'restore', change })).toMatchObject({ undone: 1 });
      expect(JSON.stringify(await storedOf('automation', key))).toBe(JSON.stringify(before));
      expect((await there(id))['name']).toBe('Scene night light');
    });
    test('what is searched for inside bodies is found, with its place', async () => {
      const found = await data(bench(), 'ha_search', { query: 'light.bed_light', in: 'configs' });
      const row = rowsOf(found).find(([found]) => found === id);
      expect(row).toContain('/actions/0/target/entity_id');
    });
    test('and is gone at the end', async () => {
      await confirmed(bench(), 'ha_delete', { ids: [id, 'script.scene_user'] });
      expect((await rest(bench(), 'GET', `config/automation/config/${key}`)).status).toBe(404);
    });
  });

  describe('scripts and scenes', () => {
    test('a script from YAML, read back as YAML, undone to nothing', async () => {
      const made = await data(bench(), 'ha_edit', { id: 'script.scene_goodnight', config: yamlScript });
      expect(made).toMatchObject({ created: 'script.scene_goodnight' });
      const read = await data(bench(), 'ha_get_config', { id: 'script.scene_goodnight', as: 'yaml' });
      expect((read['yaml'] as string[]).join('')).toContain('"00:00:01"');
      expect(await data(bench(), 'ha_undo', { mode: 'restore', change: made['undo'] })).toMatchObject({ undone: 1 });
      expect((await rest(bench(), 'GET', 'config/script/config/scene_goodnight')).status).toBe(404);
    });
    test('a tag that reaches into files is refused with its reason', async () => {
      expect(await refusal(bench(), 'ha_edit', { id: 'script.scene_goodnight', config: 'alias: X\nsequence: !include x.yaml' })).toContain(
        '!include',
      );
    });
    test('a scene is created, patched, undone and deleted', async () => {
      const id = 'scene.scene_reading';
      const config = { name: 'Scene reading', entities: { 'light.bed_light': { state: 'on', brightness: 90 } } };
      expect(await data(bench(), 'ha_edit', { id: 'scene', config })).toMatchObject({ created: id });
      const changed = await data(bench(), 'ha_edit', {
        id,
        patch: [{ op: 'replace', path: '/entities/light.bed_light/brightness', value: 30 }],
      });
      expect(changed).toMatchObject({ diff: ['entities["light.bed_light"].brightness: 90 → 30'] });
      await data(bench(), 'ha_undo', { mode: 'restore', change: changed['undo'] });
      expect((await there(id))['config']).toMatchObject(config);
      const { reply } = await confirmed(bench(), 'ha_delete', { ids: [id] });
      expect(reply).toMatchObject({ deleted: 1 });
    });
  });
};
