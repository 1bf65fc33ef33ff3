import { expect, test } from 'vitest';
import { isTemplate } from './is-template.ts';
import { parseObjectRef } from './object-ref.ts';
import { reachesFurther } from './reaches-further.ts';
import { securityActionsOf } from './security-actions.ts';

test('a comment alone makes a template, for every rule that asks', () => {
  const text = '{# hm #}lock.unlock';
  expect([text, '{{ x }}', '{% if x %}'].map(isTemplate)).toEqual([true, true, true]);
  expect(['{x}', 'lock.unlock', 5].map(isTemplate)).toEqual([false, false, false]);
  expect(reachesFurther({ data: { message: text } })).toBe('a template');
  const body = { actions: [{ action: text, target: { entity_id: 'lock.door' } }] };
  expect(securityActionsOf(parseObjectRef('automation.x'), body, () => undefined)).toEqual(['an action that a template names']);
});
