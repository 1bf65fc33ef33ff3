import { expect, test } from 'vitest';
import { buildSearchIndex, type Findable } from './search-index.ts';

const thing = (id: string, texts: readonly string[], context: readonly string[] = [], minor = false): Findable => ({
  id,
  kind: 'entity',
  texts,
  context,
  minor,
});
const index = buildSearchIndex([
  thing('light.kitchen_lights', ['Kitchen Lights'], ['Kitchen']),
  thing('light.kitchen_spot', ['Kitchen Spot'], ['Kitchen']),
  thing('light.bed', ['Bed Light', 'Nachttischlampe'], ['Bedroom']),
  thing('switch.dish', ['Spülmaschine'], ['Küche']),
  thing('sensor.kitchen_signal', ['Kitchen Lights Signal'], ['Kitchen'], true),
  thing('sensor.photo_frame', ['Photo Frame Brightness'], ['Hall']),
]);
const ids = (query: string): readonly string[] => index.search(query, () => true).map(({ item }) => item.id);

test.each([
  ['kitchen lights', 'light.kitchen_lights'],
  ['kithcen lites', 'light.kitchen_lights'],
  ['lights kitchen', 'light.kitchen_lights'],
  ['kitch', 'light.kitchen_lights'],
  ['spulmaschine', 'switch.dish'],
  ['SPÜLMASCHINE küche', 'switch.dish'],
  ['nachttischlampe', 'light.bed'],
  ['foto frame', 'sensor.photo_frame'],
])('"%s" finds %s first', (query, id) => {
  expect(ids(query)[0]).toBe(id);
});

test('what matches all words hides what matches some, and nonsense finds nothing', () => {
  expect(ids('bed light')).toEqual(['light.bed']);
  expect(ids('zzzzqqq')).toEqual([]);
});

test('a diagnostic entity comes after the thing itself', () => {
  expect(ids('kitchen lights').indexOf('sensor.kitchen_signal')).toBeGreaterThan(0);
});
