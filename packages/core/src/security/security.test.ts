import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openAuditLog, verifyAuditLog } from './audit-log.ts';
import { allows } from './levels.ts';
import { Redactor } from './redactor.ts';
import { cleanText } from './untrusted-text.ts';

test.each(['plain-canary-1', 'with/odd+chars=&"quotes"', 'ünïcode-canary', 'back\\slash-canary'])(
  'no form of %s passes the redactor',
  (secret) => {
    const redactor = new Redactor();
    redactor.keep(secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ];
    for (const form of forms) expect(redactor.redact(`before ${form} after`)).toMatch(/^before .*\[redacted\].* after$/);
    expect(JSON.stringify(redactor.redactDeep({ [secret]: [secret] }))).not.toContain(secret);
  },
);

test.each([
  'Authorization: Bearer abcdef1234567890',
  'https://user:pass-word@host/x',
  'GET /api?access_token=abcdef123',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
])('what looks like a secret is hidden: %s', (text) => {
  expect(new Redactor().redact(text)).toContain('[redacted]');
});

test('text is cleaned of what nobody sees; emoji and accents stay', () => {
  expect(cleanText('a\u202Eb\u200Bc\u0000d\u001b[31me\u{E0041}')).toBe('abcde');
  expect(cleanText('👩‍🔧 Küche ❤️ 20 °C')).toBe('👩‍🔧 Küche ❤️ 20 °C');
  expect(cleanText('x'.repeat(3000))).toMatch(/… \(1000 more characters\)$/);
});

test('levels: an unknown need is the highest, an unknown level in force the lowest', () => {
  const levels = ['read', 'control', 'admin'];
  expect([
    allows(levels, 'control', 'read'),
    allows(levels, 'control', 'admin'),
    allows(levels, 'control', 'nope'),
    allows(levels, 'nope', 'control'),
  ]).toEqual([true, false, false, false]);
});

test('the trail shows a changed, a removed and a half-written line, and its chain outlives rotation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const log = openAuditLog(folder, { maxBytes: 400 });
  for (let i = 0; i < 6; i += 1) log.append({ phase: 'intent', tool: `t${i}`, principal: 'p', level: 'l', callId: String(i) });
  log.close();
  const files = readdirSync(folder).map((name) => join(folder, name));
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect(verifyAuditLog(file)).toEqual([]);
  const file = files[0] ?? '';
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/t\d/, 'tX'));
  expect(verifyAuditLog(file)).toEqual([1]);
  writeFileSync(file, text);
  appendFileSync(file, '{"prev":"');
  expect(verifyAuditLog(file).length).toBe(1);
});
