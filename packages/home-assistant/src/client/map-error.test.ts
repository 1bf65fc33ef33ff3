import { expect, test } from 'vitest';
import { cleanMessage, toToolError } from './map-error.ts';

test.each([
  ['Validation error: Option warp is not valid', 'Option warp is not valid'],
  ["extra keys not allowed @ data['nonsense']", 'extra keys not allowed (at nonsense)'],
  ["expected int for dictionary value @ data['a'][0]['b']. Got None", 'expected int (at a.0.b). Got None'],
  ['got <homeassistant.core.State object at 0x7f00aa>', 'got a value'],
  ["bad <class 'homeassistant.exceptions.ServiceNotFound'>", 'bad ServiceNotFound'],
  ['Traceback (most recent call last):\n File "x"', 'an internal error of Home Assistant'],
  ['two\nlines\u202e and \u200bmore', 'two lines and more'],
])('%j reads %j', (message, expected) => {
  expect(cleanMessage(message)).toBe(expected);
});

test('a reason has at most 200 characters', () => {
  expect(cleanMessage('x'.repeat(500))).toHaveLength(200);
});

test.each([
  ['not_found', 'Service light.explode not found.', 'not_found', 'none'],
  ['service_validation_error', 'x', 'invalid_input', 'unknown'],
  ['home_assistant_error', 'Unauthorized', 'permission_denied', 'none'],
  ['home_assistant_error', 'device is asleep', 'upstream_error', 'unknown'],
  ['unknown_command', 'Unknown command.', 'unsupported', 'none'],
  ['something_new', 'x', 'upstream_error', 'unknown'],
  ['invalid_format', 'x', 'invalid_input', 'none'],
])('%s (%s) becomes %s', (code, message, expected, sideEffects) => {
  expect(toToolError({ code, message }, 'It failed.', true).fields).toMatchObject({ code: expected, sideEffects });
});
