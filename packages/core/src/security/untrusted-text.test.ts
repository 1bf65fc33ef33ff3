import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanDeep, cleanText } from './untrusted-text.ts';

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u009b31mred', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]0;no end\nnext line', '\nnext line'],
  ['a\u0000b\u0085c\u007f', 'abc'],
  ['line\r\nline\rline\u2028line', 'line\nline\nline\nline'],
  ['user\u202egnp.exe', 'usergnp.exe'],
  ['in\u200bvi\u2060si\ufeffble\u034f', 'invisible'],
  ['tag\u{e0049}\u{e0047}', 'tag'],
  ['a\ufe0f b\u{e0101}', 'a b'],
  ['x\u200dy', 'xy'],
  ['half \ud83d', 'half \ufffd'],
])('%j becomes %j', (text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

test.each(['👩\u200d👩\u200d👧', '👍🏽', '❤\ufe0f\u200d🔥', '1\ufe0f\u20e3', 'Küche 23.5 °C', '日本語', 'tab\tand\nline'])(
  '%s stays as it is',
  (text) => {
    expect(cleanText(text)).toBe(text);
  },
);

test('a cut is said and never splits a character', () => {
  expect(cleanText('abcdef', 3)).toBe('abc… (3 more characters)');
  expect(cleanText('ab🔥d', 3)).toBe('ab… (3 more characters)');
});

test('keys are cleaned too', () => {
  expect(cleanDeep({ 'a\u200b': ['b\u202e', 1, null] })).toEqual({ a: ['b', 1, null] });
});

test('cleaning twice is cleaning once, and nothing invisible is left', () => {
  const hostile = fc
    .array(
      fc.constantFrom(
        '\u001b',
        '[',
        '3',
        'm',
        ']',
        '\u0007',
        '\u200d',
        '\ufe0f',
        '👩',
        '\u202e',
        '\u{e0041}',
        '\ud83d',
        'a',
        '\n',
        '\u009b',
      ),
    )
    .map((all) => all.join(''));
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
      const once = cleanText(text);
      expect(cleanText(once)).toBe(once);
      expect(once).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
      expect(once).not.toMatch(/[\u{e0000}-\u{e007f}]/u);
    }),
    { numRuns: 1000 },
  );
});
