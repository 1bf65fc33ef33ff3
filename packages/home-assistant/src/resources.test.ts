import { expect, test, vi } from 'vitest';
import { fakeHome, stateNow } from '../test/doubles/fake-home.ts';
import { peers } from '../test/peers.ts';
import { homeAssistantPrompts } from './prompts.ts';
import { homeAssistantResources } from './resources.ts';
import { homeAssistantTools } from './tools/index.ts';

const signal = new AbortController().signal;
/** Every tool of ours that the table of peers names; that none of them is missing is a test of its own. */
const namedByPeers = peers.rows.flatMap(({ calls }) => (calls ?? []).map(({ tool }) => tool));
const resource = (uri: string) => {
  const found = homeAssistantResources.find((one) => one.uri === uri);
  if (!found) throw new Error(`${uri} is missing`);
  return found;
};
const many = Array.from({ length: 5000 }, (_, index) => ({
  name: `Sensor ${index} ${'x'.repeat(100)}`,
  state: stateNow(`sensor.s${index}`, String(index)),
}));

test('all states fit a sensible size, and the true total is told', async () => {
  const { text } = await resource('ha://states').read(fakeHome(many), {}, signal);
  const body = JSON.parse(text) as { total: number; shown: number; rows: unknown[] };
  expect(body.total).toBe(5000);
  expect(body.shown).toBe(body.rows.length);
  expect(Buffer.byteLength(text)).toBeLessThan(210_000);
});

test('one state comes without tokens, with completions, and is watched', async () => {
  const attributes = { access_token: 'SECRET', entity_picture: '/api/x?token=SECRET', brightness: 5 };
  const operations = fakeHome([{ name: 'Door', state: stateNow('camera.door', 'idle', attributes) }, ...many.slice(0, 200)]);
  const one = resource('ha://states/{entity_id}');
  const { text } = await one.read(operations, { entity_id: 'camera.door' }, signal);
  expect(text).not.toContain('SECRET');
  expect(JSON.parse(text)).toMatchObject({ id: 'camera.door', state: 'idle', attributes: { brightness: 5 } });
  expect(await one.complete?.(operations, 'entity_id', 'cam')).toEqual(['camera.door']);
  const changed = vi.fn();
  const stop = one.watch?.(operations, 'ha://states/camera.door', changed);
  operations.change(stateNow('camera.door', 'recording'));
  stop?.();
  operations.change(stateNow('camera.door', 'idle'));
  expect(changed).toHaveBeenCalledTimes(1);
});

test.each(homeAssistantResources.filter(({ uri }) => !uri.includes('{')))('$uri reads as JSON for anybody who may read', async (one) => {
  expect(one.level).toBe('read');
  JSON.parse((await one.read(fakeHome([]), {}, signal)).text);
});

test('prompts are short and name tools that exist', () => {
  const tools = new Set([...homeAssistantTools.map(({ name }) => name), ...namedByPeers]);
  for (const prompt of homeAssistantPrompts) {
    const text = prompt.render({});
    expect(text.length).toBeLessThan(900);
    expect([...text.matchAll(/ha_\w+/g)].map(([name]) => name).filter((name) => !tools.has(name))).toEqual([]);
  }
  expect(homeAssistantPrompts.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'morning_briefing',
      'energy_report',
      'whats_left_on',
      'good_night_check',
      'debug_automation',
      'audit_home',
      'build_dashboard',
      'rename_device',
      'plan_upgrade',
    ]),
  );
});
