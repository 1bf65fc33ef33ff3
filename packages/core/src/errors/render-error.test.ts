import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { renderError } from './render-error.ts';
import { refuse, ToolError } from './tool-error.ts';

const secrets = new Redactor();
const silent = { error: (): void => undefined };

test('what is near and what to try stand at the end, in this order', () => {
  const error = new ToolError({
    code: 'not_found',
    what: 'light.nope does not exist.',
    didYouMean: ['light.a', 'light.b'],
    next: ['ha_search query="lamp".'],
    sideEffects: 'none',
  });
  expect(renderError(error, { log: silent, secrets, writes: true }).text).toBe(
    'light.nope does not exist. Nothing was changed.\nNear: light.a, light.b\nNext: ha_search query="lamp".',
  );
  expect(renderError(error, { log: silent, secrets, writes: false }).text).not.toContain('Nothing was');
});

test('an error that changed nothing says so of a write only, in its text and not in its fields', () => {
  const error = refuse('not_found', 'light.nope does not exist.');
  const write = renderError(error, { log: silent, secrets, writes: true });
  expect(write.text).toBe('light.nope does not exist. Nothing was changed.');
  expect(write.structured.error).toEqual({ code: 'not_found', what: 'light.nope does not exist.', sideEffects: 'none' });
  expect(renderError(error, { log: silent, secrets, writes: false }).text).toBe('light.nope does not exist.');
});

test('what ends in foreign text gets its full stop', () => {
  const error = refuse('upstream_error', 'The lamp refused.', { why: 'bad value', next: ['Read the state of light.a'] });
  const { error: fields } = renderError(error, { log: silent, secrets, writes: false }).structured;
  expect([fields.why, fields.next]).toEqual(['bad value.', ['Read the state of light.a.']]);
});

test('a write without an answer begins with Unknown', () => {
  const error = new ToolError({ code: 'timeout', what: 'The lock did not answer.', sideEffects: 'unknown' });
  const { text, problem } = renderError(error, { log: silent, secrets, writes: true });
  expect(text).toBe('Unknown: The lock did not answer.');
  expect(problem).toMatchObject({ status: 504, title: 'The lock did not answer.', sideEffects: 'unknown' });
});

test('an unexpected error shows an id, never its text', () => {
  const lines: string[] = [];
  const rendered = renderError(new Error('connect https://user:hunter2secret@host'), {
    log: { error: (line) => lines.push(line) },
    secrets,
    writes: true,
  });
  expect(JSON.stringify(rendered)).not.toContain('hunter2');
  const id = rendered.structured.error.correlationId ?? 'none';
  expect(rendered.text).toContain(`Id: ${id}`);
  expect(lines[0]).toContain(id);
  expect(rendered.problem['status']).toBe(500);
});

test('long lists give way, advice does not', () => {
  const error = new ToolError({
    code: 'invalid_input',
    what: 'The arguments of ha_control do not fit.',
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
  const { text, structured } = renderError(error, { log: silent, secrets, writes: true });
  expect(countTokens(text)).toBeLessThanOrEqual(120);
  expect(text).toContain('targets.0.brightness_percentage');
  expect(text.split('\n').at(-1)).toBe('Next: ha_search query="lamp".');
  expect(structured.error.issues).toHaveLength(8);
});

test('a secret longer than the room for it leaves no half behind', () => {
  const secret = `canary${'a1b2c3d4'.repeat(100)}`;
  const redactor = new Redactor();
  redactor.keep(secret);
  const error = new ToolError({ code: 'upstream_error', what: 'It failed', why: `The host said ${secret}` });
  const { text, structured } = renderError(error, { log: silent, writes: false, secrets: redactor });
  expect(text).toContain('[redacted]');
  expect(`${text}${JSON.stringify(structured)}`).not.toContain('canarya1b2');
});

const ops = Array.from({ length: 60 }, (_, index) => `start_app_${index}`);

test('the word that was meant is told although the list of words is cut', () => {
  const issues = [{ path: 'op', got: '"start_ap"', expected: `one of ${ops.join(', ')}`, didYouMean: 'start_app_59' }];
  const { text } = renderError(new ToolError({ code: 'invalid_input', what: 'They do not fit.', issues }), {
    log: silent,
    secrets,
    writes: false,
  });
  expect(text).toMatch(/^They do not fit\.\nop: got "start_ap", expected one of start_app_0, .*[^,]…; did you mean start_app_59\?$/);
  expect(countTokens(text)).toBeLessThanOrEqual(120);
});

test('an argument that does not exist is answered with the one that was meant', () => {
  const issues = [{ path: 'ids.limt', got: 'an argument that does not exist', expected: 'limit', didYouMean: 'limit' }];
  const { text } = renderError(new ToolError({ code: 'invalid_input', what: 'They do not fit.', issues }), {
    log: silent,
    secrets,
    writes: false,
  });
  expect(text).toBe('They do not fit.\nids.limt: got an argument that does not exist; did you mean limit?');
});

test('one list that fits is told as a whole', () => {
  const expected = `one of ${ops.slice(0, 12).join(', ')}`;
  const issues = [{ path: 'op', got: '"bogus"', expected }];
  const { text } = renderError(new ToolError({ code: 'invalid_input', what: 'They do not fit.', issues }), {
    log: silent,
    secrets,
    writes: false,
  });
  expect(text).toContain(expected);
});

test('a reason that stands alone has the room that lists would take', () => {
  const why =
    'credential store: The stored secrets could not be opened. The keychain of this system has no part here and its native part is missing. They were left as they are.';
  const next = ['Set SWITCHYARD_KEY_FILE to the key file that sealed them.', 'Correct it, then call again.'];
  const { text } = renderError(new ToolError({ code: 'auth_required', what: 'The settings are wrong', why, next }), {
    log: silent,
    secrets,
    writes: false,
  });
  expect(text).toBe(`The settings are wrong. ${why}\nNext: ${next.join(' Or: ')}`);
});
