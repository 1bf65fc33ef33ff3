import { expect, test } from 'vitest';
import { statusError } from './status-error.ts';

const read = { system: 'Acme', doing: 'Reading the list', write: false };
const write = { system: 'Acme', doing: 'Closing the door', write: true };

test.each([
  [400, 'invalid_input', 'Reading the list was refused by Acme.'],
  [401, 'auth_failed', 'Reading the list was refused by Acme.'],
  [403, 'permission_denied', 'Reading the list is not allowed to this user of Acme (403).'],
  [404, 'not_found', 'Reading the list: not found in Acme.'],
  [409, 'conflict', 'Reading the list was refused by Acme.'],
  [500, 'upstream_error', 'Reading the list failed: Acme answered 500.'],
  [503, 'upstream_unavailable', 'Reading the list failed: Acme answered 503.'],
  [418, 'upstream_error', 'Reading the list failed: Acme answered 418.'],
])('%i is %s', (status, code, what) => {
  expect(statusError({ status }, read).fields).toMatchObject({ code, what, sideEffects: 'none' });
});

test('after a refusal nothing was done; after a failure of a write nobody knows, and it is not repeated', () => {
  expect([400, 401, 403, 404, 409, 429].map((status) => statusError({ status }, write).fields.sideEffects)).toEqual(Array(6).fill('none'));
  for (const status of [408, 418, 500, 502, 503]) {
    const { sideEffects, retryable, next } = statusError({ status }, write).fields;
    expect([sideEffects, retryable, next?.[0]]).toEqual(['unknown', false, 'Read the state back before you repeat the call.']);
    expect(statusError({ status }, read).fields).toMatchObject({ sideEffects: 'none', retryable: true });
  }
});

test('too many requests: as long as the answer says, at least a second, a minute when it says nothing', () => {
  const waitOf = (retryAfterMs?: number) => statusError({ status: 429, retryAfterMs }, write).fields;
  expect([waitOf(5_000), waitOf(0), waitOf()].map(({ retryAfterMs }) => retryAfterMs)).toEqual([5_000, 1_000, 60_000]);
  expect(waitOf()).toMatchObject({ code: 'rate_limited', retryable: true, sideEffects: 'none' });
});

test('a web page of a failed proxy is not taken for an answer of the system', () => {
  const behindProxy = 'Acme is not running.';
  expect(statusError({ status: 500, htmlPage: true }, { ...read, behindProxy }).fields).toMatchObject({
    code: 'upstream_unavailable',
    what: 'Reading the list failed: a proxy answered 500 in place of Acme.',
    why: behindProxy,
  });
});

test('a system may mean something else by a status, give its reason and its own advice', () => {
  const own = { codes: { 401: 'permission_denied' }, next: { permission_denied: ['Ask Ada.'] }, why: 'not yours' } as const;
  expect(statusError({ status: 401 }, { ...read, ...own }).fields).toMatchObject({
    code: 'permission_denied',
    why: 'not yours',
    next: ['Ask Ada.'],
  });
});
