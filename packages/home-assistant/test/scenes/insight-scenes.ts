import { tokensOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Bench, data, refusal, rest, rowsOf } from './bench.ts';

type Reply = Record<string, unknown>;

const warm = { condition: 'numeric_state', entity_id: 'sensor.outside_temperature', above: 60 };
const lamp = { action: 'light.turn_on', target: { entity_id: 'light.bed_light' } };
const never = [{ trigger: 'event', event_type: 'scene_that_never_comes' }];

/** Core remembers the runs of a removed automation under its key: each time others. */
const stamp = Date.now();
/** Automations that go wrong in one way each, by the key of their object. */
const automations: Readonly<Record<string, Reply>> = {
  [`${stamp}1`]: { alias: 'Scene warm', triggers: never, conditions: [warm], actions: [lamp] },
  [`${stamp}2`]: {
    alias: 'Scene text as number',
    triggers: never,
    conditions: [{ condition: 'template', value_template: "{{ states('sensor.outside_temperature') > 20 }}" }],
    actions: [lamp],
  },
  [`${stamp}3`]: {
    alias: 'Scene unknown',
    triggers: never,
    conditions: [],
    actions: [
      { action: 'light.turn_on', target: { entity_id: 'light.bed_lihgt' } },
      { action: 'light.turn_onn', target: { entity_id: 'light.bed_light' } },
    ],
  },
  [`${stamp}4`]: { alias: 'Scene lamp', triggers: never, conditions: [], actions: [lamp] },
  [`${stamp}5`]: {
    alias: 'Scene refused value',
    triggers: never,
    conditions: [],
    actions: [{ action: 'input_number.set_value', target: { entity_id: 'input_number.target_humidity' }, data: { value: 5000 } }],
  },
};

/** The same scenes for the real Home Assistant and for the simulator. */
export const describeInsight = (bench: () => Bench): void => {
  const explain = (id: string, args: Reply = {}) => data(bench(), 'ha_explain', { id, ...args });
  const service = (path: string, body: Reply) => rest(bench(), 'POST', `services/${path}`, body);
  const trigger = (id: string) => service('automation/trigger', { entity_id: id, skip_condition: false });
  const textOf = (reply: Reply): string => JSON.stringify(reply);
  /** What REST has done reaches our picture a moment later. */
  const becomes = (id: string, state: string) => data(bench(), 'ha_wait', { id, to: [state], timeout_s: 45 });
  /** The recorder writes a change a moment later; until then the answer says so. */
  const inLogbook = (id: string): Promise<Reply> =>
    vi.waitFor(
      async () => {
        const reply = await explain(id);
        expect(String(reply['answer']), `the logbook has no change of ${id}`).not.toContain('not yet');
        return reply;
      },
      { interval: 250 },
    );
  /** Home Assistant shows a new automation a moment after it took it. */
  const appeared = (entityId: string): Promise<void> =>
    vi.waitFor(async () => expect((await rest(bench(), 'GET', `states/${entityId}`)).status, `${entityId} did not appear`).toBe(200), {
      interval: 250,
    });

  beforeAll(async () => {
    for (const [id, config] of Object.entries(automations)) {
      const answer = await rest(bench(), 'POST', `config/automation/config/${id}`, { ...config, mode: 'single' });
      expect(answer.status, textOf(answer.body)).toBe(200);
    }
    for (const id of ['warm', 'text_as_number', 'unknown', 'lamp', 'refused_value']) await appeared(`automation.scene_${id}`);
  });
  afterAll(async () => {
    for (const id of Object.keys(automations)) await rest(bench(), 'DELETE', `config/automation/config/${id}`);
  });

  describe('explaining', () => {
    test('never triggered: its trigger, its condition now with the value, in few tokens', async () => {
      const reply = await explain('automation.scene_warm');
      expect(reply['answer']).toMatch(
        /never triggered.*condition stops it: condition\/0 numeric_state sensor\.outside_temperature above 60 → false, is -?\d/s,
      );
      expect(reply['triggers']).toEqual(['trigger/0 event scene_that_never_comes']);
      expect(tokensOf(reply)).toBeLessThanOrEqual(300);
    });
    test('a condition that failed: the value that decided', async () => {
      await trigger('automation.scene_warm');
      const reply = await explain('automation.scene_warm');
      expect(reply['answer']).toMatch(
        /stopped by a condition: condition\/0 numeric_state sensor\.outside_temperature above 60 → false, is -?\d/,
      );
      expect(textOf(reply)).toContain('The same condition would stop it now.');
    });
    test('text compared with a number is called that, in the run and in the body', async () => {
      await trigger('automation.scene_text_as_number');
      const reply = await explain('automation.scene_text_as_number');
      expect(reply['answer']).toMatch(/TypeError.*put \| float\(0\) after it/);
      expect(textOf(reply['problems'] as Reply)).toMatch(/compares text with a number/);
    });
    test('a call of what is not there: nothing was done; an unknown action: near ones', async () => {
      await trigger('automation.scene_unknown');
      const reply = await explain('automation.scene_unknown');
      expect(reply['steps']).toContain('action/0 light.turn_on light.bed_lihgt → light.bed_lihgt does not exist: nothing was done');
      expect(reply['answer']).toMatch(/failed: action\/1 light\.turn_onn.*Action light\.turn_onn not found/);
      expect(textOf(reply['problems'] as Reply)).toMatch(
        /light\.bed_lihgt does not exist; near: light\.bed_light.*light\.turn_onn does not exist; near: light\.turn_on/,
      );
    });
    test("a failed call comes with Home Assistant's own reason", async () => {
      await trigger('automation.scene_refused_value');
      expect((await explain('automation.scene_refused_value'))['answer']).toMatch(
        /failed: action\/0 input_number\.set_value.*Invalid value.*5000/,
      );
    });
    test('switched off is said first, with since when', async () => {
      await service('automation/turn_off', { entity_id: 'automation.scene_lamp' });
      await becomes('automation.scene_lamp', 'off');
      expect((await explain('automation.scene_lamp'))['answer']).toMatch(/^It cannot run: switched off \d+s ago\./);
      await service('automation/turn_on', { entity_id: 'automation.scene_lamp' });
      await becomes('automation.scene_lamp', 'on');
    });
    test('a run that went well, an older run by its id, and a run that is not there', async () => {
      await trigger('automation.scene_lamp');
      await trigger('automation.scene_lamp');
      const reply = await explain('automation.scene_lamp');
      expect(reply['answer']).toMatch(/finished\.$/);
      const rows = rowsOf(reply['runs'] as Reply);
      const run = String(rows.at(-1)?.[0]);
      expect((await explain('automation.scene_lamp', { run }))['steps']).toContain('action/0 light.turn_on light.bed_light → done');
      expect(await refusal(bench(), 'ha_explain', { id: 'automation.scene_lamp', run: 'zzz' })).toContain(run);
    });
    test('who changed a lamp: the automation, and a person', async () => {
      await service('light/turn_off', { entity_id: 'light.bed_light' });
      await becomes('light.bed_light', 'off');
      await trigger('automation.scene_lamp');
      await becomes('light.bed_light', 'on');
      const reply = await inLogbook('light.bed_light');
      expect(reply).toMatchObject({ next: 'ha_explain id="automation.scene_lamp"' });
      const rows = rowsOf(reply['changes'] as Reply);
      expect(rows[0]?.slice(1)).toEqual(['on', 'automation.scene_lamp']);
      expect(rows[1]?.[2]).toBe('Ada Tester with light.turn_off');
    });
    test('a script: who called it, and its steps', async () => {
      await service('script/movie_night', { brightness: 30 });
      const reply = await explain('script.movie_night');
      expect(reply['answer']).toMatch(/by Ada Tester, finished/);
      expect(textOf(reply)).toContain('brightness_pct\\":30');
    });
    test('a misspelt name has near ones', async () => {
      expect(await refusal(bench(), 'ha_explain', { id: 'automation.scene_wram' })).toContain('automation.scene_warm');
    });
  });

  describe('diagnosing', () => {
    test('the planted automations are found, and only where they are wrong', async () => {
      const references = rowsOf(await data(bench(), 'ha_diagnose', { section: 'references', limit: 60 })).map((row) =>
        row.slice(1, 3).join(' '),
      );
      expect(references.filter((row) => row.includes('automation.scene_'))).toEqual([
        expect.stringMatching(/^light\.bed_lihgt .*automation\.scene_unknown \/actions\/0\/target\/entity_id; near: light\.bed_light/),
        expect.stringMatching(
          /^light\.turn_onn action does not exist; named in automation\.scene_unknown \/actions\/1\/action; near: light\.turn_on/,
        ),
      ]);
      const types = rowsOf(await data(bench(), 'ha_diagnose', { section: 'types' })).map((row) => row[1]);
      expect(types).toContain('automation.scene_text_as_number');
      expect(types).not.toContain('automation.scene_warm');
      const failing = rowsOf(await data(bench(), 'ha_diagnose', { section: 'automations' })).map((row) => row[1]);
      expect(failing).toEqual(expect.arrayContaining(['automation.scene_unknown', 'automation.scene_refused_value']));
      expect(failing).not.toContain('automation.scene_lamp');
    });
    test('the whole is short and checks every part', async () => {
      const reply = await data(bench(), 'ha_diagnose');
      expect(reply).not.toHaveProperty('not_checked');
      expect(reply['total']).toBe(Object.values(reply['counts'] as Record<string, number>).reduce((sum, count) => sum + count, 0));
      expect(tokensOf(reply)).toBeLessThanOrEqual(1500);
    });
  });
};
