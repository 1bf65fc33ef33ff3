import { expect, test } from 'vitest';
import { connectError, upgradeError } from './connect-error.ts';

const failed = (code: string) => connectError(Object.assign(new Error('x'), { code }), 'https://home.test:8123').fields;

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'It is self-signed.'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'It is for another host name.'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'It was signed by an authority that is not known here.'],
  ['CERT_REVOKED', 'The check ended with CERT_REVOKED.'],
])('%s is told in words', (code, why) => {
  expect(failed(code).why).toBe(why);
});

test('an address that was copied with its page is told which part to drop', () => {
  expect(upgradeError(404, 'http://home.test:8123/lovelace/0', 'home').fields.next?.[0]).toBe(
    'Drop the path /lovelace/0 from HOMEASSISTANT_URL.',
  );
  expect(upgradeError(404, 'http://home.test:8123', 'home').fields.next?.[0]).toContain('must be the base address');
});
