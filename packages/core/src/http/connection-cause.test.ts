import { expect, test } from 'vitest';
import { connectionCause } from './connection-cause.ts';

const failed = (code: string): Error => Object.assign(new Error('text of the system'), { code });

test.each([
  ['ECONNREFUSED', 'connection: Nothing listens at that address (connection refused).', true],
  ['ENOTFOUND', 'connection: The host name does not exist (DNS).', false],
  ['CERT_HAS_EXPIRED', 'certificate: Its TLS certificate has expired.', false],
  ['EPROTO', 'certificate: The TLS handshake failed.', false],
  ['CERT_OF_A_LATER_RELEASE', 'certificate: The check of its TLS certificate ended with CERT_OF_A_LATER_RELEASE.', false],
  ['EWHATEVER', 'connection: The connection failed (EWHATEVER).', false],
  ['no code: at all', 'connection: The connection failed.', false],
])('%s', (code, named, isPassing) => {
  const cause = connectionCause(failed(code));
  expect([`${cause.kind}: ${cause.why}`, cause.isPassing]).toEqual([named, isPassing]);
});

test('the cause is found in what wraps it', () => {
  const wrapped = new Error('fetch failed', { cause: new AggregateError([failed('EUNKNOWN'), failed('EHOSTUNREACH')]) });
  expect(connectionCause(wrapped).why).toBe('The network has no route to the host.');
});

test('a handshake that took too long has no code; a closed connection has no error', () => {
  expect(connectionCause(new Error('Opening handshake has timed out')).why).toBe('The host did not answer (connect timed out).');
  expect(connectionCause(undefined)).toMatchObject({ why: 'It closed the connection before it answered.', isPassing: true });
});

test('settings are called by their names', () => {
  const names = { address: 'ACME_URL', caFile: 'ACME_CA_FILE', port: 'often 8123' };
  expect(connectionCause(failed('ECONNREFUSED'), names).next).toBe('Check that the system runs, and the port in ACME_URL (often 8123).');
  expect(connectionCause(failed('SELF_SIGNED_CERT_IN_CHAIN'), names).next).toContain('Set ACME_CA_FILE to');
  expect(connectionCause(failed('ECONNREFUSED')).next).toBe('Check that the system runs, and the port in its address.');
});

test('the text of the system stays out', () => {
  expect(JSON.stringify(connectionCause(failed('x\nforged')))).not.toMatch(/text of the system|forged/);
});
