import { expect, test } from 'vitest';
import { parseObjectRef } from '../../domain/object-ref.ts';
import { missing } from './missing-object.ts';

test.each([
  ['dashboard:lovelace', /makes up the default dashboard by itself/, 'ha_edit id="dashboard:lovelace" with config'],
  ['energy', /Nothing is set up/, 'ha_edit id="energy" with config'],
])('%s, of which nothing is stored, is not said to be near itself', (id, why, next) => {
  const { fields } = missing(parseObjectRef(id), [id, 'dashboard:map']);
  expect(fields).toMatchObject({ code: 'not_found', sideEffects: 'none', why: expect.stringMatching(why) });
  expect(fields.didYouMean).toBeUndefined();
  expect(fields.next?.[0]).toContain(next);
});

test('what does not exist leads to the list of its kind', () => {
  const { fields } = missing(parseObjectRef('automation.nigth'), ['automation.night']);
  expect(fields).toMatchObject({ what: 'automation.nigth does not exist.', didYouMean: ['automation.night'] });
  expect(fields.next?.[0]).toContain('id="automation"');
});
