import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { renderError } from './render-error.ts';
import { ToolError } from './tool-error.ts';

const silent = (): void => undefined;

test('what is near and what to try stand at the end, in this order', () => {
  const error = new ToolError({
    code: 'not_found',
    what: 'light.nope does not exist',
    didYouMean: ['light.a', 'light.b'],
    next: ['ha_search query="lamp".'],
    sideEffects: 'none',
  });
  expect(renderError(error, { log: silent, writes: true }).text).toBe(
    'light.nope does not exist. Nothing was changed.\nNear: light.a, light.b\nTry: ha_search query="lamp".',
  );
  expect(renderError(error, { log: silent, writes: false }).text).not.toContain('Nothing was');
});

test.each([
  ['light.nope does not exist. Nothing was sent', 'light.nope does not exist.'],
  ['There is no area "x"; nothing was sent', 'There is no area "x".'],
  ['The trail could not be written, so nothing was sent.', 'The trail could not be written.'],
  ['Nothing was sent by this sensor for a day', 'Nothing was sent by this sensor for a day.'],
])('an error of a read does not say what it did not send: %s', (what, text) => {
  const { text: said, structured } = renderError(new ToolError({ code: 'not_found', what, sideEffects: 'none' }), {
    log: silent,
    writes: false,
  });
  expect(said).toBe(text);
  expect(text).toContain(structured.error.what);
});

test('a write without an answer begins with Unknown', () => {
  const error = new ToolError({ code: 'timeout', what: 'The lock did not answer', sideEffects: 'unknown' });
  const { text, problem } = renderError(error, { log: silent, writes: true });
  expect(text).toBe('Unknown: The lock did not answer.');
  expect(problem).toMatchObject({ status: 504, title: 'The lock did not answer', sideEffects: 'unknown' });
});

test('an unexpected error shows an id, never its text', () => {
  const lines: string[] = [];
  const rendered = renderError(new Error('connect https://user:hunter2secret@host'), { log: (line) => lines.push(line), writes: true });
  expect(JSON.stringify(rendered)).not.toContain('hunter2');
  const id = rendered.structured.error.correlationId ?? 'none';
  expect(rendered.text).toContain(`Id: ${id}`);
  expect(lines[0]).toContain(id);
  expect(rendered.problem['status']).toBe(500);
});

test('long lists give way, advice does not', () => {
  const error = new ToolError({
    code: 'invalid_input',
    what: 'The arguments of ha_control do not fit; nothing was sent',
    why: 'Because of a very long reason that goes on, '.repeat(20),
    issues: Array.from({ length: 8 }, (_, index) => ({
      path: `targets.${index}.brightness_percentage`,
      got: `"${'x'.repeat(50)}"`,
      expected: `one of ${Array.from({ length: 40 }, (_unused, value) => `value_${value}`).join(', ')}`,
    })),
    didYouMean: Array.from({ length: 9 }, (_, index) => `light.a_rather_long_entity_identifier_${index}`),
    next: ['ha_search query="lamp".'],
    sideEffects: 'none',
  });
  const { text, structured } = renderError(error, { log: silent, writes: true });
  expect(countTokens(text)).toBeLessThanOrEqual(120);
  expect(text).toContain('targets.0.brightness_percentage');
  expect(text.split('\n').at(-1)).toBe('Try: ha_search query="lamp".');
  expect(structured.error.issues).toHaveLength(8);
});

test('a secret longer than the room for it leaves no half behind', () => {
  const secret = `canary${'a1b2c3d4'.repeat(100)}`;
  const redactor = new Redactor();
  redactor.keep(secret);
  const error = new ToolError({ code: 'upstream_error', what: 'It failed', why: `The host said ${secret}` });
  const { text, structured } = renderError(error, { log: () => undefined, writes: false, redactor });
  expect(text).toContain('[redacted]');
  expect(`${text}${JSON.stringify(structured)}`).not.toContain('canarya1b2');
});
