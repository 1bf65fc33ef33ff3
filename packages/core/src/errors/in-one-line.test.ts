import { expect, test } from 'vitest';
import { inOneLine } from './in-one-line.ts';

test('full stops do not end up in the middle, nor at the end', () => {
  expect(inOneLine({ what: 'Locking failed: it answered 503.', why: 'Panel is busy.' })).toBe(
    'Locking failed: it answered 503: Panel is busy',
  );
  expect(inOneLine({ what: 'Locking failed.' })).toBe('Locking failed');
});
