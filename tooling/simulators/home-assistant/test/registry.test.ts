import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '../src/index.ts';
import { type Client, connect, type Message } from './client.ts';

const refusals = JSON.parse(readFileSync(new URL('../fixtures/registry-refusals-2025.4.4.json', import.meta.url), 'utf8')) as readonly {
  readonly sent: Message;
  readonly error: unknown;
}[];

let simulator: HomeAssistantSimulator;
let client: Client;
beforeAll(async () => {
  simulator = await startHomeAssistantSimulator();
  client = await connect(simulator);
});
afterAll(() => simulator.close());

const ask = async (type: string, fields: Message = {}): Promise<Message> => {
  const answer = await client.ask({ type, ...fields });
  if (answer['success'] !== true) throw new Error(JSON.stringify(answer['error']));
  return answer['result'] as Message;
};
const entry = (entity_id: string): Promise<Message> => ask('config/entity_registry/get', { entity_id });

test.each(refusals.map(({ sent, error }) => [JSON.stringify(sent), sent, error] as const))(
  '%s is refused as by Core',
  async (_text, sent, error) => {
    expect((await client.ask({ ...sent }))['error']).toEqual(error);
  },
);

describe('what Core does not check', () => {
  test('an unknown area, label and icon are stored', async () => {
    await ask('config/entity_registry/update', { entity_id: 'light.hall_lights', area_id: 'nowhere', labels: ['x', 'x'], icon: 'nope' });
    expect(await entry('light.hall_lights')).toMatchObject({ area_id: 'nowhere', labels: ['x'], icon: 'nope' });
  });
  test('an entity that does not exist is exposed', async () => {
    await ask('homeassistant/expose_entity', { assistants: ['conversation'], entity_ids: ['light.nope'], should_expose: true });
    expect((await ask('homeassistant/expose_entity/list'))['exposed_entities']).toHaveProperty('light.nope', { conversation: true });
  });
});

describe('what goes along', () => {
  test('a place that is removed leaves everything that was in it', async () => {
    await ask('config/floor_registry/create', { name: 'Loft' });
    expect(await ask('config/area_registry/create', { name: 'Den', floor_id: 'loft', labels: ['cosy'] })).toMatchObject({ area_id: 'den' });
    await ask('config/label_registry/create', { name: 'Cosy' });
    await ask('config/entity_registry/update', { entity_id: 'light.bed_light', area_id: 'den', labels: ['cosy'] });
    expect(await ask('config/floor_registry/delete', { floor_id: 'loft' })).toBeNull();
    await ask('config/label_registry/delete', { label_id: 'cosy' });
    const areas = (await ask('config/area_registry/list')) as unknown as Message[];
    expect(areas.find((area) => area['area_id'] === 'den')).toMatchObject({ floor_id: null, labels: [] });
    expect(await ask('config/area_registry/delete', { area_id: 'den' })).toBe('success');
    expect(await entry('light.bed_light')).toMatchObject({ area_id: null, labels: [] });
  });
  test('a name that differs in dashes only is another one, with a numbered id', async () => {
    await ask('config/area_registry/create', { name: 'Zz Top' });
    expect(await ask('config/area_registry/create', { name: 'Zz-top' })).toMatchObject({ area_id: 'zz_top_2' });
  });
  test('a category is kept per scope and taken from its entities', async () => {
    const { category_id } = await ask('config/category_registry/create', { scope: 'automation', name: 'Night' });
    await ask('config/category_registry/create', { scope: 'script', name: 'Night' });
    const entity_id = 'automation.broken_night_lock';
    await ask('config/entity_registry/update', { entity_id, categories: { automation: category_id } });
    expect(await entry(entity_id)).toMatchObject({ categories: { automation: category_id } });
    await ask('config/category_registry/delete', { scope: 'automation', category_id });
    expect(await entry(entity_id)).toMatchObject({ categories: {} });
  });
  test('a disabled device disables its entities and holds them', async () => {
    const { device_id } = await entry('light.bed_light');
    await ask('config/device_registry/update', { device_id, disabled_by: 'user' });
    expect(await entry('light.bed_light')).toMatchObject({ disabled_by: 'device' });
    expect(simulator.getState('light.bed_light')).toBeUndefined();
    const held = await client.ask({ type: 'config/entity_registry/update', entity_id: 'light.bed_light', disabled_by: null });
    expect(held['error']).toEqual({ code: 'invalid_info', message: 'Device is disabled' });
    await ask('config/device_registry/update', { device_id, disabled_by: null });
    expect(await entry('light.bed_light')).toMatchObject({ disabled_by: null });
  });
  test('an automation that is disabled and enabled again stays away', async () => {
    const entity_id = 'automation.guest_mode_follows_house_mode';
    await ask('config/entity_registry/update', { entity_id, disabled_by: 'user' });
    expect(simulator.getState(entity_id)).toBeUndefined();
    expect(await ask('config/entity_registry/update', { entity_id, disabled_by: null })).toMatchObject({ require_restart: true });
    expect(simulator.getState(entity_id)).toBeUndefined();
  });
  test('a renamed entity keeps its state, and what is set to the same changes nothing', async () => {
    const before = simulator.getState('light.reading_lamp')?.['state'];
    await ask('config/entity_registry/update', { entity_id: 'light.reading_lamp', new_entity_id: 'light.book_lamp' });
    expect(simulator.getState('light.reading_lamp')).toBeUndefined();
    expect(simulator.getState('light.book_lamp')?.['state']).toBe(before);
    const { modified_at } = await entry('light.book_lamp');
    await ask('config/entity_registry/update', { entity_id: 'light.book_lamp', new_entity_id: 'light.book_lamp', name: null });
    expect((await entry('light.book_lamp'))['modified_at']).toBe(modified_at);
  });
});
