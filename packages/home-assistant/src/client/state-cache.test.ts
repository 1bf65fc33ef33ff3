import { expect, test, vi } from 'vitest';
import { createStateCache } from './state-cache.ts';

const lamp = { s: 'off', a: { friendly_name: 'Lamp', brightness: null }, c: 'ctx1', lc: 10 };

test('applies a picture, then differences, removals and additions', () => {
  const cache = createStateCache(() => true);
  cache.apply({ a: { 'light.lamp': lamp } });
  expect(cache.states.get('light.lamp')).toEqual({
    entityId: 'light.lamp',
    state: 'off',
    attributes: lamp.a,
    lastChangedAt: 10_000,
    lastUpdatedAt: 10_000,
    contextId: 'ctx1',
  });
  cache.apply({
    c: { 'light.lamp': { '+': { s: 'on', lc: 11, c: { id: 'ctx2' }, a: { brightness: 5 } }, '-': { a: ['friendly_name'] } } },
  });
  expect(cache.states.get('light.lamp')).toMatchObject({
    state: 'on',
    attributes: { brightness: 5 },
    lastChangedAt: 11_000,
    contextId: 'ctx2',
  });
  expect(cache.states.get('light.lamp')?.attributes).not.toHaveProperty('friendly_name');
  cache.apply({ c: { 'light.lamp': { '+': { lu: 12, c: 'ctx3' } } } });
  expect(cache.states.get('light.lamp')).toMatchObject({ lastChangedAt: 11_000, lastUpdatedAt: 12_000 });
  cache.apply({ a: { 'sensor.new': { s: '1', a: {}, c: 'x', lc: 1 } }, r: ['light.lamp'] });
  expect([...cache.states.keys()]).toEqual(['sensor.new']);
});

test('a picture after a reconnect removes what is gone and tells only of what changed', () => {
  const cache = createStateCache(() => true);
  const heard = vi.fn();
  cache.apply({ a: { 'light.lamp': lamp, 'light.gone': lamp } });
  cache.takeChanged();
  const stop = cache.listen(['light.lamp', 'light.gone'], heard);
  cache.expectSnapshot();
  cache.apply({ a: { 'light.lamp': lamp } });
  expect(heard).not.toHaveBeenCalled();
  expect([...cache.takeChanged()]).toEqual(['light.gone']);
  cache.apply({ c: { 'light.lamp': { '+': { s: 'on', lc: 20, c: 'y' } } } });
  stop();
  cache.apply({ c: { 'light.lamp': { '+': { s: 'off', lc: 21, c: 'z' } } } });
  expect(heard.mock.calls.map(([state]) => state.state)).toEqual(['on']);
});

test('hidden entities are not kept, nor named among members', () => {
  const cache = createStateCache((id) => !id.startsWith('lock.'));
  cache.apply({
    a: { 'lock.door': { ...lamp, s: 'locked' }, 'group.all': { s: 'on', a: { entity_id: ['light.lamp', 'lock.door'] }, c: 'x', lc: 1 } },
  });
  expect([...cache.states.keys()]).toEqual(['group.all']);
  expect(cache.states.get('group.all')?.attributes['entity_id']).toEqual(['light.lamp']);
  expect(cache.hidden.has('lock.door')).toBe(true);
  expect(cache.withHiddenMembers.has('group.all')).toBe(true);
});

test('holds 40,000 entities in little memory', () => {
  const cache = createStateCache(() => true);
  const names = Array.from({ length: 40_000 }, (_, at) => `sensor.s${at}`);
  const text = JSON.stringify({
    a: Object.fromEntries(
      names.map((id) => [
        id,
        { s: '21.5', a: { unit_of_measurement: '°C', friendly_name: `Sensor ${id}`, device_class: 'temperature' }, c: id, lc: 1 },
      ]),
    ),
  });
  const before = process.memoryUsage().heapUsed;
  cache.apply(JSON.parse(text));
  expect(cache.states.size).toBe(40_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
});
