import { expect, test } from 'vitest';
import { indexOf } from './findables.ts';
import type { Entity, Home } from './model.ts';

const entity = (entityId: string): Entity => ({
  entityId,
  domain: 'light',
  name: entityId,
  registered: true,
  labels: [],
  aliases: [],
  hidden: false,
  disabled: false,
});
const homeOf = (...ids: readonly string[]): Home => ({
  entities: new Map(ids.map((id) => [id, entity(id)])),
  devices: new Map(),
  areas: new Map(),
  floors: new Map(),
  labels: new Map(),
  registryRevision: 1,
  stateRevision: 1,
});

test('each home has an index of its own, and none takes the place of another', () => {
  const [one, other] = [homeOf('light.one'), homeOf('light.other')];
  const index = indexOf(one, [], 'r1');
  expect(indexOf(other, [], 'r1').search('one', () => true)).toEqual([]);
  expect(index.search('one', () => true)).toHaveLength(1);
  expect(indexOf(one, [], 'r1')).toBe(index);
  expect(indexOf({ ...one, stateRevision: 2 }, [], 'r1')).toBe(index);
  expect(indexOf(one, [], 'r2')).not.toBe(index);
});
