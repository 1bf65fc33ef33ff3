import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Redactor } from './redactor.ts';

test.each([
  'Authorization: Bearer abcdefgh12345678',
  'https://admin:hunter2secret@host/path',
  'wss://h/api?access_token=abcdefgh12345678&x=1',
  '/api/camera_proxy/camera.door?token=abcdefgh12345678',
  '/api/image?authSig=abcdefgh12345678',
  'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhYmMifQ.c2lnbmF0dXJlLWFiYw',
  '-----BEGIN PRIVATE KEY-----\nabcdefgh12345678\n-----END PRIVATE KEY-----',
  '{"vmware-api-session-id":"abcdefgh12345678"}',
])('%s is hidden without having been told', (text) => {
  const clean = new Redactor().redact(text);
  expect(clean).not.toMatch(/abcdefgh12345678|hunter2secret|eyJpc3Mi/);
  expect(clean).toContain('[redacted]');
});

test('ordinary words stay', () => {
  const redactor = new Redactor();
  redactor.keep('on');
  const text = 'light.hall is on, code 12, see https://example.org/a?b=c and mail@example.org';
  expect(redactor.redact(text)).toBe(text);
});

const canary = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }).filter((text) => /[A-Za-z0-9]{4}/.test(text));
const disguises: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => encodeURIComponent(secret),
  (secret) => encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  (secret) => new URLSearchParams({ q: secret }).toString().slice(2),
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => JSON.stringify(JSON.stringify({ nested: secret })),
  (secret) => Buffer.from(secret).toString('base64'),
  (secret) => Buffer.from(secret).toString('base64url'),
  (secret) => Buffer.from(secret).toString('hex'),
];

test('no form of a kept secret gets through, at any depth, as key or value', () => {
  fc.assert(
    fc.property(canary, fc.string(), fc.string(), fc.constantFrom(...disguises), (secret, before, after, disguise) => {
      const redactor = new Redactor();
      redactor.keep(secret);
      const hidden = disguise(secret);
      const clean = redactor.redactDeep({ a: [{ b: `${before}${hidden}${after}` }], [`k${hidden}`]: 1 });
      // The surroundings may hold it by chance only in what was there before.
      expect(Object.keys(clean).join() + clean.a[0]?.b.slice(before.length)).not.toContain(hidden);
    }),
    { numRuns: 400 },
  );
});

test('base64 of "user:secret" does not carry the secret out', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]{0,7}$/),
      fc.stringMatching(/^[A-Za-z0-9]{12,30}$/),
      fc.stringMatching(/^[a-z]{0,4}$/),
      (user, secret, after) => {
        const redactor = new Redactor();
        redactor.keep(secret);
        const clean = redactor.redact(Buffer.from(`${user}:${secret}${after}`).toString('base64'));
        expect(Buffer.from(clean.replace('[redacted]', '!'), 'base64').toString()).not.toContain(secret.slice(3, -3));
        expect(clean).toContain('[redacted]');
      },
    ),
  );
});

test('odd secrets and odd values do no harm', () => {
  const redactor = new Redactor();
  redactor.keep('\ud800 lone surrogate');
  redactor.keep('(.*)+$^[x]');
  expect(redactor.redact('a (.*)+$^[x] b')).toBe('a [redacted] b');
  expect(redactor.redactDeep({ at: new Date(0), none: null, n: 1 })).toEqual({ at: '1970-01-01T00:00:00.000Z', none: null, n: 1 });
});

test('many secrets, as of a login that is renewed for weeks, are all hidden, the longest form first', () => {
  const redactor = new Redactor();
  const tokens = Array.from(
    { length: 2000 },
    (_, index) => `access-token-${index.toString(36).padStart(8, 'x')}-${'ab'.repeat(index % 20)}`,
  );
  for (const token of tokens) redactor.keep(token);
  const text = tokens.map((token) => `<${token}>`).join(' ');
  expect(redactor.redact(text)).toBe(tokens.map(() => '<[redacted]>').join(' '));
  expect(redactor.redact('access-token-of-nobody')).toBe('access-token-of-nobody');
});
