import { expect, test } from 'vitest';
import { connectError, upgradeError } from './connect-error.ts';

const failed = (code: string) => connectError(Object.assign(new Error('x'), { code }), 'https://home.test:8123').fields;

test('the cause is named in words, with the settings of this server', () => {
  expect(failed('DEPTH_ZERO_SELF_SIGNED_CERT')).toMatchObject({
    what: 'The certificate of Home Assistant at https://home.test:8123 was not accepted.',
    why: 'Its TLS certificate is self-signed.',
    next: [expect.stringContaining('HOMEASSISTANT_CA_FILE')],
    retryable: false,
  });
  expect(failed('ECONNREFUSED')).toMatchObject({
    what: 'Home Assistant at https://home.test:8123 could not be reached.',
    next: ['Check that the system runs, and the port in HOMEASSISTANT_URL (often 8123).'],
    retryable: true,
    retryAfterMs: 5_000,
  });
});

test('a connection that is closed while it is made may be tried again', () => {
  expect(connectError(undefined, 'http://home.test:8123').fields).toMatchObject({
    retryable: true,
    why: expect.stringContaining('closed'),
  });
});

test('an address that was copied with its page is told which part to drop', () => {
  expect(upgradeError(404, 'http://home.test:8123/lovelace/0', 'home').fields.next?.[0]).toBe(
    'Drop the path /lovelace/0 from HOMEASSISTANT_URL.',
  );
  expect(upgradeError(404, 'http://home.test:8123', 'home').fields.next?.[0]).toContain('must be the base address');
});
